//! The only place where an error becomes an outcome; above it there are no errors.

use std::convert::Infallible;

use tower::{Layer, Service};

use super::{CallError, LayerFuture, NodeCall, NodeEnd, always_ready};

#[derive(Debug, Clone, Copy)]
pub(crate) struct RescueLayer;

#[derive(Debug, Clone)]
pub(crate) struct Rescue<S> {
    inner: S,
}

impl<S> Layer<S> for RescueLayer {
    type Service = Rescue<S>;

    fn layer(&self, inner: S) -> Rescue<S> {
        Rescue { inner }
    }
}

impl<S> Service<NodeCall> for Rescue<S>
where
    S: Service<NodeCall, Response = NodeEnd, Error = CallError>,
    S::Future: Send + 'static,
{
    type Response = NodeEnd;
    type Error = Infallible;
    type Future = LayerFuture<NodeEnd, Infallible>;

    always_ready!();

    fn call(&mut self, call: NodeCall) -> Self::Future {
        let ended = self.inner.call(call);
        Box::pin(async move {
            Ok(match ended.await {
                Ok(end) => end,
                Err(CallError::Failure(failure)) => NodeEnd::Failed(failure),
                Err(CallError::Stopped) => NodeEnd::Stopped,
            })
        })
    }
}
