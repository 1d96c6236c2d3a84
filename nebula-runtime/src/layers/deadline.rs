//! Ends a call when the time for all its attempts, and the waits between them, is up. The run's own time limit is the
//! driver's matter: it ends all calls at once.

use std::sync::Arc;

use nebula_ports::clock::Clock;
use tower::{Layer, Service};

use super::{CallError, LayerFuture, NodeCall, NodeEnd, always_ready};
use crate::execution::deadline_passed;

#[derive(Debug, Clone)]
pub(crate) struct DeadlineLayer {
    clock: Arc<dyn Clock>,
}

#[derive(Debug, Clone)]
pub(crate) struct Deadline<S> {
    inner: S,
    clock: Arc<dyn Clock>,
}

// === impl DeadlineLayer ===

impl DeadlineLayer {
    pub(crate) const fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock }
    }
}

impl<S> Layer<S> for DeadlineLayer {
    type Service = Deadline<S>;

    fn layer(&self, inner: S) -> Deadline<S> {
        Deadline { inner, clock: Arc::clone(&self.clock) }
    }
}

// === impl Deadline ===

impl<S> Service<NodeCall> for Deadline<S>
where
    S: Service<NodeCall, Response = NodeEnd, Error = CallError>,
    S::Future: Send + 'static,
{
    type Response = NodeEnd;
    type Error = CallError;
    type Future = LayerFuture<NodeEnd, CallError>;

    always_ready!();

    fn call(&mut self, call: NodeCall) -> Self::Future {
        let Some(deadline) = call.own_deadline(self.clock.now()) else {
            return Box::pin(self.inner.call(call));
        };
        let up = self.clock.sleep_until(deadline);
        let cancel = call.cancel.clone();
        let ended = self.inner.call(call);
        Box::pin(async move {
            tokio::select! {
                biased;
                end = ended => end,
                () = up => {
                    cancel.cancel();
                    Err(CallError::Failure(deadline_passed()))
                }
            }
        })
    }
}
