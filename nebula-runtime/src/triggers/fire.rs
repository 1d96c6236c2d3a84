//! From events to executions.

use futures_util::{StreamExt, stream};
use nebula_ports::{
    Scope,
    model::{Digest, ExecutionId, Failure, FailureKind, Firing, PolledEvent, StartKey, TriggerRecord},
    spawn::Spawner,
    time::Timestamp,
};
use serde_json::Value;
use smol_str::SmolStr;

use super::{PollReport, Shared, TriggerEventKind, poll::Planned, values::EventValues};
use crate::{
    engine::{StartError, StartRequest, Started},
    evaluate,
    plan::{Compiled, PlanTrigger},
};

/// What became of one event.
enum Fired {
    Started(ExecutionId),
    /// It has started one before.
    Known,
    /// It can start none.
    Refused(Failure),
    /// Whether it has started one is not known, or it could not be tried: the poll is to be repeated.
    Failed(Failure),
}

/// Starts an execution for each event, in their order. Ends early when the store does not take them.
pub(super) async fn fire(
    shared: &Shared,
    scope: &Scope,
    record: &TriggerRecord,
    planned: &Planned,
    trigger: &PlanTrigger,
    events: Vec<PolledEvent>,
    now: Timestamp,
) -> PollReport {
    let mut report = PollReport::default();
    let starts = stream::iter(events).map(|event| async move {
        let key = event.key.clone();
        (key, one(shared, scope, record, planned, trigger, event, now).await)
    });
    let mut starts = std::pin::pin!(starts.buffered(shared.config.max_starts.max(1)));
    while let Some((key, fired)) = starts.next().await {
        match fired {
            Fired::Started(execution) => {
                shared.tell(record, TriggerEventKind::Started { key: key.clone(), execution });
                report.started.push((key, execution));
            }
            Fired::Known => report.known += 1,
            Fired::Refused(error) => report.refused.push((key, error)),
            Fired::Failed(failure) => {
                report.failure = Some(failure);
                break;
            }
        }
    }
    report
}

async fn one(
    shared: &Shared,
    scope: &Scope,
    record: &TriggerRecord,
    planned: &Planned,
    trigger: &PlanTrigger,
    event: PolledEvent,
    now: Timestamp,
) -> Fired {
    let key = event.key.clone();
    let input = match &trigger.input {
        None => event.event,
        Some(input) => {
            let values = EventValues::new(&planned.plan, trigger, &event, now);
            match compute(input, values, shared.engine.ports().spawner.as_ref()).await {
                Ok(input) => input,
                Err(failure) => return Fired::Refused(failure),
            }
        }
    };
    let request = StartRequest {
        definition: planned.definition.clone(),
        plan: planned.plan.clone(),
        input,
        grants: record.grants.clone(),
        key: Some(start_key(record, &key)),
        trigger: Some(Firing { trigger: record.id.clone(), key }),
    };
    match shared.engine.start(scope, request).await {
        Ok(Started { id, existing: false }) => Fired::Started(id),
        // The key is the event: that it brings something else this time, as the time at which it was found, changes nothing.
        Ok(Started { existing: true, .. }) | Err(StartError::KeyReused(_)) => Fired::Known,
        Err(StartError::InvalidInput(violations)) => {
            let first = violations.first();
            let message = first.map_or_else(String::new, |first| first.message.clone());
            let mut failure = Failure::new(FailureKind::Invalid, "input.invalid", message);
            failure.pointer = first.map(|first| first.pointer.clone());
            failure.help = first.and_then(|first| first.help.clone());
            Fired::Refused(failure)
        }
        Err(StartError::Input(failure)) if !failure.kind.is_retryable() => Fired::Refused(failure),
        Err(StartError::Input(failure)) => Fired::Failed(failure),
        Err(error @ (StartError::Store(_) | StartError::Unknown(_) | StartError::ShuttingDown)) => {
            let message = format!("an execution could not be started: {error}");
            Fired::Failed(Failure::new(FailureKind::Transient, "trigger.not_started", message))
        }
    }
}

/// The input, computed where that hinders nobody.
async fn compute(input: &Compiled, values: EventValues, spawner: &dyn Spawner) -> Result<Value, Failure> {
    if evaluate::weight(input, &values) <= evaluate::HEAVY {
        return evaluate::compute(input, &values);
    }
    let input = input.clone();
    evaluate::off_thread(spawner, move || evaluate::compute(&input, &values)).await?
}

/// The key that starts one execution for an event, however often it is found. Another version of the workflow has the
/// same; a trigger that looks elsewhere has another.
fn start_key(record: &TriggerRecord, event: &SmolStr) -> StartKey {
    let mut hasher = blake3::Hasher::new_derive_key("nebula trigger firing v1");
    hasher.update(record.identity.as_bytes());
    hasher.update(event.as_bytes());
    let digest = Digest::from_bytes(*hasher.finalize().as_bytes());
    StartKey(format!("trigger/{}/{digest}", record.id).into())
}
