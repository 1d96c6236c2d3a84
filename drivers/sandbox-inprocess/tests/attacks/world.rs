//! An attempt to look at the world through.

use std::{
    collections::{BTreeMap, HashMap},
    io,
    net::IpAddr,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{FutureExt, future::BoxFuture};
use nebula_ports::{
    Scope,
    action::{ActionOutput, ActionRef, CallContext, DynAction},
    attempt_blobs::AttemptBlobs,
    host::{Host, HttpRequest},
    memory::{ManualClock, MemoryBlobs},
    model::{
        ActionDescriptor, ActionId, CapabilityKind, CapabilityManifest, EffectClass, ExecutionId, Failure,
        IdempotencyKey, InterfaceVersion, NodeAddress, NodeId, Permissions, TenantId,
    },
    sandbox::{SandboxCall, SandboxRunner},
    time::Timestamp,
};
use nebula_sandbox_inprocess::{Config, InProcessSandbox, Resolve};
use secrecy::SecretString;
use serde_json::Value;

type Body = Box<dyn Fn(CallContext) -> BoxFuture<'static, Result<ActionOutput, Failure>> + Send + Sync>;

/// An action that is a closure.
pub(crate) struct Probe {
    descriptor: ActionDescriptor,
    body: Body,
}

/// Names with their addresses; each question takes the next answer, the last one stays.
#[derive(Debug, Default, Clone)]
pub(crate) struct Names(Arc<Mutex<HashMap<String, Vec<Vec<IpAddr>>>>>);

/// A sandbox, a clock and a name server.
pub(crate) struct World {
    pub(crate) sandbox: InProcessSandbox,
    pub(crate) clock: ManualClock,
    pub(crate) names: Names,
}

impl Probe {
    pub(crate) fn action<F>(body: impl Fn(CallContext) -> F + Send + Sync + 'static) -> ActionRef
    where
        F: Future<Output = Result<ActionOutput, Failure>> + Send + 'static,
    {
        ActionRef::Native(Arc::new(Self {
            descriptor: ActionDescriptor {
                id: ActionId::new("test.probe").unwrap(),
                version: InterfaceVersion::new(1, 0),
                name: "Probe".into(),
                description: String::new(),
                input_schema: Value::Bool(true),
                output_schema: Value::Bool(true),
                trigger: None,
                process: false,
                ports: Vec::new(),
                capabilities: CapabilityManifest::default(),
                effect: EffectClass::AtMostOnce,
                credentials: Vec::new(),
                resources: Vec::new(),
                retry: None,
                timeout: None,
                key: Vec::new(),
                limits: Default::default(),
                listing: Default::default(),
            },
            body: Box::new(move |context| body(context).boxed()),
        }))
    }
}

#[async_trait]
impl DynAction for Probe {
    fn descriptor(&self) -> &ActionDescriptor {
        &self.descriptor
    }

    async fn run(&self, _: Value, context: CallContext) -> Result<ActionOutput, Failure> {
        (self.body)(context).await
    }
}

impl Names {
    pub(crate) fn set(&self, name: &str, answers: &[&[&str]]) {
        let answers = answers.iter().map(|all| all.iter().map(|text| text.parse().unwrap()).collect()).collect();
        self.0.lock().unwrap().insert(name.to_owned(), answers);
    }
}

impl Resolve for Names {
    fn resolve(&self, host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let mut names = self.0.lock().unwrap();
        let answer = match names.get_mut(host) {
            // A name that never answers.
            Some(answers) if answers.is_empty() => return futures_util::future::pending().boxed(),
            Some(answers) if answers.len() > 1 => Ok(answers.remove(0)),
            Some(answers) => Ok(answers[0].clone()),
            None => Err(io::Error::other(format!("no such name: {host}"))),
        };
        futures_util::future::ready(answer).boxed()
    }
}

impl World {
    pub(crate) fn new() -> Self {
        let clock = ManualClock::default();
        let names = Names::default();
        let sandbox =
            InProcessSandbox::with_resolver(Config::default(), Arc::new(clock.clone()), Arc::new(names.clone()));
        Self { sandbox, clock, names }
    }

    /// What `work` gives inside an attempt with these grants.
    pub(crate) async fn attempt<T, F>(
        &self,
        grants: &[&str],
        work: impl FnOnce(Arc<dyn Host>) -> F + Send + 'static,
    ) -> T
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        self.attempt_from(None, grants, work).await
    }

    /// The same, with a base folder.
    pub(crate) async fn attempt_from<T, F>(
        &self,
        base: Option<&str>,
        grants: &[&str],
        work: impl FnOnce(Arc<dyn Host>) -> F + Send + 'static,
    ) -> T
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let result = Arc::new(Mutex::new(None));
        let work = Mutex::new(Some(work));
        let out = result.clone();
        let action = Probe::action(move |context| {
            let work = work.lock().unwrap().take().expect("one attempt");
            let out = out.clone();
            let work = work(context.host);
            async move {
                let done = work.await;
                *out.lock().unwrap() = Some(done);
                Ok(ActionOutput::Done(Value::Null))
            }
        });
        self.sandbox.run(&action, call(base, grants)).await.unwrap();
        result.lock().unwrap().take().unwrap()
    }

    /// Sends a request under these grants.
    pub(crate) async fn http(
        &self,
        grants: &[&str],
        request: HttpRequest,
    ) -> Result<nebula_ports::host::HttpResponse, Failure> {
        self.attempt(grants, move |host| async move { host.http(request).await }).await
    }
}

/// The blobs of an attempt with this input, in a store of its own.
#[expect(clippy::disallowed_methods, reason = "a test is its own authoriser")]
pub(crate) fn blobs(input: &Value) -> Arc<AttemptBlobs> {
    let scope = Scope::of(TenantId::new("test").unwrap());
    Arc::new(AttemptBlobs::new(Arc::new(MemoryBlobs::new()), scope, [input]))
}

/// What a bare word declares.
fn declared(word: &str) -> Option<CapabilityKind> {
    CapabilityKind::ALL.into_iter().find(|kind| !kind.needs_grant() && kind.as_str() == word)
}

pub(crate) fn call(base: Option<&str>, grants: &[&str]) -> SandboxCall {
    let execution = ExecutionId::from_uuid(uuid::Uuid::from_u128(1));
    let node = NodeAddress::from(NodeId::new("probe").unwrap());
    SandboxCall {
        execution,
        idempotency_key: IdempotencyKey::of(execution, &node),
        node,
        attempt: 1,
        step: Default::default(),
        started_at: Timestamp::default(),
        cancel: tokio_util::sync::CancellationToken::new(),
        pulse: Arc::new(nebula_ports::progress::Unheard),
        credentials: BTreeMap::from([("key".into(), SecretString::from("s3cr3t"))]),
        blobs: blobs(&Value::Null),
        resources: BTreeMap::new(),
        permissions: Permissions {
            items: grants.iter().filter(|text| declared(text).is_none()).map(|text| text.parse().unwrap()).collect(),
            declared: grants.iter().filter_map(|text| declared(text)).collect(),
            base_dir: base.map(str::to_owned),
        },
        input: Value::Null,
    }
}

pub(crate) fn get(url: impl Into<String>) -> HttpRequest {
    HttpRequest {
        method: "GET".into(),
        url: url.into(),
        headers: Vec::new(),
        body: Bytes::new(),
        timeout: None,
        max_response_bytes: 1 << 20,
        max_redirects: 5,
    }
}
