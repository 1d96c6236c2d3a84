//! Where the actions of a test run: mocks answer, faults strike, and every call is kept.

use std::{
    collections::BTreeMap,
    fmt,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use futures_util::FutureExt;
use nebula_ports::{
    action::{ActionOutput, ActionRef, CallContext},
    clock::Clock,
    memory::ManualClock,
    model::{ActionDescriptor, ActionReference, EffectClass, Failure, FailureKind, IdempotencyKey, NodeId},
    sandbox::{SandboxCall, SandboxRunner},
    time::Timestamp,
};
use serde_json::Value;

use super::{
    fault::{Fault, Planned},
    granted::Granted,
    mock::{Mocks, Target},
    tasks::Tasks,
};
use crate::testing::FakeHost;

/// One call of an action or of what stands in for it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RecordedCall {
    /// The node.
    pub node: NodeId,
    /// The action, with the version that served.
    pub action: ActionReference,
    /// 1, 2, …
    pub attempt: u32,
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
    pub(super) begun: Timestamp,
    pub(super) seen: Mutex<Seen>,
}

/// What has happened so far.
#[derive(Debug, Default)]
pub(super) struct Seen {
    calls: Vec<RecordedCall>,
    answered: BTreeMap<Target, usize>,
    faults: usize,
}

// === impl TestSandbox ===

impl TestSandbox {
    /// The calls so far, and how many faults have struck.
    pub(super) fn take(&self) -> (Vec<RecordedCall>, usize) {
        let seen = std::mem::take(&mut *self.seen());
        (seen.calls, seen.faults)
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        // Nothing panics while the lock is held.
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a call; gives its place and the fault that is planned for it.
    fn begin(&self, call: &SandboxCall, action: &ActionDescriptor, effect: EffectClass) -> (usize, Option<Fault>) {
        let mut seen = self.seen();
        let place = seen.calls.len();
        seen.calls.push(RecordedCall {
            node: call.node.clone(),
            action: ActionReference { id: action.id.clone(), version: action.version },
            attempt: call.attempt,
            after: self.clock.now().since(self.begun),
            input: call.input.clone(),
            key: call.idempotency_key,
            effect,
            outcome: None,
        });
        let fault = self.faults.iter().find(|planned| {
            let is_meant = |call: &&RecordedCall| match &planned.target {
                Target::Node(node) => call.node == *node,
                Target::Version(id, version) => call.action.id == *id && call.action.version == *version,
                Target::Action(id) => call.action.id == *id,
            };
            seen.calls.last().is_some_and(|call| is_meant(&call))
                && seen.calls.iter().filter(is_meant).count() == planned.nth
        });
        let fault = fault.map(|planned| planned.fault);
        seen.faults += usize::from(fault.is_some());
        (place, fault)
    }

    fn end(&self, place: usize, result: &Result<ActionOutput, Failure>) {
        let outcome = match result {
            Ok(ActionOutput::Done(value) | ActionOutput::DoneAt(_, value)) => Ok(value.clone()),
            Err(failure) => Err(failure.clone()),
        };
        if let Some(call) = self.seen().calls.get_mut(place) {
            call.outcome = Some(outcome);
        }
    }

    async fn act(&self, action: &ActionRef, call: SandboxCall) -> Result<ActionOutput, Failure> {
        let descriptor = action.descriptor();
        if let Some((target, answer)) = self.mocks.find(&call.node, descriptor) {
            let before = {
                let mut seen = self.seen();
                let answered = seen.answered.entry(target.clone()).or_default();
                *answered += 1;
                *answered - 1
            };
            return answer(&call.input, before);
        }
        let ActionRef::Native(action) = action else {
            let message = format!("{action:?} is not native code, and a test runs nothing else");
            return Err(Failure::new(FailureKind::Bug, "sandbox.unsupported", message));
        };
        let host = Arc::new(Granted::new(self.host.clone(), descriptor, call.permissions));
        let context = CallContext {
            execution: call.execution,
            node: call.node,
            attempt: call.attempt,
            idempotency_key: call.idempotency_key,
            started_at: call.started_at,
            cancel: call.cancel,
            credentials: call.credentials,
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
        let (place, fault) = self.begin(&call, action.descriptor(), effect);
        let result = match fault {
            Some(Fault::CrashBefore) => self.die().await,
            Some(Fault::Timeout) => {
                call.cancel.cancelled().await;
                Err(Failure::new(FailureKind::Cancelled, "action.cancelled", "the run is being cancelled"))
            }
            Some(Fault::Panic) => Err(panicked("a fault of the test")),
            Some(Fault::CrashAfterEffect) | None => {
                let attempt = AssertUnwindSafe(self.act(action, call)).catch_unwind();
                attempt.await.unwrap_or_else(|panic| {
                    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
                    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
                    Err(panicked(text.as_deref().unwrap_or("something that is no text")))
                })
            }
        };
        self.end(place, &result);
        if fault == Some(Fault::CrashAfterEffect) {
            self.die().await;
        }
        result
    }
}

fn panicked(text: &str) -> Failure {
    Failure::new(FailureKind::Bug, "action.panicked", format!("the action panicked: {text}"))
}

impl fmt::Debug for TestSandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestSandbox").field("mocks", &self.mocks).field("faults", &self.faults).finish_non_exhaustive()
    }
}
