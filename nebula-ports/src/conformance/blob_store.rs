//! The contract of [`BlobStore`] as cases.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use bytes::Bytes;
use futures_util::{FutureExt as _, StreamExt as _, TryStreamExt as _, stream};

use crate::{
    Scope,
    blob_store::{BlobStore, BlobStoreExt as _, BlobStream},
    conformance::{Cx, suite},
    error::{Error, ErrorKind},
    model::Digest,
};

suite! {
    /// The contract of a store of blobs by content.
    "blob_store", dyn BlobStore, [
        a_blob_comes_back_as_it_was,
        a_blob_is_named_by_its_bytes,
        an_empty_blob_is_a_blob,
        an_unknown_blob_is_not_found,
        storing_the_same_again_succeeds,
        the_same_stored_at_once_is_there,
        different_blobs_stored_at_once_do_not_mix,
        chunks_and_media_types_do_not_matter_to_the_name,
        a_failing_stream_stores_nothing,
        a_put_that_is_dropped_stores_nothing,
        a_failing_stream_leaves_what_was_there,
        a_blob_is_not_visible_before_it_is_whole,
        a_deleted_blob_is_gone_and_may_come_back,
        removing_what_is_not_there_succeeds,
        a_tenant_does_not_see_the_blobs_of_another,
        removing_touches_one_tenant_only,
        a_reader_may_stop_anywhere,
        a_large_blob_streams_in_and_out,
        reopening_keeps_blobs,
    ]
}

type Case = Cx<dyn BlobStore>;

const MIME: &str = "text/plain";

