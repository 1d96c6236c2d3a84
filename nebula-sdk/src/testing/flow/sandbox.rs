//! Where the actions of a test run: mocks answer, faults strike, and every call is kept.

use std::{
    collections::BTreeMap,
    fmt,
    panic::AssertUnwindSafe,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use futures_util::{
    FutureExt,
    future::{Either, select},
};
use nebula_ports::{
    action::{ActionOutput, ActionRef, CallContext},
    attempt_blobs::AttemptBlobs,
    clock::Clock,
    host::Host,
    memory::ManualClock,
    model::{
        ActionDescriptor, ActionReference, EffectClass, Failure, FailureKind, IdempotencyKey, NodeAddress, Permissions,
    },
    sandbox::{SandboxCall, SandboxRunner},
    time::Timestamp,
};
use nebula_runtime::catalogue::CompiledSchema;
use serde_json::{Value, json};

use super::{
    fault::{Fault, Planned},
    granted::Granted,
    mock::{Mocks, Target},
    network::Network,
    replay::{Playback, Played},
    tasks::Tasks,
};
use crate::testing::{Denied, FakeHost, chance::Chance, denied::Denials, resources};

/// One call of an action or of what stands in for it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RecordedCall {
    /// The node, with the item it worked on when it is inside of a block.
    pub node: NodeAddress,
    /// The action, with the version that served.
    pub action: ActionReference,
    /// 1, 2, …
    pub attempt: u32,
    /// How often the node had paused before.
    pub step: u32,
    /// The test's time since the start of the run.
    pub after: Duration,
    /// The input.
    pub input: Value,
    /// The same for every attempt of the node in the run.
    pub key: IdempotencyKey,
    /// What repeating it may do.
    pub effect: EffectClass,
    /// What it gave back; absent when it never ended.
    pub outcome: Option<Result<Value, Failure>>,
}

/// Outlives the simulated processes, as the outside world does.
pub(super) struct TestSandbox {
    pub(super) mocks: Mocks,
    pub(super) faults: Vec<Planned>,
    pub(super) host: FakeHost,
    pub(super) tasks: Tasks,
    pub(super) clock: ManualClock,
    pub(super) seed: u64,
    pub(super) begun: Timestamp,
    /// There when a worker is to be cut off.
    pub(super) network: Option<Arc<Network>>,
    /// There when attempts end as they did.
    pub(super) playback: Option<Playback>,
    pub(super) seen: Mutex<Seen>,
    pub(super) denied: Arc<Mutex<Vec<Denied>>>,
}

/// What has happened so far.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) calls: Vec<RecordedCall>,
    /// How many calls each mock has answered.
    pub(super) answered: BTreeMap<Target, usize>,
    /// How many faults have struck.
    pub(super) faults: usize,
}

/// How long a worker is cut off: its lease of 30 seconds has run out, and another worker has looked around twice.
const CUT: Duration = Duration::from_secs(95);

// === impl TestSandbox ===

