//! Blobs: storing content, and reading what the input names.

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use nebula_ports::host::{ByteStream, Host};

use crate::{ActionError, Blob, Result};

/// The blobs of an attempt: those that its input names, and those that it has put.
#[derive(Debug, Clone, Copy)]
pub struct Blobs<'a> {
    host: &'a dyn Host,
}

// === impl Blobs ===

impl<'a> Blobs<'a> {
    pub(crate) fn new(host: &'a dyn Host) -> Self {
        Self { host }
    }

    /// Stores content; give the blob back as part of the result. It is durable when the call returns, also when the attempt
    /// fails afterwards, and putting the same again gives the same blob.
    ///
    /// # Errors
    /// `Invalid` with the code `blob.media_type`, `Transient` or `Permanent` when it cannot be stored.
    pub async fn put(&self, media_type: &str, content: impl Into<Bytes> + Send) -> Result<Blob> {
        let content = content.into();
        self.put_stream(media_type, stream::iter([Ok(content)]).boxed()).await
    }

    /// Stores a stream: memory does not grow with its length. An error in the stream leaves no blob.
    ///
    /// # Errors
    /// As [`put`](Self::put), and the stream's own error.
    pub async fn put_stream(&self, media_type: &str, content: ByteStream) -> Result<Blob> {
        Ok(Blob::new(self.host.put_blob(media_type, content).await?))
    }

    /// Streams the content, which is checked against the digest on the way.
    ///
    /// # Errors
    /// `Denied` when neither the input names it nor this attempt has put it, `Permanent` with the code `blob.gone` when it
    /// is there no more. Items of the stream may be errors.
    pub async fn get(&self, blob: &Blob) -> Result<ByteStream> {
        Ok(self.host.get_blob(blob.digest()).await?)
    }

    /// Reads content of at most `max` bytes.
    ///
    /// # Errors
    /// As [`get`](Self::get), and `Permanent` with the code `blob.too_large`.
    pub async fn get_bytes(&self, blob: &Blob, max: usize) -> Result<Vec<u8>> {
        let mut content = self.get(blob).await?;
        let mut all = Vec::new();
        while let Some(part) = content.next().await {
            let part = part?;
            if all.len() + part.len() > max {
                let message = format!("the blob {} has more than {max} bytes", blob.digest());
                return Err(ActionError::permanent("blob.too_large", message));
            }
            all.extend_from_slice(&part);
        }
        Ok(all)
    }
}
