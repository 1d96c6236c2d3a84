//! Bounds how many attempts of one action this worker has at one time, when the action says so. Those that wait are taken
//! in the order in which they came, whatever run they are of.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use nebula_ports::{
    action::ActionRef,
    model::{ActionId, InterfaceVersion},
};
use tokio::sync::Semaphore;
use tower::{Layer, Service};

use super::{Attempted, CallError, LayerFuture, Resolved, always_ready};

#[derive(Debug, Clone, Default)]
pub(crate) struct ConcurrencyLayer {
    gates: Gates,
}

#[derive(Debug, Clone)]
pub(crate) struct Concurrency<S> {
    inner: S,
    gates: Gates,
}

/// One for each action that sets a bound.
type Gates = Arc<Mutex<HashMap<(ActionId, InterfaceVersion), Arc<Semaphore>>>>;

// === impl ConcurrencyLayer ===

impl<S> Layer<S> for ConcurrencyLayer {
    type Service = Concurrency<S>;

    fn layer(&self, inner: S) -> Concurrency<S> {
        Concurrency { inner, gates: Arc::clone(&self.gates) }
    }
}

// === impl Concurrency ===

impl<S> Service<Resolved> for Concurrency<S>
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
        let bound = descriptor.and_then(|it| Some((it.limits.concurrency?, (it.id.clone(), it.version))));
        let Some((most, key)) = bound else {
            return Box::pin(self.inner.call(resolved));
        };
        let gate = {
            // Nothing panics while the lock is held.
            let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(gates.entry(key).or_insert_with(|| Arc::new(Semaphore::new(most.max(1) as usize))))
        };
        let mut inner = self.inner.clone();
        Box::pin(async move {
            let permit = super::permit::acquire(gate, &resolved.call.cancel).await?;
            let attempted = inner.call(resolved).await;
            drop(permit);
            attempted
        })
    }
}