impl TestSandbox {
    /// What has happened, and what was refused.
    pub(super) fn take(&self) -> (Seen, Vec<Denied>) {
        let seen = std::mem::take(&mut *self.seen());
        (seen, std::mem::take(&mut *self.denied.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        // Nothing panics while the lock is held.
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a call; gives its place.
    fn record(&self, call: &SandboxCall, action: &ActionDescriptor, effect: EffectClass) -> usize {
        let mut seen = self.seen();
        seen.calls.push(RecordedCall {
            node: call.node.clone(),
            action: ActionReference { id: action.id.clone(), version: action.version },
            attempt: call.attempt,
            step: call.step.number,
            after: self.clock.now().since(self.begun),
            input: call.input.clone(),
            key: call.idempotency_key,
            effect,
            outcome: None,
        });
        seen.calls.len() - 1
    }

    /// The fault that is planned for the call that was recorded last.
    fn fault(&self) -> Option<Fault> {
        let mut seen = self.seen();
        let fault = self.faults.iter().find(|planned| {
            let is_meant = |call: &&RecordedCall| match &planned.target {
                Target::Node(node) => call.node.id() == node,
                Target::Version(id, version) => call.action.id == *id && call.action.version == *version,
                Target::Action(id) => call.action.id == *id,
            };
            seen.calls.last().is_some_and(|call| is_meant(&call))
                && seen.calls.iter().filter(is_meant).count() == planned.nth
        });
        let fault = fault.map(|planned| planned.fault.clone());
        seen.faults += usize::from(fault.is_some());
        fault
    }

    fn end(&self, place: usize, result: &Result<ActionOutput, Failure>) {
        let outcome = match result {
            Ok(
                ActionOutput::Done(value) | ActionOutput::DoneAt(_, value) | ActionOutput::Route(_, value)
                // What a pause keeps is what the call gave.
                | ActionOutput::Paused { state: value, .. },
            ) => Ok(value.clone()),
            Ok(ActionOutput::Polled(found)) => Ok(json!(found)),
            Err(failure) => Err(failure.clone()),
        };
        if let Some(call) = self.seen().calls.get_mut(place) {
            call.outcome = Some(outcome);
        }
    }

    /// How often this attempt was called before: a fault may call it twice.
    fn earlier(&self, call: &SandboxCall) -> usize {
        let is_same = |seen: &&RecordedCall| seen.key == call.idempotency_key && seen.attempt == call.attempt;
        self.seen().calls.iter().filter(is_same).count()
    }

    /// Runs what answers, a panic of it included.
    async fn attempt(&self, action: &ActionRef, call: SandboxCall) -> Result<ActionOutput, Failure> {
        let attempt = AssertUnwindSafe(self.act(action, call)).catch_unwind();
        attempt.await.unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
            let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
            Err(panicked(text.as_deref().unwrap_or("something that is no text")))
        })
    }

    async fn act(&self, action: &ActionRef, call: SandboxCall) -> Result<ActionOutput, Failure> {
        let descriptor = action.descriptor();
        if let Some((target, mock)) = self.mocks.find(call.node.id(), descriptor) {
            let before = {
                let mut seen = self.seen();
                let answered = seen.answered.entry(target.clone()).or_default();
                *answered += 1;
                *answered - 1
            };
            if descriptor.trigger.is_none() {
                return (mock.answer)(&call.input, before);
            }
            let mut input = json!({ "config": call.input });
            if let Some(cursor) = &call.step.state {
                input["cursor"] = Value::clone(cursor);
            }
            return (mock.answer)(&input, before);
        }
        let ActionRef::Native(action) = action else {
            let message = format!("{action:?} is not native code, and a test runs nothing else");
            return Err(Failure::new(FailureKind::Bug, "sandbox.unsupported", message));
        };
        let denials = Denials {
            node: call.node.id().clone(),
            action: ActionReference { id: descriptor.id.clone(), version: descriptor.version },
            attempt: call.attempt,
            all: Arc::clone(&self.denied),
        };
        let chance =
            Chance::new(self.seed, call.idempotency_key, call.attempt, self.earlier(&call), self.clock.clone());
        let host = Arc::new(Granted::new(self.host.clone(), descriptor, call.permissions, denials, chance, call.blobs));
        let context = CallContext {
            execution: call.execution,
            node: call.node,
            attempt: call.attempt,
            step: call.step,
            idempotency_key: call.idempotency_key,
            started_at: call.started_at,
            cancel: call.cancel,
            pulse: call.pulse,
            credentials: call.credentials,
            resources: call.resources,
            host,
        };
        action.run(call.input, context).await
    }

    /// The process ends here.
    async fn die(&self) -> ! {
        self.tasks.kill();
        match std::future::pending::<std::convert::Infallible>().await {}
    }
}

#[async_trait]
impl SandboxRunner for TestSandbox {
    async fn run(&self, action: &ActionRef, call: SandboxCall) -> Result<ActionOutput, Failure> {
        let effect = action.effect(&call.input);
        let place = self.record(&call, action.descriptor(), effect);
        if let Some(playback) = &self.playback {
            return match playback.play(&self.clock, &call).await {
                Played::Died => self.die().await,
                Played::Ended(result) => {
                    self.end(place, &result);
                    result
                }
            };
        }
        let fault = self.fault();
        let result = match &fault {
            Some(Fault::CrashBefore) => self.die().await,
            Some(Fault::Hang) => std::future::pending().await,
            Some(Fault::Timeout) => {
                call.cancel.cancelled().await;
                Err(cancelled())
            }
            Some(Fault::Slow(by)) => {
                let up = self.clock.sleep_until(self.clock.now().plus(*by));
                let cancel = call.cancel.clone();
                match select(pin!(cancel.cancelled()), up).await {
                    Either::Left(_) => Err(cancelled()),
                    Either::Right(_) => self.attempt(action, call).await,
                }
            }
            Some(Fault::Error(failure)) => Err(failure.clone()),
            Some(Fault::Panic) => Err(panicked("a fault of the test")),
            Some(Fault::InvalidOutput) => {
                self.attempt(action, call).await.and_then(|_| wrong_output(action.descriptor()))
            }
            Some(Fault::Duplicate) => {
                let again = copy(&call);
                let first = self.attempt(action, call).await;
                self.end(place, &first);
                let place = self.record(&again, action.descriptor(), effect);
                let second = self.attempt(action, again).await;
                self.end(place, &second);
                return first;
            }
            Some(Fault::CrashAfterEffect | Fault::LeaseLost) | None => self.attempt(action, call).await,
        };
        self.end(place, &result);
        match (fault, &self.network) {
            (Some(Fault::CrashAfterEffect), _) => self.die().await,
            (Some(Fault::LeaseLost), Some(network)) => {
                network.cut_off(CUT);
                self.clock.sleep_until(self.clock.now().plus(CUT)).await;
            }
            _ => {}
        }
        result
    }

