use futures_util::{FutureExt, TryStreamExt, stream};
use serde_json::json;

use super::*;
use crate::{memory::MemoryBlobs, model::TenantId};

#[expect(clippy::disallowed_methods, reason = "a test is its own authoriser")]
fn scope(tenant: &str) -> Scope {
    Scope::of(TenantId::new(tenant).unwrap())
}

fn at_once<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("ports made of memory answer at once")
}

fn bytes(content: &'static str) -> ByteStream {
    stream::iter([Ok(Bytes::from_static(content.as_bytes()))]).boxed()
}

fn read(blobs: &AttemptBlobs, digest: Digest) -> Result<Vec<u8>, Failure> {
    at_once(async { Ok(blobs.get(digest).await?.try_collect::<Vec<_>>().await?.concat()) })
}

fn named(digest: impl fmt::Display) -> Value {
    json!({ "digest": digest.to_string(), "size": 3, "media_type": "text/plain" })
}

#[test]
fn an_attempt_reads_what_its_input_names_and_what_it_has_put() {
    let store: Arc<dyn BlobStore> = Arc::new(MemoryBlobs::new());
    let first = AttemptBlobs::new(Arc::clone(&store), scope("a"), []);
    let put = at_once(first.put("text/plain", bytes("one"))).unwrap();
    assert_eq!(read(&first, put.digest).unwrap(), b"one");

    let input = json!({ "files": [{ "file": named(put.digest) }] });
    let reader = AttemptBlobs::new(Arc::clone(&store), scope("a"), [&input]);
    assert_eq!(read(&reader, put.digest).unwrap(), b"one");

    let stranger = AttemptBlobs::new(Arc::clone(&store), scope("a"), [&json!({})]);
    let failure = read(&stranger, put.digest).unwrap_err();
    assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Denied, "capability.blob"));
    // Another tenant has no such blob, whatever it names.
    let other = AttemptBlobs::new(store, scope("b"), [&input]);
    assert_eq!(read(&other, put.digest).unwrap_err().code, "blob.gone");
}

#[test]
fn what_only_resembles_a_blob_names_none() {
    let digest = Digest::of(b"x").to_string();
    for value in [
        json!(digest),
        json!({ "digest": digest }),
        json!({ "digest": digest, "size": 1 }),
        json!({ "digest": digest, "size": -1, "media_type": "a/b" }),
        json!({ "digest": digest, "size": 1, "media_type": null }),
        json!({ "digest": &digest[1..], "size": 1, "media_type": "a/b" }),
        json!({ "digest": digest, "size": 1, "media_type": "a/b", "more": 1 }),
    ] {
        let mut known = HashSet::new();
        collect(&value, &mut known);
        assert!(known.is_empty(), "{value}");
    }
}

#[test]
fn a_stream_that_fails_leaves_no_blob_and_tells_its_own_failure() {
    let blobs = AttemptBlobs::new(Arc::new(MemoryBlobs::new()), scope("a"), []);
    let broken = Failure::new(FailureKind::Transient, "demo.broken", "it broke");
    let content = stream::iter([Ok(Bytes::from_static(b"one")), Err(broken.clone())]).boxed();
    assert_eq!(at_once(blobs.put("text/plain", content)), Err(broken));
    assert_eq!(read(&blobs, Digest::of(b"one")).unwrap_err().kind, FailureKind::Denied);
}

#[test]
fn media_types_have_their_form() {
    for text in ["text/csv", "text/plain; charset=utf-8", "application/vnd.api+json"] {
        assert!(is_media_type(text), "{text}");
    }
    for text in ["", "text", "text/", "/csv", "te xt/csv", "text/csv\n", "text/csv;\u{e9}", "a/b/c"] {
        assert!(!is_media_type(text), "{text}");
    }
}
