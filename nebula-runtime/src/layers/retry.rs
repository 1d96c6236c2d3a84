//! Tries again after a failed attempt: short waits here, long ones leave the stack as a durable timer.

use std::{sync::Arc, time::Duration};

use nebula_ports::clock::Clock;
use tower::{Layer, Service};

use super::{Attempted, CallError, LayerFuture, NodeEnd, Resolved, always_ready};

#[derive(Debug, Clone)]
pub(crate) struct RetryLayer {
    clock: Arc<dyn Clock>,
    /// Longer waits leave the stack: the execution is parked when nothing else runs, and costs nothing.
    longest_wait: Duration,
}

#[derive(Debug, Clone)]
pub(crate) struct Retry<S> {
    inner: S,
    clock: Arc<dyn Clock>,
    longest_wait: Duration,
}

// === impl RetryLayer ===

impl RetryLayer {
    pub(crate) const fn new(clock: Arc<dyn Clock>, longest_wait: Duration) -> Self {
        Self { clock, longest_wait }
    }
}

impl<S> Layer<S> for RetryLayer {
    type Service = Retry<S>;

    fn layer(&self, inner: S) -> Retry<S> {
        Retry { inner, clock: Arc::clone(&self.clock), longest_wait: self.longest_wait }
    }
}

// === impl Retry ===

impl<S> Service<Resolved> for Retry<S>
where
    S: Service<Resolved, Response = Attempted, Error = CallError> + Clone + Send + 'static,
    S::Future: Send + 'static,
{
    type Response = NodeEnd;
    type Error = CallError;
    type Future = LayerFuture<NodeEnd, CallError>;

    always_ready!();

    fn call(&mut self, mut resolved: Resolved) -> Self::Future {
        let mut inner = self.inner.clone();
        let clock = Arc::clone(&self.clock);
        let longest_wait = self.longest_wait;
        Box::pin(async move {
            loop {
                // The decision is the attempt's, journaled with its end; here it is only carried out.
                match inner.call(resolved.clone()).await? {
                    Attempted::Ended => return Ok(NodeEnd::Journaled),
                    Attempted::Retry { next_at } => {
                        let now = clock.now();
                        if next_at.since(now) > longest_wait {
                            return Ok(NodeEnd::Journaled);
                        }
                        tokio::select! {
                            biased;
                            () = clock.sleep_until(next_at) => {}
                            () = resolved.call.cancel.cancelled() => return Ok(NodeEnd::Journaled),
                        }
                        resolved.call.attempt += 1;
                        resolved.call.failures += 1;
                        resolved.call.first_started_at.get_or_insert(now);
                    }
                }
            }
        })
    }
}
