//! Large outputs become blob references before they travel up, and too large ones go nowhere.

use std::sync::Arc;

use bytes::Bytes;
use nebula_ports::{
    action::ActionOutput,
    blob_store::{BlobStore, BlobStoreExt},
    model::{ByteSize, Failure, FailureKind, Payload},
};
use serde_json::Value;
use tower::{Layer, Service};

use super::{
    LayerFuture, Produced, ProducedKind, Ran, Started, always_ready,
    size::{self, Measured},
};

/// Longest JSON text of what a pause keeps.
const STATE_LIMIT: ByteSize = ByteSize(1024 * 1024);

#[derive(Debug, Clone)]
pub(crate) struct SpillLayer {
    blobs: Arc<dyn BlobStore>,
    /// For actions that name no limit.
    max_output: ByteSize,
}

#[derive(Debug, Clone)]
pub(crate) struct Spill<S> {
    inner: S,
    blobs: Arc<dyn BlobStore>,
    max_output: ByteSize,
}

// === impl SpillLayer ===

impl SpillLayer {
    pub(crate) const fn new(blobs: Arc<dyn BlobStore>, max_output: ByteSize) -> Self {
        Self { blobs, max_output }
    }
}

impl<S> Layer<S> for SpillLayer {
    type Service = Spill<S>;

    fn layer(&self, inner: S) -> Spill<S> {
        Spill { inner, blobs: Arc::clone(&self.blobs), max_output: self.max_output }
    }
}

// === impl Spill ===

impl<S> Service<Started> for Spill<S>
where
    S: Service<Started, Response = Ran, Error = Failure>,
    S::Future: Send + 'static,
{
    type Response = Produced;
    type Error = Failure;
    type Future = LayerFuture<Produced, Failure>;

    always_ready!();

    fn call(&mut self, started: Started) -> Self::Future {
        let call = &started.resolved.call;
        let scope = call.run.scope.clone();
        let limit = call.node().limits().max_output.unwrap_or(self.max_output);
        let work = self.inner.call(started);
        let blobs = Arc::clone(&self.blobs);
        Box::pin(async move {
            let Ran { output, cached } = work.await?;
            let (value, kind) = match output {
                ActionOutput::Done(value) => (value, ProducedKind::Result),
                ActionOutput::DoneAt(until, value) => (value, ProducedKind::ResultAt(until)),
                ActionOutput::Route(port, value) => (value, ProducedKind::ResultBy(port)),
                ActionOutput::Paused { wake, state } => (state, ProducedKind::State(wake)),
                ActionOutput::Polled(_) => {
                    let message = "the action has answered a node as a trigger answers a poll";
                    return Err(Failure::new(FailureKind::Bug, "action.polled", message));
                }
            };
            match kind {
                ProducedKind::State(_) => size::within(&value, STATE_LIMIT, Measured::State)?,
                _ => size::within(&value, limit, Measured::Output)?,
            }
            let (payload, value) = spill(blobs.as_ref(), &scope, Arc::new(value)).await?;
            Ok(Produced { payload, value, kind, cached })
        })
    }
}

/// The value in line, or stored as a blob with the value beside it.
pub(crate) async fn spill(
    blobs: &dyn BlobStore,
    scope: &nebula_ports::Scope,
    value: Arc<Value>,
) -> Result<(Payload, Option<Arc<Value>>), Failure> {
    if !size::exceeds(&value, Payload::INLINE_LIMIT as u64) {
        return Ok((Payload::Inline(value), None));
    }
    let text = serde_json::to_vec(value.as_ref())
        .map_err(|error| Failure::new(FailureKind::Bug, "output.unwritable", error.to_string()))?;
    let stored = blobs.put_bytes(scope, "application/json", Bytes::from(text)).await.map_err(|error| {
        let kind = if error.is_retryable() { FailureKind::Transient } else { FailureKind::Permanent };
        Failure::new(kind, "output.not_stored", format!("the output cannot be stored: {error}"))
    })?;
    Ok((Payload::Blob(stored), Some(value)))
}
