//! One poll: the action is called with the same checks as a node's, and each event starts an execution.

use std::{collections::BTreeMap, sync::Arc};

use nebula_ports::{
    Scope,
    action::{ActionOutput, Step, StepCause},
    attempt_blobs::AttemptBlobs,
    model::{
        CapabilityKind, Failure, FailureKind, IdempotencyKey, NodeId, PollOutput, Trigger, TriggerRecord, Workflow,
    },
    progress::Unheard,
    sandbox::SandboxCall,
    time::{DurationText, Timestamp},
};
use tokio_util::sync::CancellationToken;

use super::Shared;
use crate::{
    layers::{authorize::denied, resolve::bring, size},
    plan::{self, ExecutionPlan, PlanTrigger, Policy},
};

/// A trigger that can be polled: its definition, planned.
#[derive(Debug, Clone)]
pub(super) struct Planned {
    pub(super) definition: Arc<Workflow>,
    pub(super) plan: Arc<ExecutionPlan>,
}

// === impl Planned ===

impl Planned {
    /// The trigger of a row.
    pub(super) fn trigger(&self, record: &TriggerRecord) -> Result<&PlanTrigger, Failure> {
        self.plan.triggers.iter().find(|trigger| trigger.id == record.id).ok_or_else(|| {
            let message = format!("the definition {} has no trigger `{}`", record.definition, record.id);
            Failure::new(FailureKind::Bug, "trigger.unknown", message)
        })
    }
}

/// The plan of the definition that a trigger was registered with.
pub(super) async fn plan_of(shared: &Shared, scope: &Scope, record: &TriggerRecord) -> Result<Planned, Failure> {
    if let Some(planned) = shared.known(record.definition) {
        return Ok(planned);
    }
    let stored = shared.engine.ports().workflows.get(scope, record.definition).await.map_err(|error| {
        let kind = if error.is_retryable() { FailureKind::Transient } else { FailureKind::Bug };
        Failure::new(kind, "trigger.definition", format!("the definition cannot be read: {error}"))
    })?;
    let stored = stored.ok_or_else(|| {
        let message = format!("the definition {} is not stored", record.definition);
        Failure::new(FailureKind::Bug, "trigger.definition", message)
    })?;
    // What it may do was decided when it was registered; here only the shape matters.
    let policy = Policy { grants: record.grants.clone(), grants_required: false };
    let planned = plan::plan(&stored.definition, shared.engine.catalogue(), &policy).map_err(|diagnostics| {
        let first = diagnostics.first().map_or_else(String::new, ToString::to_string);
        let message = format!("this program's actions do not fit the workflow: {first}");
        Failure::new(FailureKind::Permanent, "trigger.plan", message)
            .with_help("register it anew with the program that polls it")
    })?;
    let planned = Planned { definition: Arc::new(stored.definition), plan: planned.plan };
    shared.keep(record.definition, planned.clone());
    Ok(planned)
}

/// Calls the action once.
pub(super) async fn call(
    shared: &Shared,
    scope: &Scope,
    record: &TriggerRecord,
    trigger: &PlanTrigger,
    now: Timestamp,
    cancel: CancellationToken,
) -> Result<PollOutput, Failure> {
    let ports = shared.engine.ports();
    let descriptor = trigger.action.descriptor();
    let permissions = descriptor.capabilities.permissions(&record.grants).map_err(|denials| denied(&denials))?;
    if let Some(first) = trigger.schema.check(&trigger.parameters).into_iter().next() {
        return Err(Failure::new(FailureKind::Invalid, "input.invalid", first.message).at(first.pointer));
    }
    let mut credentials = BTreeMap::new();
    for (slot, name) in &trigger.credentials {
        credentials.insert(slot.clone(), bring(ports.secrets.as_ref(), scope, slot, name).await?);
    }
    // A poll is no run; what it is called by is its own.
    let execution = ports.ids.execution_id();
    let node = NodeId::new(trigger.id.as_str()).expect("a trigger is named as a node is").into();
    let is_reader = permissions.declared.contains(&CapabilityKind::Blob);
    // What the poll before has kept, it was given or has put itself.
    let named = [Some(&trigger.parameters), record.cursor.as_ref()].into_iter().flatten().filter(|_| is_reader);
    let blobs = AttemptBlobs::new(Arc::clone(&ports.blobs), scope.clone(), named);
    let call = SandboxCall {
        execution,
        idempotency_key: IdempotencyKey::with_values(execution, &node, &descriptor.key, &trigger.parameters),
        node,
        attempt: record.failures.saturating_add(1),
        step: Step { number: 0, state: record.cursor.clone().map(Arc::new), cause: StepCause::First },
        started_at: now,
        cancel: cancel.clone(),
        pulse: Arc::new(Unheard),
        credentials,
        resources: BTreeMap::new(),
        blobs: Arc::new(blobs),
        permissions,
        input: trigger.parameters.clone(),
    };
    let limit = trigger.timeout.unwrap_or(shared.engine.config().default_timeout);
    let work = ports.sandbox.run(&trigger.action, call);
    let output = tokio::select! {
        biased;
        output = work => output?,
        () = ports.clock.sleep_until(now.plus(limit)) => {
            cancel.cancel();
            let message = format!("the poll has not ended within {}", DurationText::new(limit));
            return Err(Failure::new(FailureKind::Timeout, "trigger.timeout", message));
        }
    };
    let ActionOutput::Polled(output) = output else {
        let message = format!("`{}` has answered a poll as an action answers a node", descriptor.id);
        return Err(bug("trigger.not_polled", message));
    };
    let most = descriptor.limits.max_output.unwrap_or(shared.engine.config().max_output);
    within_bounds(&output, most)?;
    Ok(output)
}

/// Refuses what is more than one poll may give.
fn within_bounds(output: &PollOutput, most: nebula_ports::model::ByteSize) -> Result<(), Failure> {
    if output.events.len() > Trigger::MAX_EVENTS {
        let (found, most) = (output.events.len(), Trigger::MAX_EVENTS);
        return Err(bug("trigger.too_many_events", format!("the poll has {found} events, and {most} are the most"))
            .with_help("give the first of them, move the cursor so far, and ask for the next poll at once"));
    }
    for event in &output.events {
        if event.key.is_empty() || event.key.len() > Trigger::MAX_KEY {
            let message = format!(
                "the key of an event has 1 to {} bytes, and this one has {}",
                Trigger::MAX_KEY,
                event.key.len()
            );
            return Err(bug("trigger.key", message).with_help("what is long is made short by hashing it"));
        }
    }
    if output.cursor.as_ref().is_some_and(|cursor| size::exceeds(cursor, Trigger::MAX_CURSOR as u64)) {
        let message = format!("a cursor has at most {} bytes of JSON", Trigger::MAX_CURSOR);
        return Err(bug("trigger.cursor", message).with_help("keep in it only from where to go on"));
    }
    let mut left = most.0;
    for event in &output.events {
        if size::exceeds(&event.event, left) {
            let message = format!("the events of the poll have more than {most} of JSON");
            return Err(Failure::new(FailureKind::Permanent, "output.too_large", message)
                .with_help("give less in one poll, and ask for the next at once; the limit is the action's"));
        }
        left = left.saturating_sub(size::length(&event.event));
    }
    Ok(())
}

fn bug(code: &'static str, message: String) -> Failure {
    Failure::new(FailureKind::Bug, code, message)
}
