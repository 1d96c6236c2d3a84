//! Large data by content: what has the same bytes has the same name.

use std::fmt;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream, stream::BoxStream};

use crate::{
    Scope,
    error::Result,
    model::{BlobRef, Digest},
};

/// Bytes on their way into or out of a store.
pub type BlobStream = BoxStream<'static, Result<Bytes>>;

/// Content-addressed blobs, apart for each tenant.
#[async_trait]
pub trait BlobStore: Send + Sync + fmt::Debug {
    /// Stores a stream, in bounded memory. It becomes visible whole, or not at all when the stream or the store fails;
    /// durable when the call returns. Storing what is there already succeeds.
    ///
    /// # Errors
    /// The stream's error, or the store's.
    async fn put(&self, scope: &Scope, mime: &str, content: BlobStream) -> Result<BlobRef>;

    /// Streams a blob, checking it: content that does not have the digest ends the stream with `Corrupt`.
    ///
    /// # Errors
    /// `NotFound` when there is no such blob in this scope.
    async fn get(&self, scope: &Scope, digest: Digest) -> Result<BlobStream>;

    /// Its length in bytes, if it exists in this scope.
    ///
    /// # Errors
    /// When the store cannot be reached.
    async fn head(&self, scope: &Scope, digest: Digest) -> Result<Option<u64>>;

    /// Removes it; removing what is not there succeeds.
    ///
    /// # Errors
    /// When the store cannot be reached.
    async fn delete(&self, scope: &Scope, digest: Digest) -> Result<()>;
}

/// Whole blobs in memory, for those known to be small.
#[async_trait]
pub trait BlobStoreExt: BlobStore {
    /// Stores bytes.
    ///
    /// # Errors
    /// As for [`BlobStore::put`].
    async fn put_bytes(&self, scope: &Scope, mime: &str, content: Bytes) -> Result<BlobRef> {
        self.put(scope, mime, stream::once(async { Ok(content) }).boxed()).await
    }

    /// Reads a blob whole.
    ///
    /// # Errors
    /// As for [`BlobStore::get`].
    async fn get_bytes(&self, scope: &Scope, digest: Digest) -> Result<Vec<u8>> {
        let content = self.get(scope, digest).await?;
        content
            .try_fold(Vec::new(), |mut all, bytes| async move {
                all.extend_from_slice(&bytes);
                Ok(all)
            })
            .await
    }
}

impl<T: BlobStore + ?Sized> BlobStoreExt for T {}
