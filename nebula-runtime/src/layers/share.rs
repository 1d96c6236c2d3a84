//! Bounds what a run has at one time, when its workflow says so.

use tower::{Layer, Service};

use super::{Attempted, CallError, LayerFuture, Resolved, always_ready};

#[derive(Debug, Clone, Copy)]
pub(crate) struct ShareLayer;

#[derive(Debug, Clone)]
pub(crate) struct Share<S> {
    inner: S,
}

impl<S> Layer<S> for ShareLayer {
    type Service = Share<S>;

    fn layer(&self, inner: S) -> Share<S> {
        Share { inner }
    }
}

impl<S> Service<Resolved> for Share<S>
where
    S: Service<Resolved, Response = Attempted, Error = CallError> + Clone + Send + 'static,
    S::Future: Send + 'static,
{
    type Response = Attempted;
    type Error = CallError;
    type Future = LayerFuture<Attempted, CallError>;

    always_ready!();

    fn call(&mut self, resolved: Resolved) -> Self::Future {
        let Some(share) = resolved.call.run.parallel.clone() else {
            return Box::pin(self.inner.call(resolved));
        };
        let mut inner = self.inner.clone();
        Box::pin(async move {
            let permit = super::permit::acquire(share, &resolved.call.cancel).await?;
            let attempted = inner.call(resolved).await;
            drop(permit);
            attempted
        })
    }
}
