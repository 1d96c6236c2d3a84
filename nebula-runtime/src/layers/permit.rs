//! Bounds what the worker has at one time.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
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
            let permit = acquire(worker, &resolved.call.cancel).await?;
            let attempted = inner.call(resolved).await;
            drop(permit);
            attempted
        })
    }
}

/// A place, in the order of arrival; a call that is cancelled stops waiting.
pub(super) async fn acquire(
    places: Arc<Semaphore>,
    cancel: &CancellationToken,
) -> Result<OwnedSemaphorePermit, CallError> {
    tokio::select! {
        biased;
        permit = places.acquire_owned() => permit.map_err(|_| CallError::Stopped),
        () = cancel.cancelled() => Err(CallError::Stopped),
    }
}
