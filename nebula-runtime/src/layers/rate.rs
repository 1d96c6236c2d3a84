//! Spaces the attempts of one action in this worker, when the action says how many there may be in a time.
//!
//! The generic cell rate algorithm (ITU-T I.371): one number, the time at which a steady stream would bring the next
//! attempt. An attempt may come before it by as much as the burst allows. Waiting is in memory and in the order of arrival;
//! it ends with the call, and takes nothing from those behind.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use nebula_ports::{
    action::ActionRef,
    clock::Clock,
    model::{ActionId, InterfaceVersion, RateLimit},
    time::Timestamp,
};
use tower::{Layer, Service};

use super::{Attempted, CallError, LayerFuture, Resolved, always_ready};

#[derive(Debug, Clone)]
pub(crate) struct RateLayer {
    clock: Arc<dyn Clock>,
    paces: Paces,
}

#[derive(Debug, Clone)]
pub(crate) struct Rate<S> {
    inner: S,
    clock: Arc<dyn Clock>,
    paces: Paces,
}

/// One for each action that sets a rate.
type Paces = Arc<Mutex<HashMap<(ActionId, InterfaceVersion), Arc<Pace>>>>;

/// The pace of one action.
#[derive(Debug)]
struct Pace {
    /// Time from one attempt to the next in a steady stream.
    step: Duration,
    /// How much earlier one may come.
    ahead: Duration,
    /// When a steady stream would bring the next one. Who holds the lock is the next to go; the lock is fair.
    next: tokio::sync::Mutex<Timestamp>,
}

// === impl RateLayer ===

impl RateLayer {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, paces: Paces::default() }
    }
}

impl<S> Layer<S> for RateLayer {
    type Service = Rate<S>;

    fn layer(&self, inner: S) -> Rate<S> {
        Rate { inner, clock: Arc::clone(&self.clock), paces: Arc::clone(&self.paces) }
    }
}

// === impl Rate ===

impl<S> Service<Resolved> for Rate<S>
where
    S: Service<Resolved, Response = Attempted, Error = CallError> + Clone + Send + 'static,
    S::Future: Send + 'static,
{
    type Response = Attempted;
    type Error = CallError;
    type Future = LayerFuture<Attempted, CallError>;

    always_ready!();

    fn call(&mut self, resolved: Resolved) -> Self::Future {
        let descriptor = resolved.call.node().action().map(ActionRef::descriptor);
        let bound = descriptor.and_then(|it| Some((it.limits.rate?, (it.id.clone(), it.version))));
        let Some((limit, key)) = bound else {
            return Box::pin(self.inner.call(resolved));
        };
        let pace = {
            // Nothing panics while the lock is held.
            let mut paces = self.paces.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(paces.entry(key).or_insert_with(|| Arc::new(Pace::new(limit))))
        };
        let mut inner = self.inner.clone();
        let clock = Arc::clone(&self.clock);
        Box::pin(async move {
            let cancel = resolved.call.cancel.clone();
            tokio::select! {
                biased;
                () = pace.wait(clock.as_ref()) => {}
                () = cancel.cancelled() => return Err(CallError::Stopped),
            }
            inner.call(resolved).await
        })
    }
}

// === impl Pace ===

impl Pace {
    fn new(limit: RateLimit) -> Self {
        let step = limit.step();
        let ahead = step.saturating_mul(limit.burst.saturating_sub(1));
        Self { step, ahead, next: tokio::sync::Mutex::new(Timestamp::from_micros(0)) }
    }

    /// Returns when the next attempt may begin, and counts it. Dropped before, it counts nothing.
    async fn wait(&self, clock: &dyn Clock) {
        let mut next = self.next.lock().await;
        let steady = (*next).max(clock.now());
        let ahead = i64::try_from(self.ahead.as_micros()).unwrap_or(i64::MAX);
        clock.sleep_until(Timestamp::from_micros(steady.as_micros().saturating_sub(ahead))).await;
        *next = steady.plus(self.step);
    }
}

#[cfg(test)]
mod tests;
