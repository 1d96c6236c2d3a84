//! One attempt of one action.

use std::{collections::BTreeMap, sync::Arc};

use nebula_ports::{
    action::{ActionOutput, ArcAction, CallContext, Step},
    attempt_blobs::AttemptBlobs,
    memory::ManualClock,
    model::{ActionDescriptor, ActionReference, ExecutionId, Failure, IdempotencyKey, NodeId},
    progress::Unheard,
    time::Timestamp,
};
use secrecy::SecretString;
use serde::Serialize;
use serde_json::Value;
use smol_str::SmolStr;
use tokio_util::sync::CancellationToken;

use super::{
    FakeHost,
    chance::Chance,
    denied::Denials,
    executor::block_on,
    guard::Guarded,
    host::tenant,
    resources::{self, Resources},
};
use crate::{Action, ResourceLifecycle};

/// A call of an action, being prepared.
#[must_use = "nothing is called before `run()`, `output()` or `failure()`"]
#[derive(Debug)]
pub struct Call {
    action: Erased,
    input: Value,
    host: FakeHost,
    attempt: u32,
    seed: u64,
    started_at: Timestamp,
    cancel: CancellationToken,
    credentials: BTreeMap<SmolStr, SecretString>,
    /// By slot.
    resources: Resources,
    /// What the call goes on from.
    state: Option<Value>,
}

struct Erased(ArcAction);

/// All that is known of an action without running it.
#[must_use]
#[track_caller]
pub fn descriptor<A: Action>() -> ActionDescriptor {
    A::erase().descriptor().clone()
}

/// Prepares a call of the action `A` with this input: JSON, or a value of its input type.
///
/// It is the first attempt of a node `test`, begun at 2026-01-01T00:00:00Z, with an empty host and without credentials.
///
/// # Panics
/// When the input cannot be written as JSON.
#[track_caller]
pub fn call<A: Action>(input: impl Serialize) -> Call {
    Call {
        action: Erased(A::erase()),
        input: serde_json::to_value(input).expect("the input of a test can be written as JSON"),
        host: FakeHost::new(),
        attempt: 1,
        seed: 0,
        started_at: Timestamp::from_micros(1_767_225_600_000_000),
        cancel: CancellationToken::new(),
        credentials: BTreeMap::new(),
        resources: Resources::default(),
        state: None,
    }
}

// === impl Call ===

impl Call {
    /// Calls it with this host, which keeps what the action does.
    pub fn host(mut self, host: &FakeHost) -> Self {
        self.host = host.clone();
        self
    }

    /// Fills a credential slot.
    pub fn credential(mut self, slot: &str, secret: &str) -> Self {
        self.credentials.insert(slot.into(), SecretString::from(secret));
        self
    }

    /// Puts something into a resource slot.
    ///
    /// # Panics
    /// When the action has no such slot.
    #[track_caller]
    pub fn resource<R: ResourceLifecycle>(mut self, slot: &str, handle: R::Handle) -> Self {
        resources::check_slot(self.action.0.descriptor(), slot, R::metadata().id);
        self.resources.fake::<R>(slot, handle);
        self
    }

    /// Configures the resource of a slot: it is created for this call, against the same host. Its credential slots that
    /// have to be filled get secrets that are made up. A slot of which nothing is said gets a resource without configuration,
    /// if its type needs none.
    ///
    /// # Panics
    /// When the action has no such slot, or when the configuration cannot be written as a JSON object.
    #[track_caller]
    pub fn resource_config<R: ResourceLifecycle>(mut self, slot: &str, config: impl Serialize) -> Self {
        resources::check_slot(self.action.0.descriptor(), slot, R::metadata().id);
        self.resources.config::<R>(slot, serde_json::to_value(config).expect("a configuration can be written as JSON"));
        self
    }

    pub(super) fn with_resources(mut self, resources: &Resources) -> Self {
        self.resources = resources.clone();
        self
    }

    /// Goes on from this.
    pub(super) fn state(mut self, state: Value) -> Self {
        self.state = Some(state);
        self
    }

    /// Makes it a later attempt.
    pub fn attempt(mut self, attempt: u32) -> Self {
        self.attempt = attempt;
        self
    }

    /// Sets what `ctx.random()` follows from: 0 unless set.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets when the attempt began. `ctx.wall_clock()` stands there.
    pub fn started_at(mut self, when: Timestamp) -> Self {
        self.started_at = when;
        self
    }

    /// Cancels the run before the action begins.
    pub fn cancelled(self) -> Self {
        self.cancel.cancel();
        self
    }

    /// Calls the action on this thread.
    ///
    /// # Errors
    /// What the action fails with.
    ///
    /// # Panics
    /// When the action waits for something that never comes, such as a cancellation nobody asks for.
    #[track_caller]
    pub fn run(self) -> Result<ActionOutput, Failure> {
        block_on(self.start())
    }

    /// Calls the action inside of a test that has a runtime of its own.
    ///
    /// # Errors
    /// What the action fails with.
    pub async fn start(self) -> Result<ActionOutput, Failure> {
        let Self {
            action: Erased(action),
            input,
            host,
            attempt,
            seed,
            started_at,
            cancel,
            credentials,
            resources,
            state,
        } = self;
        let resources = resources.for_call(&action, &host).await?;
        let execution: ExecutionId =
            "01976a50-0000-7000-8000-000000000001".parse().expect("a UUID in its usual spelling");
        let node = NodeId::new("test").expect("a word is a node id");
        let descriptor = action.descriptor();
        let denials = Denials {
            node: node.clone(),
            action: ActionReference { id: descriptor.id.clone(), version: descriptor.version },
            attempt,
            all: Arc::default(),
        };
        let key = IdempotencyKey::with_values(execution, &node.clone().into(), &action.descriptor().key, &input);
        let chance = Chance::new(seed, key, attempt, 1, ManualClock::at(started_at));
        let blobs = Arc::new(AttemptBlobs::new(host.blobs(), tenant(), [&input]));
        let context = CallContext {
            execution,
            idempotency_key: key,
            node: node.into(),
            attempt,
            step: Step { state: state.map(Arc::new), ..Step::default() },
            started_at,
            cancel,
            pulse: Arc::new(Unheard),
            credentials,
            resources,
            host: Arc::new(Guarded::new(host, descriptor.capabilities.clone(), denials, chance, blobs)),
        };
        action.run(input, context).await
    }

    /// Calls the action, which completes, and returns its output.
    ///
    /// # Panics
    /// When it fails, or completes at a later time only.
    #[must_use]
    #[track_caller]
    pub fn output(self) -> Value {
        match self.run() {
            Ok(ActionOutput::Done(value)) => value,
            Ok(ActionOutput::DoneAt(when, _)) => panic!("the action completes at {when}; use `run()` to look at that"),
            Ok(other) => panic!("the action did not simply complete; use `run()` to look at that: {other:?}"),
            Err(failure) => panic!("the action failed: {failure} ({:?}, {})", failure.kind, failure.code),
        }
    }

    /// Calls the action, which fails, and returns why.
    ///
    /// # Panics
    /// When it does not fail.
    #[must_use]
    #[track_caller]
    pub fn failure(self) -> Failure {
        match self.run() {
            Err(failure) => failure,
            Ok(output) => panic!("the action did not fail: {output:?}"),
        }
    }
}

impl std::fmt::Debug for Erased {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.descriptor().id.as_str())
    }
}
