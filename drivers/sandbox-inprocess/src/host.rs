//! The doors of one attempt, or of one resource.

use std::{
    env,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use async_trait::async_trait;
use futures_util::{FutureExt, future::BoxFuture};
use nebula_ports::{
    attempt_blobs::AttemptBlobs,
    clock::Clock,
    host::{ByteStream, Host, HttpRequest, HttpResponse, ProgramCall, ProgramOutput},
    model::{BlobRef, CapabilityKind, Digest, Failure, FailureKind},
    time::Timestamp,
};
use tokio::task;
use tokio_util::sync::CancellationToken;

use crate::{
    denied, files,
    http::Http,
    permit::Permit,
    program::{self, Programs, Running},
};

/// The world as one attempt may see it, until the attempt ends; or as a resource may, as long as it lives.
#[derive(Debug)]
pub(crate) struct CallHost {
    permit: Arc<Permit>,
    http: Arc<Http>,
    clock: Arc<dyn Clock>,
    programs: Arc<Programs>,
    running: Arc<Running>,
    blobs: Arc<AttemptBlobs>,
    cancel: CancellationToken,
    shut: AtomicBool,
}

/// What all attempts share.
#[derive(Debug, Clone)]
pub(crate) struct Shared {
    pub(crate) http: Arc<Http>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) programs: Arc<Programs>,
}

/// Shuts the doors when dropped.
pub(crate) struct Shut(Arc<CallHost>);

// === impl CallHost ===

impl CallHost {
    pub(crate) fn new(permit: Permit, shared: Shared, blobs: Arc<AttemptBlobs>, cancel: CancellationToken) -> Self {
        let Shared { http, clock, programs } = shared;
        Self {
            permit: Arc::new(permit),
            http,
            clock,
            programs,
            running: Arc::new(Running::new()),
            blobs,
            cancel,
            shut: AtomicBool::new(false),
        }
    }

    pub(crate) fn shut_on_drop(self: &Arc<Self>) -> Shut {
        Shut(self.clone())
    }

    fn permit(&self) -> Result<&Arc<Permit>, Failure> {
        if self.shut.load(Ordering::Acquire) { Err(denied::ended()) } else { Ok(&self.permit) }
    }
}

#[async_trait]
impl Host for CallHost {
    async fn http(&self, request: HttpRequest) -> Result<HttpResponse, Failure> {
        self.http.exchange(self.permit()?, request).await
    }

    async fn read_file(&self, path: &str) -> Result<ByteStream, Failure> {
        files::read(self.permit()?, path).await
    }

    async fn write_file(&self, path: &str, content: ByteStream) -> Result<u64, Failure> {
        files::write(self.permit()?, path, content).await
    }

    fn env(&self, name: &str) -> Result<Option<String>, Failure> {
        self.permit()?.env(name)?;
        // Such names are asked for by nobody, and the standard library panics on some of them.
        if name.is_empty() || name.contains(['=', '\0']) {
            return Ok(None);
        }
        match env::var(name) {
            Ok(value) => Ok(Some(value)),
            Err(env::VarError::NotPresent) => Ok(None),
            Err(env::VarError::NotUnicode(_)) => {
                let message = format!("the environment variable `{name}` is not UTF-8 text");
                Err(Failure::new(FailureKind::Permanent, "env.not_text", message))
            }
        }
    }

    async fn exec(&self, call: ProgramCall) -> Result<ProgramOutput, Failure> {
        let with = program::Run {
            programs: &self.programs,
            permit: self.permit()?,
            running: &self.running,
            clock: &*self.clock,
            cancel: &self.cancel,
        };
        program::run(with, call).await
    }

    async fn put_blob(&self, media_type: &str, content: ByteStream) -> Result<BlobRef, Failure> {
        self.permit()?.declared(CapabilityKind::Blob)?;
        self.blobs.put(media_type, content).await
    }

    async fn get_blob(&self, digest: Digest) -> Result<ByteStream, Failure> {
        self.permit()?.declared(CapabilityKind::Blob)?;
        self.blobs.get(digest).await
    }

    fn random(&self, bytes: &mut [u8]) -> Result<(), Failure> {
        self.permit()?.declared(CapabilityKind::Random)?;
        getrandom::fill(bytes).map_err(|error| {
            let message = format!("the system has no random numbers to give: {error}");
            Failure::new(FailureKind::Transient, "random.unavailable", message)
        })
    }

    fn wall_clock(&self) -> Result<Timestamp, Failure> {
        self.permit()?.declared(CapabilityKind::WallClock)?;
        Ok(self.clock.now())
    }

    fn blocking(&self, work: Box<dyn FnOnce() + Send>) -> BoxFuture<'static, ()> {
        // A panic goes on where the action waits, and becomes the attempt's failure there.
        task::spawn_blocking(work)
            .map(|end| match end.map_err(task::JoinError::try_into_panic) {
                Ok(()) | Err(Err(_)) => (),
                Err(Ok(panic)) => std::panic::resume_unwind(panic),
            })
            .boxed()
    }
}

// === impl Shut ===

impl Drop for Shut {
    fn drop(&mut self) {
        self.0.shut.store(true, Ordering::Release);
        self.0.running.end();
    }
}
