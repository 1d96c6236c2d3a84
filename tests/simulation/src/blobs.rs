//! Large data as one process sees it: what is to be stored sometimes is not.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use nebula_ports::{
    Scope,
    blob_store::{BlobStore, BlobStream},
    error::Result,
    model::{BlobRef, Digest},
};

use crate::store::{Line, unreachable};

pub(crate) struct RemoteBlobs {
    pub(crate) blobs: Arc<dyn BlobStore>,
    pub(crate) line: Line,
}

impl RemoteBlobs {
    async fn reach(&self, failed: &'static str) -> Result<()> {
        self.line.delay().await;
        if self.line.is_cut() || (!self.line.is_calm() && self.line.chance.one_in(30)) {
            self.line.counters.count(failed);
            return Err(unreachable());
        }
        Ok(())
    }
}

impl fmt::Debug for RemoteBlobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RemoteBlobs")
    }
}

#[async_trait]
impl BlobStore for RemoteBlobs {
    async fn put(&self, scope: &Scope, mime: &str, content: BlobStream) -> Result<BlobRef> {
        self.reach("blob not stored").await?;
        self.blobs.put(scope, mime, content).await
    }

    async fn get(&self, scope: &Scope, digest: Digest) -> Result<BlobStream> {
        self.reach("blob not read").await?;
        self.blobs.get(scope, digest).await
    }

    async fn head(&self, scope: &Scope, digest: Digest) -> Result<Option<u64>> {
        self.reach("blob not read").await?;
        self.blobs.head(scope, digest).await
    }

    async fn delete(&self, scope: &Scope, digest: Digest) -> Result<()> {
        self.reach("blob not read").await?;
        self.blobs.delete(scope, digest).await
    }
}
