//! The store: streams in and out, with the file work on threads where it hinders nobody.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::PathBuf,
    sync::Arc,
};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use nebula_ports::{
    Error, ErrorKind, Result, Scope,
    blob_store::{BlobStore, BlobStream},
    model::{BlobRef, Digest},
};
use tokio::task;

use crate::{
    Config,
    draft::{Draft, Drafts},
    error::{failed, interrupted},
    layout,
};

/// Bytes that go to and from a file at once.
const CHUNK: usize = 256 * 1024;

const GET: &str = "blob_store.get";
const PUT: &str = "blob_store.put";
const HEAD: &str = "blob_store.head";
const DELETE: &str = "blob_store.delete";
const OPEN: &str = "blob_store.open";

/// A folder of blobs. Needs a Tokio runtime around every call. Cheap to clone.
#[derive(Debug, Clone)]
pub struct FsBlobs {
    root: Arc<PathBuf>,
    drafts: Arc<Drafts>,
}

/// A blob that is being read.
struct Reading {
    file: File,
    path: PathBuf,
    expected: Digest,
    hasher: blake3::Hasher,
}

// === impl FsBlobs ===

impl FsBlobs {
    /// Opens the folder, creating it when it is not there, and removes drafts that a crash left.
    ///
    /// # Errors
    /// When the folder cannot be created, read or written.
    pub async fn open(config: Config) -> Result<Self> {
        let root = config.root;
        blocking(OPEN, move || {
            let fail = |error| failed(OPEN, &root, error);
            fs::create_dir_all(&root).map_err(fail)?;
            // Absolute from here on, so that changing the process' folder changes nothing.
            let root = fs::canonicalize(&root).map_err(fail)?;
            let drafts = root.join(layout::DRAFTS);
            let drafts = Drafts::open(&drafts).map_err(|error| failed(OPEN, &drafts, error))?;
            Ok(Self { root: Arc::new(root), drafts: Arc::new(drafts) })
        })
        .await
    }
}

async fn blocking<T: Send + 'static>(
    operation: &'static str,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    task::spawn_blocking(work).await.map_err(|error| interrupted(operation, error))?
}

/// Writes all of `bytes` and gives the draft back.
async fn write(mut draft: Draft, bytes: Vec<Bytes>) -> Result<Draft> {
    blocking(PUT, move || {
        for bytes in bytes {
            draft.write(&bytes).map_err(|error| failed(PUT, draft.path(), error))?;
        }
        Ok(draft)
    })
    .await
}

#[async_trait]
impl BlobStore for FsBlobs {
    async fn put(&self, scope: &Scope, mime: &str, mut content: BlobStream) -> Result<BlobRef> {
        let drafts = self.drafts.clone();
        let root = self.root.clone();
        let begin = move || drafts.begin().map_err(|error| failed(PUT, &root, error));
        let mut draft = blocking(PUT, begin).await?;
        let mut waiting = Vec::new();
        let mut waiting_bytes = 0;
        while let Some(bytes) = content.try_next().await? {
            waiting_bytes += bytes.len();
            waiting.push(bytes);
            // Many small pieces share a trip to the file; their number is bounded too.
            if waiting_bytes >= CHUNK || waiting.len() >= 1024 {
                draft = write(draft, std::mem::take(&mut waiting)).await?;
                waiting_bytes = 0;
            }
        }
        draft = write(draft, waiting).await?;
        let blob = BlobRef { digest: draft.digest(), size: draft.size(), mime: mime.to_owned() };
        let place = layout::place(&self.root, scope, blob.digest);
        let root = self.root.clone();
        blocking(PUT, move || draft.place(&root, &place).map_err(|error| failed(PUT, &place, error))).await?;
        Ok(blob)
    }

    async fn get(&self, scope: &Scope, digest: Digest) -> Result<BlobStream> {
        let path = layout::place(&self.root, scope, digest);
        let reading = blocking(GET, move || {
            let file = File::open(&path).map_err(|error| failed(GET, &path, error).with_context("digest", digest))?;
            Ok(Reading { file, path, expected: digest, hasher: blake3::Hasher::new() })
        })
        .await?;
        Ok(stream::try_unfold(reading, |reading| blocking(GET, move || reading.next())).boxed())
    }

    async fn head(&self, scope: &Scope, digest: Digest) -> Result<Option<u64>> {
        let path = layout::place(&self.root, scope, digest);
        blocking(HEAD, move || match fs::metadata(&path) {
            Ok(metadata) => Ok(Some(metadata.len())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(HEAD, &path, error)),
        })
        .await
    }

    async fn delete(&self, scope: &Scope, digest: Digest) -> Result<()> {
        let path = layout::place(&self.root, scope, digest);
        blocking(DELETE, move || match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(DELETE, &path, error)),
            _ => Ok(()),
        })
        .await
    }
}

// === impl Reading ===

impl Reading {
    /// The next chunk; at the end the check.
    fn next(mut self) -> Result<Option<(Bytes, Self)>> {
        let mut chunk = Vec::with_capacity(CHUNK);
        let limit = u64::try_from(CHUNK).unwrap_or(u64::MAX);
        (&mut self.file).take(limit).read_to_end(&mut chunk).map_err(|error| failed(GET, &self.path, error))?;
        if !chunk.is_empty() {
            self.hasher.update(&chunk);
            return Ok(Some((chunk.into(), self)));
        }
        if self.hasher.finalize().as_bytes() == self.expected.as_bytes() {
            return Ok(None);
        }
        Err(Error::new(ErrorKind::Corrupt, GET, "the blob's bytes are not those that were stored")
            .with_context("digest", self.expected)
            .with_context("path", self.path.display()))
    }
}
