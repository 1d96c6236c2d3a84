//! What is particular to a folder: damage, crashes, leftovers, several processes.

#![expect(clippy::disallowed_methods, reason = "a test is the root of its own tenants")]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use nebula_blob_fs::{Config, FsBlobs};
use nebula_ports::{
    Error, ErrorKind, Scope,
    blob_store::{BlobStore, BlobStoreExt},
    model::{BlobRef, TenantId},
};
use tempfile::TempDir;

fn scope() -> Scope {
    Scope::of(TenantId::new("acme").unwrap())
}

async fn open(root: &TempDir) -> FsBlobs {
    FsBlobs::open(Config { root: root.path().to_owned() }).await.unwrap()
}

async fn put(store: &FsBlobs, content: Vec<u8>) -> BlobRef {
    store.put_bytes(&scope(), "text/plain", content.into()).await.unwrap()
}

fn place(root: &TempDir, blob: &BlobRef) -> PathBuf {
    let digest = blob.digest.to_string();
    root.path().join("acme").join(&digest[..2]).join(digest)
}

/// All files below, without locks.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_none_or(|extension| extension != "lock") {
            found.push(path);
        }
    }
    found
}

#[tokio::test]
async fn a_blob_is_a_plain_file_at_its_place() {
    let root = TempDir::new().unwrap();
    let store = open(&root).await;
    let blob = put(&store, b"plain".to_vec()).await;
    assert_eq!(fs::read(place(&root, &blob)).unwrap(), b"plain");
    assert_eq!(files(root.path()), [place(&root, &blob)]);
}

#[tokio::test]
async fn damaged_content_is_corrupt_when_read_and_healed_when_stored_again() {
    let root = TempDir::new().unwrap();
    let store = open(&root).await;
    let content = vec![1; 1 << 20];
    let blob = put(&store, content.clone()).await;
    let mut flipped = content.clone();
    flipped[700_000] ^= 1;
    for damage in [flipped, content[..content.len() - 1].to_vec(), [content.clone(), vec![0]].concat(), Vec::new()] {
        fs::write(place(&root, &blob), damage).unwrap();
        let error = store.get_bytes(&scope(), blob.digest).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt);
        assert!(error.to_string().contains(&blob.digest.to_string()), "{error}");
    }
    put(&store, content.clone()).await;
    assert_eq!(store.get_bytes(&scope(), blob.digest).await.unwrap(), content);
}

#[tokio::test]
async fn a_failing_stream_leaves_no_file() {
    let root = TempDir::new().unwrap();
    let store = open(&root).await;
    let large = Bytes::from(vec![0; 600_000]);
    let broken = [Ok(large.clone()), Ok(large), Err(Error::new(ErrorKind::Unavailable, "test", "broken"))];
    store.put(&scope(), "text/plain", stream::iter(broken).boxed()).await.unwrap_err();
    assert!(files(root.path()).is_empty());
}

#[tokio::test]
async fn drafts_of_a_crash_are_removed_at_open_and_those_of_the_living_are_kept() {
    let root = TempDir::new().unwrap();
    // What a process leaves that is killed: its folder, and a lock that nobody holds.
    let dead = root.path().join(".drafts/7");
    fs::create_dir_all(&dead).unwrap();
    fs::write(dead.join("0"), "half").unwrap();
    fs::write(root.path().join(".drafts/7.lock"), "").unwrap();

    let living = open(&root).await;
    assert!(!dead.exists());
    let (go_on, gate) = tokio::sync::oneshot::channel::<()>();
    let content = stream::iter([Ok(Bytes::from(vec![5; 300_000]))]).chain(stream::once(async move {
        gate.await.unwrap();
        Ok(Bytes::from_static(b"end"))
    }));
    let mut writing = tokio::spawn(async move { living.put(&scope(), "text/plain", content.boxed()).await });
    while files(root.path()).is_empty() {
        tokio::task::yield_now().await;
    }
    let other = open(&root).await;
    assert_eq!(files(root.path()).len(), 1, "the draft of the living one is kept");
    go_on.send(()).unwrap();
    let blob = (&mut writing).await.unwrap().unwrap();
    assert_eq!(other.get_bytes(&scope(), blob.digest).await.unwrap().len(), 300_003);
}

#[tokio::test]
async fn closing_leaves_nothing_but_blobs() {
    let root = TempDir::new().unwrap();
    let store = open(&root).await;
    let blob = put(&store, b"x".to_vec()).await;
    drop(store);
    assert_eq!(files(root.path()), [place(&root, &blob)]);
    assert!(!root.path().join(".drafts/0").exists());
}

#[tokio::test]
async fn a_put_asks_for_no_more_than_it_can_write() {
    let root = TempDir::new().unwrap();
    let store = open(&root).await;
    // Pieces that are alive: made, and not yet written and dropped.
    struct Piece(Vec<u8>, Arc<AtomicUsize>);
    impl AsRef<[u8]> for Piece {
        fn as_ref(&self) -> &[u8] {
            &self.0
        }
    }
    impl Drop for Piece {
        fn drop(&mut self) {
            self.1.fetch_sub(1, Ordering::SeqCst);
        }
    }
    let alive = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let (counter, peak) = (alive.clone(), most.clone());
    let content = stream::iter(0..256).map(move |_| {
        peak.fetch_max(counter.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        Ok(Bytes::from_owner(Piece(vec![9; 64 * 1024], counter.clone())))
    });
    let blob = store.put(&scope(), "text/plain", content.boxed()).await.unwrap();
    assert_eq!(blob.size, 16 << 20);
    assert_eq!(alive.load(Ordering::SeqCst), 0);
    assert!(most.load(Ordering::SeqCst) <= 8, "{most:?} pieces of 64 KiB at once");
}

#[tokio::test]
async fn a_folder_where_a_blob_should_be_is_an_error_and_not_a_panic() {
    let root = TempDir::new().unwrap();
    let store = open(&root).await;
    let blob = put(&store, b"x".to_vec()).await;
    fs::remove_file(place(&root, &blob)).unwrap();
    fs::create_dir(place(&root, &blob)).unwrap();
    let read: Result<Vec<_>, _> = match store.get(&scope(), blob.digest).await {
        Ok(stream) => stream.try_collect().await,
        Err(error) => Err(error),
    };
    assert_eq!(read.unwrap_err().kind(), ErrorKind::Corrupt);
    store.put_bytes(&scope(), "text/plain", Bytes::from_static(b"x")).await.unwrap_err();
}

#[tokio::test]
async fn a_file_where_the_folder_should_be_is_an_error_that_names_it() {
    let root = TempDir::new().unwrap();
    let path = root.path().join("file");
    fs::write(&path, "").unwrap();
    let error = FsBlobs::open(Config { root: path.join("blobs") }).await.unwrap_err();
    assert!(error.to_string().contains("file/blobs"), "{error}");
}
