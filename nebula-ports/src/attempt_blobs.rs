//! The blobs of one attempt: those that its input names, and those that it has put. Sandboxes serve the doors of
//! [`Host`](crate::host::Host) with it, so that the rule is one.
//!
//! As data, a blob is an object of exactly these members: `{ "digest": "<64 digits>", "size": 12, "media_type":
//! "text/csv" }`. Whoever names a digest knows the content or was given it, so a name is what it takes to read; that it has to
//! come with the input keeps an action from reading what others were given.

use std::{
    collections::HashSet,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use futures_util::StreamExt;
use serde_json::Value;

use crate::{
    Scope,
    blob_store::BlobStore,
    error::{Error, ErrorKind},
    host::ByteStream,
    model::{BlobRef, Digest, Failure, FailureKind},
};

/// A view of the blob store.
pub struct AttemptBlobs {
    store: Arc<dyn BlobStore>,
    scope: Scope,
    known: Mutex<HashSet<Digest>>,
}

// === impl AttemptBlobs ===

impl AttemptBlobs {
    /// The blobs that these values name, at any depth.
    #[must_use]
    pub fn new<'v>(store: Arc<dyn BlobStore>, scope: Scope, values: impl IntoIterator<Item = &'v Value>) -> Self {
        let mut known = HashSet::new();
        for value in values {
            collect(value, &mut known);
        }
        Self { store, scope, known: Mutex::new(known) }
    }

    /// Stores a stream, durably when the call returns; from then on the attempt may read it.
    ///
    /// # Errors
    /// `Invalid` when the media type is none, the stream's own error, or the store's as `Transient` or `Permanent`.
    pub async fn put(&self, media_type: &str, content: ByteStream) -> Result<BlobRef, Failure> {
        if !is_media_type(media_type) {
            let message = format!("`{}` is no media type", media_type.escape_debug());
            return Err(Failure::new(FailureKind::Invalid, "blob.media_type", message)
                .with_help("write it as in `text/csv` or `application/octet-stream`"));
        }
        let failed: Arc<Mutex<Option<Failure>>> = Arc::default();
        let told = Arc::clone(&failed);
        let content = content.map(move |part| {
            part.map_err(|failure| {
                let error = Error::new(ErrorKind::InvalidInput, "attempt_blobs.put", failure.message.clone());
                *lock(&told) = Some(failure);
                error
            })
        });
        match self.store.put(&self.scope, media_type, content.boxed()).await {
            Ok(stored) => {
                lock(&self.known).insert(stored.digest);
                Ok(stored)
            }
            Err(error) => Err(lock(&failed).take().unwrap_or_else(|| failure(&error, "blob.not_stored", "stored"))),
        }
    }

    /// Streams a blob.
    ///
    /// # Errors
    /// `Denied` when neither the input names it nor the attempt has put it; `Permanent` when it is there no more. Items of
    /// the stream may be errors.
    pub async fn get(&self, digest: Digest) -> Result<ByteStream, Failure> {
        if !lock(&self.known).contains(&digest) {
            let message = "the input does not name this blob, and the attempt has not put it";
            return Err(Failure::new(FailureKind::Denied, "capability.blob", message)
                .with_help("give the blob to the node as a parameter"));
        }
        let content = self.store.get(&self.scope, digest).await.map_err(|error| unread(&error))?;
        Ok(content.map(|part: Result<Bytes, Error>| part.map_err(|error| unread(&error))).boxed())
    }
}

impl fmt::Debug for AttemptBlobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AttemptBlobs({})", lock(&self.known).len())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing panics while the lock is held.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn unread(error: &Error) -> Failure {
    match error.kind() {
        ErrorKind::NotFound => Failure::new(FailureKind::Permanent, "blob.gone", "the blob is there no more"),
        _ => failure(error, "blob.unreadable", "read"),
    }
}

fn failure(error: &Error, code: &'static str, verb: &str) -> Failure {
    let kind = if error.is_retryable() { FailureKind::Transient } else { FailureKind::Permanent };
    Failure::new(kind, code, format!("the blob cannot be {verb}: {error}"))
}

/// Puts down every blob in a value.
fn collect(value: &Value, known: &mut HashSet<Digest>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, known)),
        Value::Object(members) => match digest_of(value) {
            Some(digest) => {
                known.insert(digest);
            }
            None => members.values().for_each(|member| collect(member, known)),
        },
        _ => {}
    }
}

/// The digest, if the value is a blob.
fn digest_of(value: &Value) -> Option<Digest> {
    let is_blob = value.as_object()?.len() == 3 && value["size"].is_u64() && value["media_type"].is_string();
    if is_blob { value["digest"].as_str()?.parse().ok() } else { None }
}

/// `type/subtype`, with parameters or without.
fn is_media_type(text: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b));
    let (essence, parameters) = text.split_once(';').unwrap_or((text, ""));
    let is_plain = parameters.bytes().all(|b| b == b' ' || b.is_ascii_graphic());
    text.len() <= 255
        && is_plain
        && essence
            .trim_end_matches(' ')
            .split_once('/')
            .is_some_and(|(kind, subtype)| is_word(kind) && is_word(subtype))
}

#[cfg(test)]
mod tests;
