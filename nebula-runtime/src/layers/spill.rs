//! Large outputs become blob references before they travel up.

use std::{io, sync::Arc};

use bytes::Bytes;
use nebula_ports::{
    action::ActionOutput,
    blob_store::{BlobStore, BlobStoreExt},
    model::{Failure, FailureKind, Payload},
};
use serde_json::Value;
use tower::{Layer, Service};

use super::{LayerFuture, Produced, Started, always_ready};

#[derive(Debug, Clone)]
pub(crate) struct SpillLayer {
    blobs: Arc<dyn BlobStore>,
}

#[derive(Debug, Clone)]
pub(crate) struct Spill<S> {
    inner: S,
    blobs: Arc<dyn BlobStore>,
}

// === impl SpillLayer ===

impl SpillLayer {
    pub(crate) const fn new(blobs: Arc<dyn BlobStore>) -> Self {
        Self { blobs }
    }
}

impl<S> Layer<S> for SpillLayer {
    type Service = Spill<S>;

    fn layer(&self, inner: S) -> Spill<S> {
        Spill { inner, blobs: Arc::clone(&self.blobs) }
    }
}

// === impl Spill ===

impl<S> Service<Started> for Spill<S>
where
    S: Service<Started, Response = ActionOutput, Error = Failure>,
    S::Future: Send + 'static,
{
    type Response = Produced;
    type Error = Failure;
    type Future = LayerFuture<Produced, Failure>;

    always_ready!();

    fn call(&mut self, started: Started) -> Self::Future {
        let scope = started.resolved.call.run.scope.clone();
        let work = self.inner.call(started);
        let blobs = Arc::clone(&self.blobs);
        Box::pin(async move {
            let (value, until) = match work.await? {
                ActionOutput::Done(value) => (value, None),
                ActionOutput::DoneAt(until, value) => (value, Some(until)),
            };
            let (payload, value) = spill(blobs.as_ref(), &scope, Arc::new(value)).await?;
            Ok(Produced { payload, value, until })
        })
    }
}

/// The value in line, or stored as a blob with the value beside it.
pub(crate) async fn spill(
    blobs: &dyn BlobStore,
    scope: &nebula_ports::Scope,
    value: Arc<Value>,
) -> Result<(Payload, Option<Arc<Value>>), Failure> {
    if !exceeds(&value, Payload::INLINE_LIMIT) {
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

/// Whether the JSON text is longer than `limit`, without keeping it and without writing more than that.
fn exceeds(value: &Value, limit: usize) -> bool {
    struct Budget(usize);
    impl io::Write for Budget {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::FileTooLarge)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    serde_json::to_writer(Budget(limit), value).is_err()
}
