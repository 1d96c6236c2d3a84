//! The reference blob store.

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, TryStreamExt, stream};

use crate::{
    Scope,
    blob_store::{BlobStore, BlobStream},
    error::{Error, ErrorKind, Result},
    model::{BlobRef, Digest, TenantId},
};

/// Bytes handed out at once.
const CHUNK: usize = 64 * 1024;

/// Blobs in memory. Unlike a store on disk it holds what it is given, so its memory is what the blobs weigh.
#[derive(Default)]
pub struct MemoryBlobs {
    blobs: Mutex<HashMap<(TenantId, Digest), Bytes>>,
}

// === impl MemoryBlobs ===

impl MemoryBlobs {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(TenantId, Digest), Bytes>> {
        // Nothing panics while the lock is held.
        self.blobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(scope: &Scope, digest: Digest) -> (TenantId, Digest) {
    (scope.tenant().clone(), digest)
}

#[async_trait]
impl BlobStore for MemoryBlobs {
    async fn put(&self, scope: &Scope, mime: &str, mut content: BlobStream) -> Result<BlobRef> {
        let mut all = BytesMut::new();
        while let Some(bytes) = content.try_next().await? {
            all.extend_from_slice(&bytes);
        }
        let digest = Digest::of(&all);
        let size = u64::try_from(all.len()).unwrap_or(u64::MAX);
        self.lock().entry(key(scope, digest)).or_insert_with(|| all.freeze());
        Ok(BlobRef { digest, size, mime: mime.to_owned() })
    }

    async fn get(&self, scope: &Scope, digest: Digest) -> Result<BlobStream> {
        let mut left = self.lock().get(&key(scope, digest)).cloned().ok_or_else(|| {
            Error::new(ErrorKind::NotFound, "blob_store.get", "there is no such blob").with_context("digest", digest)
        })?;
        let chunks = std::iter::from_fn(move || {
            let chunk = left.split_to(left.len().min(CHUNK));
            (!chunk.is_empty()).then_some(Ok(chunk))
        });
        Ok(stream::iter(chunks).boxed())
    }

    async fn head(&self, scope: &Scope, digest: Digest) -> Result<Option<u64>> {
        let size = self.lock().get(&key(scope, digest)).map(Bytes::len);
        Ok(size.map(|size| u64::try_from(size).unwrap_or(u64::MAX)))
    }

    async fn delete(&self, scope: &Scope, digest: Digest) -> Result<()> {
        self.lock().remove(&key(scope, digest));
        Ok(())
    }
}

impl fmt::Debug for MemoryBlobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryBlobs").field("blobs", &self.lock().len()).finish()
    }
}
