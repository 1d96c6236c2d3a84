//! The host of a real action: made of memory, behind its manifest and behind the grants of the run.

use async_trait::async_trait;
use futures_util::future::BoxFuture;
use nebula_ports::{
    host::{ByteStream, Host, HttpRequest, HttpResponse},
    model::{
        ActionDescriptor, CapabilityKind, CapabilityManifest, CapabilityRequest, Failure, Grant, Permissions, Target,
    },
};

use crate::testing::{FakeHost, denied::Denials, guard::Guarded};

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
    ) -> Self {
        let requests = &descriptor.capabilities.0;
        let by_parameter =
            requests.iter().filter(|need| matches!(need.target, Target::Parameter(_))).map(|need| need.kind).collect();
        let exact = |grant: Grant| CapabilityRequest { kind: grant.kind(), target: Target::Exact(grant) };
        let held = CapabilityManifest(permissions.items.into_iter().map(exact).collect());
        Self { guarded: Guarded::new(host, held, denials), by_parameter }
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

    fn blocking(&self, work: Box<dyn FnOnce() + Send>) -> BoxFuture<'static, ()> {
        self.guarded.blocking(work)
    }
}
