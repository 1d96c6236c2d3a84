//! The host of a real action: made of memory, behind its manifest and behind the grants of the run.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::future::BoxFuture;
use nebula_ports::{
    attempt_blobs::AttemptBlobs,
    host::{ByteStream, Host, HttpRequest, HttpResponse, ProgramCall, ProgramOutput},
    model::{
        ActionDescriptor, BlobRef, CapabilityKind, CapabilityManifest, CapabilityRequest, Digest, Failure, Grant,
        Permissions, Target,
    },
    time::Timestamp,
};

use crate::testing::{FakeHost, chance::Chance, denied::Denials, guard::Guarded};

/// What a manifest leaves to a parameter, the grants decide.
#[derive(Debug)]
pub(super) struct Granted {
    guarded: Guarded,
    /// Kinds whose bounds come from parameters.
    by_parameter: Vec<CapabilityKind>,
}

// === impl Granted ===

impl Granted {
    pub(super) fn new(
        host: FakeHost,
        descriptor: &ActionDescriptor,
        permissions: Permissions,
        denials: Denials,
        chance: Chance,
        blobs: Arc<AttemptBlobs>,
    ) -> Self {
        let requests = &descriptor.capabilities.0;
        let by_parameter =
            requests.iter().filter(|need| matches!(need.target, Target::Parameter(_))).map(|need| need.kind).collect();
        let exact = |grant: Grant| CapabilityRequest { kind: grant.kind(), target: Target::Exact(grant) };
        let declared = |kind: CapabilityKind| CapabilityRequest { kind, target: Target::Declared };
        let declared = permissions.declared.into_iter().map(declared);
        let held = CapabilityManifest(permissions.items.into_iter().map(exact).chain(declared).collect());
        Self { guarded: Guarded::new(host, held, denials, chance, blobs), by_parameter }
    }

    /// Says what to grant where the manifest would have allowed it.
    fn explain<T>(&self, kind: CapabilityKind, result: Result<T, Failure>) -> Result<T, Failure> {
        result.map_err(|failure| {
            if failure.code != "capability.denied" || !self.by_parameter.contains(&kind) {
                return failure;
            }
            let mut failure = failure.with_help(format!("grant it with `.grant(\"{}\")`", kind.example()));
            failure.message = failure.message.replace("the action does not declare", "not granted:");
            failure
        })
    }
}

#[async_trait]
impl Host for Granted {
    async fn http(&self, request: HttpRequest) -> Result<HttpResponse, Failure> {
        self.explain(CapabilityKind::Net, self.guarded.http(request).await)
    }

    async fn read_file(&self, path: &str) -> Result<ByteStream, Failure> {
        self.explain(CapabilityKind::FsRead, self.guarded.read_file(path).await)
    }

    async fn write_file(&self, path: &str, content: ByteStream) -> Result<u64, Failure> {
        self.explain(CapabilityKind::FsWrite, self.guarded.write_file(path, content).await)
    }

    fn env(&self, name: &str) -> Result<Option<String>, Failure> {
        self.explain(CapabilityKind::Env, self.guarded.env(name))
    }

    async fn exec(&self, call: ProgramCall) -> Result<ProgramOutput, Failure> {
        self.explain(CapabilityKind::Exec, self.guarded.exec(call).await)
    }

    async fn put_blob(&self, media_type: &str, content: ByteStream) -> Result<BlobRef, Failure> {
        self.guarded.put_blob(media_type, content).await
    }

    async fn get_blob(&self, digest: Digest) -> Result<ByteStream, Failure> {
        self.guarded.get_blob(digest).await
    }

    fn random(&self, bytes: &mut [u8]) -> Result<(), Failure> {
        self.guarded.random(bytes)
    }

    fn wall_clock(&self) -> Result<Timestamp, Failure> {
        self.guarded.wall_clock()
    }

    fn blocking(&self, work: Box<dyn FnOnce() + Send>) -> BoxFuture<'static, ()> {
        self.guarded.blocking(work)
    }
}
