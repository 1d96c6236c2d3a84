//! Bounds what runs at one time: first the run's own limit, then the worker's. A waiting retry holds no permit.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tower::{Layer, Service};

use super::{Attempted, CallError, LayerFuture, Resolved, always_ready};

#[derive(Debug, Clone)]
pub(crate) struct PermitLayer {
    worker: Arc<Semaphore>,
}

#[derive(Debug, Clone)]
pub(crate) struct Permit<S> {
    inner: S,
    worker: Arc<Semaphore>,
}

// === impl PermitLayer ===

impl PermitLayer {
    pub(crate) const fn new(worker: Arc<Semaphore>) -> Self {
        Self { worker }
    }
}

impl<S> Layer<S> for PermitLayer {
    type Service = Permit<S>;

    fn layer(&self, inner: S) -> Permit<S> {
        Permit { inner, worker: Arc::clone(&self.worker) }
    }
}

// === impl Permit ===

impl<S> Service<Resolved> for Permit<S>
where
    S: Service<Resolved, Response = Attempted, Error = CallError> + Clone + Send + 'static,
    S::Future: Send + 'static,
{
    type Response = Attempted;
    type Error = CallError;
    type Future = LayerFuture<Attempted, CallError>;

    always_ready!();

    fn call(&mut self, resolved: Resolved) -> Self::Future {
        let mut inner = self.inner.clone();
        let worker = Arc::clone(&self.worker);
        Box::pin(async move {
            let run = resolved.call.run.parallel.clone();
            let cancel = resolved.call.cancel.clone();
            let permits = async {
                let own = match run {
                    Some(run) => Some(run.acquire_owned().await.map_err(|_| CallError::Stopped)?),
                    None => None,
                };
                Ok::<_, CallError>((own, worker.acquire_owned().await.map_err(|_| CallError::Stopped)?))
            };
            let permits = tokio::select! {
                biased;
                permits = permits => permits?,
                () = cancel.cancelled() => return Err(CallError::Stopped),
            };
            let attempted = inner.call(resolved).await;
            drop(permits);
            attempted
        })
    }
}