    fn host(&self, permissions: Permissions, blobs: Arc<AttemptBlobs>) -> Arc<dyn Host> {
        Arc::new(resources::host(
            self.host.clone(),
            permissions,
            resources::chance(self.seed, self.clock.clone()),
            blobs,
        ))
    }
}

fn copy(call: &SandboxCall) -> SandboxCall {
    SandboxCall {
        execution: call.execution,
        node: call.node.clone(),
        attempt: call.attempt,
        step: call.step.clone(),
        idempotency_key: call.idempotency_key,
        started_at: call.started_at,
        cancel: call.cancel.clone(),
        pulse: Arc::clone(&call.pulse),
        credentials: call.credentials.clone(),
        blobs: Arc::clone(&call.blobs),
        resources: call.resources.clone(),
        permissions: call.permissions.clone(),
        input: call.input.clone(),
    }
}

/// The first simple value that the schema of the output refuses.
fn wrong_output(action: &ActionDescriptor) -> Result<ActionOutput, Failure> {
    let schema = CompiledSchema::new(action.output_schema.clone());
    let values = [json!(null), json!(false), json!(""), json!([]), json!({}), json!(0)];
    match values.into_iter().find(|value| !schema.check(value).is_empty()) {
        Some(value) => Ok(ActionOutput::Done(value)),
        None => {
            let message = format!("every value fits the output of `{}`: it cannot give back a wrong one", action.id);
            Err(Failure::new(FailureKind::Bug, "testing.no_wrong_output", message))
        }
    }
}

fn cancelled() -> Failure {
    Failure::new(FailureKind::Cancelled, "action.cancelled", "the run is being cancelled")
}

fn panicked(text: &str) -> Failure {
    Failure::new(FailureKind::Bug, "action.panicked", format!("the action panicked: {text}"))
}

impl fmt::Debug for TestSandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestSandbox").field("mocks", &self.mocks).field("faults", &self.faults).finish_non_exhaustive()
    }
}
