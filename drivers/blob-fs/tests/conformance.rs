//! The folder keeps the contract of a blob store.

use std::{process::ExitCode, sync::Arc, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};
use nebula_blob_fs::{Config, FsBlobs};
use nebula_ports::{
    blob_store::BlobStore,
    conformance::{Harness, Run, Unavailable, blob_store},
};
use tempfile::TempDir;

struct Folder {
    root: TempDir,
    port: Arc<dyn BlobStore>,
}

async fn open(root: &TempDir) -> Arc<dyn BlobStore> {
    Arc::new(FsBlobs::open(Config { root: root.path().join("blobs") }).await.expect("the folder is new"))
}

impl Harness for Folder {
    type Port = dyn BlobStore;

    fn port(&self) -> Arc<dyn BlobStore> {
        self.port.clone()
    }

    fn elapse(&self, _: Duration) -> BoxFuture<'_, ()> {
        // Nothing in the store knows of time.
        futures_util::future::ready(()).boxed()
    }

    fn reopen(&self) -> Option<BoxFuture<'_, Arc<dyn BlobStore>>> {
        Some(open(&self.root).boxed())
    }
}

async fn start() -> Result<Folder, Unavailable> {
    let root = TempDir::new().expect("a folder for temporary files");
    let port = open(&root).await;
    Ok(Folder { root, port })
}

fn main() -> ExitCode {
    Run::default().suite(&blob_store::SUITE, start).main()
}
