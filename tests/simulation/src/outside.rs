//! Where actions have their effects: every call is noted, and what must hold at that moment is checked at that moment.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use futures_util::{FutureExt as _, TryStreamExt as _};
use nebula_ports::{
    Scope,
    action::{ActionOutput, ActionRef, CallContext},
    attempt_blobs::AttemptBlobs,
    execution_repo::{ExecutionRepo, RequestOutcome},
    host::Host,
    model::{
        EffectClass, ExecutionId, Failure, FailureKind, Fence, IdempotencyKey, JournalEntry, JournalRecord, Lease,
        NodeAddress, Permissions, Request, RequestId, Seq,
    },
    sandbox::{SandboxCall, SandboxRunner},
};

use crate::{host::Nothing, store::Line};

/// What came of one node of one execution.
#[derive(Debug, Default)]
pub(crate) struct Effects {
    pub(crate) count: usize,
    pub(crate) keys: Vec<IdempotencyKey>,
}

/// The world. Clones are the same.
#[derive(Clone)]
pub(crate) struct Outside {
    pub(crate) store: Arc<dyn ExecutionRepo>,
    pub(crate) scope: Scope,
    effects: Arc<Mutex<BTreeMap<(ExecutionId, String), Effects>>>,
    wrongs: Arc<Mutex<Vec<String>>>,
    accepted: Arc<Mutex<Vec<Accepted>>>,
}

/// More claims in vain than a worker lets happen, also when some die before they have put it away.
const MOST_CLAIMS: u32 = 14;

/// A request that is in an inbox.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Accepted {
    pub(crate) execution: ExecutionId,
    pub(crate) request: RequestId,
    /// The last claim at that time: the next one has to deal with it.
    pub(crate) fence: Fence,
}

/// Runs actions of one process.
pub(crate) struct Sandbox {
    pub(crate) outside: Outside,
    pub(crate) line: Line,
}

// === impl Outside ===

impl Outside {
    pub(crate) fn new(store: Arc<dyn ExecutionRepo>, scope: Scope) -> Self {
        Self { store, scope, effects: Arc::default(), wrongs: Arc::default(), accepted: Arc::default() }
    }

    pub(crate) fn effects(&self) -> MutexGuard<'_, BTreeMap<(ExecutionId, String), Effects>> {
        self.effects.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn count(&self, execution: ExecutionId, node: &str) -> usize {
        self.effects().get(&(execution, node.to_owned())).map_or(0, |effects| effects.count)
    }

    pub(crate) fn wrong(&self, what: String) {
        self.wrongs.lock().unwrap_or_else(PoisonError::into_inner).push(what);
    }

    pub(crate) fn wrongs(&self) -> Vec<String> {
        self.wrongs.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn journal(&self, id: ExecutionId) -> Vec<JournalRecord> {
        let records = self.store.journal(&self.scope, id, Seq(0)).try_collect::<Vec<_>>();
        records.now_or_never().and_then(Result::ok).unwrap_or_default()
    }

    /// Whether somebody else has claimed since.
    pub(crate) fn is_stale(&self, lease: &Lease) -> bool {
        let record = self.store.get(&self.scope, lease.execution).now_or_never();
        matches!(record, Some(Ok(Some(record))) if lease.fence < record.fence)
    }

    /// A worker has claimed it: nobody may for ever, when nothing comes of it.
    pub(crate) fn claimed(&self, id: ExecutionId) {
        let record = self.store.get(&self.scope, id).now_or_never();
        if let Some(Ok(Some(record))) = record
            && record.claims_without_progress > MOST_CLAIMS
        {
            self.wrong(format!(
                "{id} was taken up {} times in a row, nothing came of it, and nobody puts it away",
                record.claims_without_progress
            ));
        }
    }

    /// Asks something of an execution, with nobody between.
    pub(crate) async fn ask(&self, execution: ExecutionId, id: RequestId, request: Request) {
        let fence = self.store.get(&self.scope, execution).await.ok().flatten().map(|record| record.fence);
        let outcome = self.store.request(&self.scope, execution, id, request).await;
        if let (Ok(RequestOutcome::Accepted), Some(fence)) = (outcome, fence) {
            let mut accepted = self.accepted.lock().unwrap_or_else(PoisonError::into_inner);
            accepted.push(Accepted { execution, request: id, fence });
        }
    }

    pub(crate) fn accepted(&self) -> Vec<Accepted> {
        self.accepted.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A call that could have an effect begins: its start must be durable, whoever makes it.
    fn begins(&self, call: &SandboxCall) {
        let is_recorded = self.journal(call.execution).iter().any(|record| {
            matches!(&record.entry, JournalEntry::AttemptStarted { node, attempt, .. }
                if *node == call.node && *attempt == call.attempt)
        });
        if !is_recorded {
            self.wrong(format!("`{}` was called for attempt {}, which no journal has", call.node, call.attempt));
        }
    }

    fn happened(&self, execution: ExecutionId, node: &NodeAddress, key: IdempotencyKey) -> bool {
        let mut effects = self.effects();
        let effects = effects.entry((execution, node.to_string())).or_default();
        effects.count += 1;
        let is_repeated = effects.keys.contains(&key);
        effects.keys.push(key);
        is_repeated
    }
}

// === impl Sandbox ===

impl Sandbox {
    async fn work(&self) {
        let most = if self.line.chance.one_in(10) { Duration::from_secs(20) } else { Duration::from_millis(300) };
        let wait = self.line.chance.between(Duration::ZERO, most);
        self.line.clock.sleep_until(self.line.clock.now().plus(wait)).await;
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sandbox")
    }
}

#[async_trait]
impl SandboxRunner for Sandbox {
    async fn run(&self, action: &ActionRef, call: SandboxCall) -> Result<ActionOutput, Failure> {
        let effect = action.effect(&call.input);
        if effect != EffectClass::Pure {
            self.outside.begins(&call);
            self.work().await;
            if effect == EffectClass::Idempotent && !self.line.is_calm() && self.line.chance.one_in(8) {
                self.line.counters.count("transient failure");
                return Err(Failure::new(FailureKind::Transient, "sim.busy", "busy"));
            }
            if self.outside.happened(call.execution, &call.node, call.idempotency_key) {
                self.line.counters.count("call repeated with its key");
            }
            self.work().await;
        }
        let context = CallContext {
            execution: call.execution,
            node: call.node,
            attempt: call.attempt,
            step: call.step,
            idempotency_key: call.idempotency_key,
            started_at: call.started_at,
            cancel: call.cancel,
            pulse: call.pulse,
            credentials: BTreeMap::new(),
            resources: call.resources,
            host: Arc::new(Nothing),
        };
        match action {
            ActionRef::Native(action) => action.run(call.input, context).await,
            _ => Err(Failure::new(FailureKind::Bug, "sim.unsupported", "only native actions are simulated")),
        }
    }

    fn host(&self, _: Permissions, _: Arc<AttemptBlobs>) -> Arc<dyn Host> {
        Arc::new(Nothing)
    }
}