fn of(chunks: &[&'static str]) -> BlobStream {
    stream::iter(chunks.iter().map(|chunk| Ok(Bytes::from_static(chunk.as_bytes()))).collect::<Vec<_>>()).boxed()
}

fn broken_after(chunk: &'static str) -> BlobStream {
    let error = Error::new(ErrorKind::Unavailable, "test.stream", "the source went away");
    stream::iter([Ok(Bytes::from_static(chunk.as_bytes())), Err(error)]).boxed()
}

async fn put(cx: &Case, scope: &Scope, text: &'static str) -> Digest {
    cx.port.put_bytes(scope, MIME, Bytes::from_static(text.as_bytes())).await.unwrap().digest
}

async fn read(cx: &Case, scope: &Scope, digest: Digest) -> Vec<u8> {
    cx.port.get_bytes(scope, digest).await.unwrap()
}

async fn assert_absent(cx: &Case, scope: &Scope, digest: Digest) {
    assert_eq!(cx.port.head(scope, digest).await.unwrap(), None);
    let error = cx.port.get(scope, digest).await.err().expect("there is no such blob");
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

async fn a_blob_comes_back_as_it_was(cx: Case) {
    let scope = cx.fresh_scope();
    let blob = cx.port.put(&scope, MIME, of(&["one ", "two ", "three"])).await.unwrap();
    assert_eq!((blob.size, blob.mime.as_str()), (13, MIME));
    assert_eq!(read(&cx, &scope, blob.digest).await, b"one two three");
    assert_eq!(cx.port.head(&scope, blob.digest).await.unwrap(), Some(13));
}

async fn a_blob_is_named_by_its_bytes(cx: Case) {
    let scope = cx.fresh_scope();
    assert_eq!(put(&cx, &scope, "content").await, Digest::of(b"content"));
}

async fn an_empty_blob_is_a_blob(cx: Case) {
    let scope = cx.fresh_scope();
    let blob = cx.port.put(&scope, MIME, of(&[])).await.unwrap();
    assert_eq!((blob.size, blob.digest), (0, Digest::of(b"")));
    assert_eq!(read(&cx, &scope, blob.digest).await, b"");
    assert_eq!(cx.port.head(&scope, blob.digest).await.unwrap(), Some(0));
}

async fn an_unknown_blob_is_not_found(cx: Case) {
    let scope = cx.fresh_scope();
    assert_absent(&cx, &scope, Digest::of(b"never stored")).await;
}

async fn storing_the_same_again_succeeds(cx: Case) {
    let scope = cx.fresh_scope();
    let first = put(&cx, &scope, "again").await;
    assert_eq!(put(&cx, &scope, "again").await, first);
    assert_eq!(read(&cx, &scope, first).await, b"again");
    // One removal removes it: it is there once.
    cx.port.delete(&scope, first).await.unwrap();
    assert_absent(&cx, &scope, first).await;
}

async fn the_same_stored_at_once_is_there(cx: Case) {
    let scope = cx.fresh_scope();
    let puts = (0..16).map(|_| {
        let (port, scope) = (Arc::clone(&cx.port), scope.clone());
        async move { port.put(&scope, MIME, of(&["the ", "same"])).await.unwrap().digest }.boxed()
    });
    let digests = cx.at_once(puts).await;
    assert!(digests.iter().all(|digest| *digest == Digest::of(b"the same")));
    assert_eq!(read(&cx, &scope, digests[0]).await, b"the same");
}

async fn different_blobs_stored_at_once_do_not_mix(cx: Case) {
    let scope = cx.fresh_scope();
    let puts = (0..32_usize).map(|n| {
        let (port, scope) = (Arc::clone(&cx.port), scope.clone());
        async move {
            let content = Bytes::from(n.to_string().repeat(5_000));
            let blob = port.put_bytes(&scope, MIME, content.clone()).await.unwrap();
            assert_eq!(port.get_bytes(&scope, blob.digest).await.unwrap(), content);
        }
        .boxed()
    });
    cx.at_once(puts).await;
}

async fn chunks_and_media_types_do_not_matter_to_the_name(cx: Case) {
    let scope = cx.fresh_scope();
    let whole = put(&cx, &scope, "abcdef").await;
    let pieces = cx.port.put(&scope, "image/png", of(&["", "ab", "", "c", "def", ""])).await.unwrap();
    assert_eq!(pieces.digest, whole);
    assert_eq!((pieces.size, pieces.mime.as_str()), (6, "image/png"));
    assert_eq!(read(&cx, &scope, whole).await, b"abcdef");
}

async fn a_failing_stream_stores_nothing(cx: Case) {
    let scope = cx.fresh_scope();
    let error = cx.port.put(&scope, MIME, broken_after("half")).await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Unavailable, "test.stream"), "the stream's own error");
    assert_absent(&cx, &scope, Digest::of(b"half")).await;
}

async fn a_put_that_is_dropped_stores_nothing(cx: Case) {
    let scope = cx.fresh_scope();
    let content = of(&["half"]).chain(stream::pending()).boxed();
    let mut put = cx.port.put(&scope, MIME, content);
    for _ in 0..100 {
        assert!((&mut put).now_or_never().is_none(), "the stream never ends");
        tokio::task::yield_now().await;
    }
    drop(put);
    assert_absent(&cx, &scope, Digest::of(b"half")).await;
}

async fn a_failing_stream_leaves_what_was_there(cx: Case) {
    let scope = cx.fresh_scope();
    let digest = put(&cx, &scope, "half").await;
    cx.port.put(&scope, MIME, broken_after("half")).await.unwrap_err();
    assert_eq!(read(&cx, &scope, digest).await, b"half");
}

async fn a_blob_is_not_visible_before_it_is_whole(cx: Case) {
    let scope = cx.fresh_scope();
    let (port, inner) = (Arc::clone(&cx.port), scope.clone());
    // Looks from inside the stream, when all bytes but the end are in.
    let last = stream::once(async move {
        assert_eq!(port.head(&inner, Digest::of(b"whole")).await.unwrap(), None);
        Ok(Bytes::new())
    });
    let blob = cx.port.put(&scope, MIME, of(&["who", "le"]).chain(last).boxed()).await.unwrap();
    assert_eq!(cx.port.head(&scope, blob.digest).await.unwrap(), Some(5));
}

