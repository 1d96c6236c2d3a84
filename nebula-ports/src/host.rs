//! The doors an action may be given: HTTP, files, environment, programs, blobs, chance, time. Every use is checked against the
//! attempt's permissions.

mod program;

use std::{fmt, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{future::BoxFuture, stream::BoxStream};

pub use self::program::{ProgramCall, ProgramOutput, ProgramStatus};
use crate::{
    model::{BlobRef, Digest, Failure},
    time::Timestamp,
};

/// Bytes on their way; an error ends the stream.
pub type ByteStream = BoxStream<'static, Result<Bytes, Failure>>;

/// An HTTP request. Redirects are followed and checked like the request itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// `GET`, `POST`, …
    pub method: String,
    /// Absolute, `http` or `https`.
    pub url: String,
    /// Names and values, in order. Never logged.
    pub headers: Vec<(String, String)>,
    /// The body; empty = none.
    pub body: Bytes,
    /// Limit of the whole exchange.
    pub timeout: Option<Duration>,
    /// Largest body accepted, in bytes, after decompression.
    pub max_response_bytes: u64,
    /// Most redirects followed.
    pub max_redirects: u32,
}

/// An HTTP answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpResponse {
    /// The status code.
    pub status: u16,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
    /// Where it came from, after redirects.
    pub url: String,
}

/// The world as one attempt may see it. A use that is not permitted is a [`Failure`] of kind `Denied` whose help is the
/// grant that would allow it.
#[async_trait]
pub trait Host: Send + Sync + fmt::Debug {
    /// Sends a request and reads the answer whole.
    ///
    /// # Errors
    /// `Denied` without a grant for the host or for a non-public address it resolves to; `Transient` (with
    /// `before_effect` when the connection never stood), `Timeout`; `Permanent` when a limit is passed.
    async fn http(&self, request: HttpRequest) -> Result<HttpResponse, Failure>;

    /// Opens a file and streams it.
    ///
    /// # Errors
    /// `Denied` outside the granted folders (after resolving links), `Permanent` when it cannot be read.
    async fn read_file(&self, path: &str) -> Result<ByteStream, Failure>;

    /// Writes a file whole or not at all, creating folders below the granted one. Returns the bytes written.
    ///
    /// # Errors
    /// `Denied` outside the granted folders (after resolving links), `Permanent` when it cannot be written.
    async fn write_file(&self, path: &str, content: ByteStream) -> Result<u64, Failure>;

    /// An environment variable.
    ///
    /// # Errors
    /// `Denied` without a grant for the name.
    fn env(&self, name: &str) -> Result<Option<String>, Failure>;

    /// Runs a program to its end. It and all that it has started are ended when the future is dropped, when the attempt
    /// ends, and, after a signal that asks them to end, when the run is cancelled.
    ///
    /// # Errors
    /// `Denied` without a grant for the program or for its folder; `Permanent` when it cannot be started or writes more
    /// than was accepted; `Timeout`; `Cancelled`. A program that ends with a status other than 0 is no error here.
    async fn exec(&self, call: ProgramCall) -> Result<ProgramOutput, Failure>;

    /// Stores a blob; from then on the attempt may read it.
    ///
    /// # Errors
    /// `Denied` when the action does not declare `blob`; else as
    /// [`AttemptBlobs::put`](crate::attempt_blobs::AttemptBlobs::put).
    async fn put_blob(&self, media_type: &str, content: ByteStream) -> Result<BlobRef, Failure>;

    /// Streams a blob.
    ///
    /// # Errors
    /// `Denied` when the action does not declare `blob`; else as
    /// [`AttemptBlobs::get`](crate::attempt_blobs::AttemptBlobs::get).
    async fn get_blob(&self, digest: Digest) -> Result<ByteStream, Failure>;

    /// Fills `bytes` with random ones, good enough for keys.
    ///
    /// # Errors
    /// `Denied` when the action does not declare `random`; `Transient` when the system has none to give.
    fn random(&self, bytes: &mut [u8]) -> Result<(), Failure>;

    /// The time of day.
    ///
    /// # Errors
    /// `Denied` when the action does not declare `wall_clock`.
    fn wall_clock(&self) -> Result<Timestamp, Failure>;

    /// Runs work that keeps a thread busy where it hinders nobody.
    fn blocking(&self, work: Box<dyn FnOnce() + Send>) -> BoxFuture<'static, ()>;
}
