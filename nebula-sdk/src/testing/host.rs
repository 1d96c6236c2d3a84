//! A host made of memory.

use std::{
    collections::{BTreeMap, VecDeque},
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Component, Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{FutureExt, StreamExt, future::BoxFuture, stream};
use nebula_ports::{
    Scope,
    attempt_blobs::AttemptBlobs,
    blob_store::{BlobStore, BlobStoreExt},
    host::{ByteStream, Host, HttpRequest, HttpResponse, ProgramCall, ProgramOutput, ProgramStatus},
    memory::{MemoryBlobs, SeededIds},
    model::{BlobRef, Digest, Failure, FailureKind, TenantId},
    time::Timestamp,
};

use super::chance;
use crate::Blob;

/// A host made of memory: HTTP answers are given beforehand, files and variables are maps, and requests are kept. A
/// clone is the same host.
#[derive(Debug, Clone)]
pub struct FakeHost {
    world: Arc<Mutex<World>>,
    blobs: Arc<MemoryBlobs>,
}

#[derive(Debug)]
struct World {
    answers: VecDeque<Result<HttpResponse, Failure>>,
    requests: Vec<HttpRequest>,
    programs: VecDeque<Result<ProgramOutput, Failure>>,
    executed: Vec<ProgramCall>,
    files: BTreeMap<PathBuf, Bytes>,
    env: BTreeMap<String, String>,
    random: SeededIds,
}

/// The folder of a test, in memory: where relative paths start.
pub(super) const FOLDER: &str = "/test";

// === impl FakeHost ===

impl FakeHost {
    /// Without answers, files and variables.
    #[must_use]
    pub fn new() -> Self {
        let world = World {
            answers: VecDeque::new(),
            requests: Vec::new(),
            programs: VecDeque::new(),
            executed: Vec::new(),
            files: BTreeMap::new(),
            env: BTreeMap::new(),
            random: SeededIds::new(0),
        };
        Self { world: Arc::new(Mutex::new(world)), blobs: Arc::default() }
    }

    /// Answers the next request that has no answer yet with this status and body.
    #[must_use]
    pub fn answer(self, status: u16, body: impl Into<Bytes>) -> Self {
        self.answer_with(HttpResponse { status, headers: Vec::new(), body: body.into(), url: String::new() })
    }

    /// As [`answer`](Self::answer), with headers. An empty `url` becomes the request's.
    #[must_use]
    pub fn answer_with(self, response: HttpResponse) -> Self {
        self.world().answers.push_back(Ok(response));
        self
    }

    /// Lets the next request that has no answer yet fail.
    #[must_use]
    pub fn fail(self, failure: Failure) -> Self {
        self.world().answers.push_back(Err(failure));
        self
    }

    /// Answers for the next program that has no answer yet: it exits with this status, having written this.
    #[must_use]
    pub fn answer_exec(self, status: i32, stdout: impl Into<Bytes>) -> Self {
        let status = ProgramStatus::Exited(status);
        self.world().programs.push_back(Ok(ProgramOutput { status, stdout: stdout.into(), stderr: Bytes::new() }));
        self
    }

    /// As [`answer_exec`](Self::answer_exec), with standard error and any end; or it cannot be run at all.
    #[must_use]
    pub fn answer_exec_with(self, answer: Result<ProgramOutput, Failure>) -> Self {
        self.world().programs.push_back(answer);
        self
    }

    /// The programs that were run, in order.
    #[must_use]
    pub fn executed(&self) -> Vec<ProgramCall> {
        self.world().executed.clone()
    }

    /// Puts a file. A relative path starts at the folder of the test, as it does for actions.
    #[must_use]
    pub fn file(self, path: &str, content: impl Into<Bytes>) -> Self {
        self.world().files.insert(absolute(path), content.into());
        self
    }

    /// Stores a blob, for inputs and for what mocks give back.
    pub fn blob(&self, media_type: &str, content: impl Into<Bytes>) -> Blob {
        let tenant = tenant();
        let stored = self.blobs.put_bytes(&tenant, media_type, content.into());
        Blob::new(stored.now_or_never().expect("memory answers at once").expect("memory takes every blob"))
    }

    /// The content of a blob that was put by an action or by the test.
    #[must_use]
    pub fn blob_content(&self, blob: &Blob) -> Option<Bytes> {
        let tenant = tenant();
        let content = self.blobs.get_bytes(&tenant, blob.digest()).now_or_never()?;
        content.ok().map(Bytes::from)
    }

    /// Where its blobs are.
    pub(super) fn blobs(&self) -> Arc<dyn BlobStore> {
        Arc::clone(&self.blobs) as _
    }

    /// Sets an environment variable.
    #[must_use]
    pub fn variable(self, name: &str, value: &str) -> Self {
        self.world().env.insert(name.to_owned(), value.to_owned());
        self
    }

    /// The requests that were sent, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<HttpRequest> {
        self.world().requests.clone()
    }

    /// A file as it is now.
    #[must_use]
    pub fn content(&self, path: &str) -> Option<Bytes> {
        self.world().files.get(&absolute(path)).cloned()
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for FakeHost {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Host for FakeHost {
    async fn http(&self, request: HttpRequest) -> Result<HttpResponse, Failure> {
        let mut world = self.world();
        let answer = world.answers.pop_front().unwrap_or_else(|| {
            let message = format!("no answer is prepared for {} {}", request.method, request.url);
            Err(Failure::new(FailureKind::Bug, "testing.no_answer", message)
                .with_help("add `.answer(200, \"..\")` to the `FakeHost`"))
        });
        let answer = answer.map(|mut answer| {
            if answer.url.is_empty() {
                answer.url.clone_from(&request.url);
            }
            answer
        });
        world.requests.push(request);
        answer
    }

    async fn read_file(&self, path: &str) -> Result<ByteStream, Failure> {
        let content = self.content(path).ok_or_else(|| {
            Failure::new(FailureKind::Permanent, "file.not_found", format!("there is no file `{path}`"))
                .with_help("add `.file(path, content)` to the `FakeHost`")
        })?;
        // In small parts, as a real file comes: a reader that assumes one part fails here.
        let parts: Vec<_> = content.chunks(7).map(|part| Ok(Bytes::copy_from_slice(part))).collect();
        Ok(stream::iter(parts).boxed())
    }

    async fn write_file(&self, path: &str, mut content: ByteStream) -> Result<u64, Failure> {
        let mut all = Vec::new();
        while let Some(part) = content.next().await {
            all.extend_from_slice(&part?);
        }
        let length = all.len() as u64;
        self.world().files.insert(absolute(path), all.into());
        Ok(length)
    }

    fn env(&self, name: &str) -> Result<Option<String>, Failure> {
        Ok(self.world().env.get(name).cloned())
    }

    async fn exec(&self, call: ProgramCall) -> Result<ProgramOutput, Failure> {
        let mut world = self.world();
        let answer = world.programs.pop_front().unwrap_or_else(|| {
            let message = format!("no answer is prepared for the program `{}` {:?}", call.program, call.args);
            Err(Failure::new(FailureKind::Bug, "testing.no_answer", message)
                .with_help("add `.answer_exec(0, \"..\")` to the `FakeHost`"))
        });
        let limit = call.max_output_bytes;
        world.executed.push(call);
        // As it is with a real program.
        answer.and_then(|output| {
            if output.stdout.len().max(output.stderr.len()) as u64 > limit {
                let message = format!("the program has written more than {limit} bytes");
                return Err(Failure::new(FailureKind::Permanent, "exec.output_too_large", message));
            }
            Ok(output)
        })
    }

    /// Used without an attempt around it, and so without an input that names any.
    async fn put_blob(&self, media_type: &str, content: ByteStream) -> Result<BlobRef, Failure> {
        AttemptBlobs::new(self.blobs(), tenant(), []).put(media_type, content).await
    }

    async fn get_blob(&self, digest: Digest) -> Result<ByteStream, Failure> {
        AttemptBlobs::new(self.blobs(), tenant(), []).get(digest).await
    }

    /// Used without an attempt around it; attempts have numbers and times of their own.
    fn random(&self, bytes: &mut [u8]) -> Result<(), Failure> {
        chance::fill(&self.world().random, bytes);
        Ok(())
    }

    fn wall_clock(&self) -> Result<Timestamp, Failure> {
        Ok(Timestamp::from_micros(1_767_225_600_000_000))
    }

    fn blocking(&self, work: Box<dyn FnOnce() + Send>) -> BoxFuture<'static, ()> {
        // A panic of the work ends the work only, as on a thread of its own.
        let _ = catch_unwind(AssertUnwindSafe(work));
        async {}.boxed()
    }
}

/// Whose data that of a test is.
#[expect(clippy::disallowed_methods, reason = "a test is its own authoriser")]
pub(super) fn tenant() -> Scope {
    Scope::of(TenantId::new("test").expect("a word is a tenant id"))
}

/// A path from the root, without `.`.
pub(super) fn absolute(path: &str) -> PathBuf {
    Path::new(FOLDER).join(path).components().filter(|part| *part != Component::CurDir).collect()
}