async fn a_deleted_blob_is_gone_and_may_come_back(cx: Case) {
    let scope = cx.fresh_scope();
    let digest = put(&cx, &scope, "short-lived").await;
    cx.port.delete(&scope, digest).await.unwrap();
    assert_absent(&cx, &scope, digest).await;
    assert_eq!(put(&cx, &scope, "short-lived").await, digest);
    assert_eq!(read(&cx, &scope, digest).await, b"short-lived");
}

async fn removing_what_is_not_there_succeeds(cx: Case) {
    let scope = cx.fresh_scope();
    cx.port.delete(&scope, Digest::of(b"never stored")).await.unwrap();
}

async fn a_tenant_does_not_see_the_blobs_of_another(cx: Case) {
    let (own, other) = (cx.fresh_scope(), cx.fresh_scope());
    let digest = put(&cx, &own, "mine").await;
    assert_absent(&cx, &other, digest).await;
}

async fn removing_touches_one_tenant_only(cx: Case) {
    let (own, other) = (cx.fresh_scope(), cx.fresh_scope());
    let digest = put(&cx, &own, "shared words").await;
    put(&cx, &other, "shared words").await;
    cx.port.delete(&other, digest).await.unwrap();
    assert_absent(&cx, &other, digest).await;
    assert_eq!(read(&cx, &own, digest).await, b"shared words");
}

async fn a_reader_may_stop_anywhere(cx: Case) {
    let scope = cx.fresh_scope();
    let content = Bytes::from(vec![7; 1 << 20]);
    let blob = cx.port.put_bytes(&scope, MIME, content.clone()).await.unwrap();
    for chunks in 0..3 {
        let mut reader = cx.port.get(&scope, blob.digest).await.unwrap();
        for _ in 0..chunks {
            reader.next().await.expect("there is more").unwrap();
        }
    }
    assert_eq!(cx.port.get_bytes(&scope, blob.digest).await.unwrap(), content);
}

/// 64 MiB in pieces of 64 KiB, each different, made when asked for.
const PIECES: usize = 1024;

fn piece(n: usize) -> Bytes {
    let mut piece = vec![u8::try_from(n % 251).unwrap_or(0); 64 * 1024];
    piece[..8].copy_from_slice(&(n as u64).to_le_bytes());
    piece.into()
}

async fn a_large_blob_streams_in_and_out(cx: Case) {
    let scope = cx.fresh_scope();
    let made = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&made);
    let content = stream::iter(0..PIECES).map(move |n| {
        counter.fetch_add(1, Ordering::Relaxed);
        Ok(piece(n))
    });
    let blob = cx.port.put(&scope, "application/octet-stream", content.boxed()).await.unwrap();
    assert_eq!((blob.size, made.load(Ordering::Relaxed)), (64 << 20, PIECES));
    let mut expected = blake3::Hasher::new();
    (0..PIECES).for_each(|n| {
        expected.update(&piece(n));
    });
    assert_eq!(blob.digest.as_bytes(), expected.finalize().as_bytes());

    let mut actual = blake3::Hasher::new();
    let mut largest = 0;
    let mut reader = cx.port.get(&scope, blob.digest).await.unwrap();
    while let Some(chunk) = reader.try_next().await.unwrap() {
        largest = largest.max(chunk.len());
        actual.update(&chunk);
    }
    assert_eq!(actual.finalize(), expected.finalize());
    assert!(largest <= 8 << 20, "a chunk of {largest} bytes is not streaming");
    cx.port.delete(&scope, blob.digest).await.unwrap();
}

async fn reopening_keeps_blobs(cx: Case) {
    let scope = cx.fresh_scope();
    let digest = put(&cx, &scope, "durable").await;
    let Some(reopened) = cx.reopen().await else { return cx.skip("nothing outlives the process") };
    assert_eq!(reopened.get_bytes(&scope, digest).await.unwrap(), b"durable");
}
