//! Ends an attempt that takes too long. Waiting for a permit is not charged to it.

use std::{sync::Arc, time::Duration};

use nebula_ports::{
    clock::Clock,
    model::{Failure, FailureKind},
    time::DurationText,
};
use tower::{Layer, Service};

use super::{LayerFuture, Produced, Started, always_ready};

#[derive(Debug, Clone)]
pub(crate) struct TimeoutLayer {
    clock: Arc<dyn Clock>,
    /// For nodes and actions that name no limit.
    default: Duration,
}

#[derive(Debug, Clone)]
pub(crate) struct Timeout<S> {
    inner: S,
    clock: Arc<dyn Clock>,
    default: Duration,
}

// === impl TimeoutLayer ===

impl TimeoutLayer {
    pub(crate) const fn new(clock: Arc<dyn Clock>, default: Duration) -> Self {
        Self { clock, default }
    }
}

impl<S> Layer<S> for TimeoutLayer {
    type Service = Timeout<S>;

    fn layer(&self, inner: S) -> Timeout<S> {
        Timeout { inner, clock: Arc::clone(&self.clock), default: self.default }
    }
}

// === impl Timeout ===

impl<S> Service<Started> for Timeout<S>
where
    S: Service<Started, Response = Produced, Error = Failure>,
    S::Future: Send + 'static,
{
    type Response = Produced;
    type Error = Failure;
    type Future = LayerFuture<Produced, Failure>;

    always_ready!();

    fn call(&mut self, started: Started) -> Self::Future {
        let limit = started.resolved.call.node().timeout.unwrap_or(self.default);
        let (clock, at) = (Arc::clone(&self.clock), started.started_at.plus(limit));
        let mut work = Box::pin(self.inner.call(started));
        Box::pin(async move {
            // The timer is made only when the answer is not there at once.
            if let std::task::Poll::Ready(done) = futures_util::poll!(work.as_mut()) {
                return done;
            }
            tokio::select! {
                biased;
                done = work => done,
                () = clock.sleep_until(at) => Err(Failure::new(
                    FailureKind::Timeout,
                    "attempt.timeout",
                    format!("the attempt has not ended within {}", DurationText::new(limit)),
                )),
            }
        })
    }
}
