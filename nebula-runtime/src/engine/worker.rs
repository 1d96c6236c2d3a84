//! The worker loop: what wakes it is on one screen. Hints make it fast; the sweep finds what hints lost.

use std::{sync::Arc, time::Duration};

use futures_util::{FutureExt, StreamExt, future::BoxFuture};
use nebula_ports::{
    Scope,
    blob_store::BlobStoreExt,
    chain::{self, ChainCheck, Damage},
    error::{Error, ErrorKind, Result},
    execution_repo::{ClaimRequest, Renewal},
    model::{
        Claimed, ExecutionId, ExecutionRecord, ExecutionStatus, JournalEntry, Lease, NextState, Payload, Seq,
        Transition,
    },
    task_queue::Delivery,
    time::Timestamp,
};
use serde_json::Value;
use tracing::{debug, error, warn};

use super::{
    EngineShared, RunEnd, dead_letter,
    drive::{Control, Drive},
    not_found,
};
use crate::{
    execution::{Datum, ExecutionState},
    plan::{self, ExecutionPlan, Policy},
};

/// How long a hint stays invisible while its execution is claimed.
const HINT_VISIBILITY: Duration = Duration::from_secs(30);
/// How long an execution is left that was claimed and has no place here: its drive may still be ending.
const HAND_BACK_FOR: Duration = Duration::from_secs(1);
/// How long one look into the queue waits.
const HINT_WAIT: Duration = Duration::from_secs(30);

/// Everything that can wake a worker.
enum Event {
    Hint(Option<Delivery>),
    Sweep,
    Renew,
    Changed,
}

/// Claims what is due, until the engine stops and its last execution is parked.
pub(crate) async fn run(shared: Arc<EngineShared>) {
    let clock = Arc::clone(&shared.ports.clock);
    let mut sweep_at = clock.now();
    let mut renew_at = clock.now().plus(shared.config.lease_ttl / 3);
    let mut hint = next_hint(&shared);
    while !shared.is_over() {
        let changed = shared.changed.notified();
        tokio::pin!(changed);
        changed.as_mut().enable();
        // A drive has ended: there is room for what had none, and what it parked may be the next to fall due. Looked at
        // here, so that what changed while the last event was dealt with is seen as well.
        sweep_at = shared.take_look_at().map_or(sweep_at, |at| sweep_at.min(at));
        let event = tokio::select! {
            // In the order of their urgency; a run that is simulated is the same each time.
            biased;
            () = clock.sleep_until(renew_at), if shared.drives_any() => Event::Renew,
            () = clock.sleep_until(sweep_at), if shared.has_room() && !shared.is_stopping() => Event::Sweep,
            delivery = &mut hint, if shared.has_room() && !shared.is_stopping() => Event::Hint(delivery),
            () = changed => Event::Changed,
        };
        match event {
            Event::Hint(delivery) => {
                if let Some(delivery) = delivery {
                    take_hint(&shared, delivery).await;
                }
                hint = next_hint(&shared);
            }
            Event::Sweep => sweep_at = sweep(&shared).await,
            Event::Renew => {
                renew(&shared).await;
                renew_at = clock.now().plus(shared.config.lease_ttl / 3);
            }
            Event::Changed => {}
        }
    }
}

/// Renews what is driven, and wakes what this engine parked; claims nothing else.
pub(crate) async fn run_for_own(shared: Arc<EngineShared>) {
    let clock = Arc::clone(&shared.ports.clock);
    let mut renew_at = clock.now().plus(shared.config.lease_ttl / 3);
    let mut wake_at = clock.now().plus(shared.config.sweep_interval);
    while !shared.is_over() {
        let changed = shared.changed.notified();
        tokio::pin!(changed);
        changed.as_mut().enable();
        wake_at = shared.take_look_at().map_or(wake_at, |at| wake_at.min(at));
        tokio::select! {
            biased;
            () = clock.sleep_until(renew_at), if shared.drives_any() => {
                renew(&shared).await;
                renew_at = clock.now().plus(shared.config.lease_ttl / 3);
            }
            () = clock.sleep_until(wake_at), if !shared.is_stopping() => {
                wake_at = wake_waited_for(&shared).await;
            }
            () = changed => {}
        }
    }
}

fn next_hint(shared: &Arc<EngineShared>) -> BoxFuture<'static, Option<Delivery>> {
    let shared = Arc::clone(shared);
    async move {
        match shared.ports.queue.dequeue(HINT_WAIT, HINT_VISIBILITY).await {
            Ok(delivery) => delivery,
            Err(error) => {
                warn!(%error, "The queue cannot be reached; the sweep goes on without it.");
                let clock = &shared.ports.clock;
                clock.sleep_until(clock.now().plus(shared.config.sweep_interval)).await;
                None
            }
        }
    }
    .boxed()
}

async fn take_hint(shared: &Arc<EngineShared>, delivery: Delivery) {
    let settled = match claim(shared, Wanted::Hinted(delivery.task.execution)).await {
        // Claimed, ended, or somebody else's: in each case the hint has done its work.
        Ok(_) => shared.ports.queue.ack(delivery.receipt).await,
        Err(error) => {
            warn!(%error, "A claim failed; the hint comes back.");
            shared.ports.queue.nack(delivery.receipt, shared.config.sweep_interval).await
        }
    };
    if let Err(error) = settled {
        debug!(%error, "The hint had timed out.");
    }
}

/// Claims what is due; returns when to look again.
async fn sweep(shared: &Arc<EngineShared>) -> Timestamp {
    if let Err(error) = claim(shared, Wanted::Due(shared.room())).await {
        warn!(%error, "The store cannot be reached; the sweep tries again.");
        let clock = &shared.ports.clock;
        return clock.now().plus(shared.config.sweep_interval);
    }
    resolve_waiters(shared).await;
    next_sweep(shared).await
}

/// When something falls due, and no later than the sweep's interval.
async fn next_sweep(shared: &Arc<EngineShared>) -> Timestamp {
    let now = shared.ports.clock.now();
    let latest = now.plus(shared.config.sweep_interval);
    match shared.ports.executions.next_due().await {
        // Our own leases are renewed in time; that they would run out is nothing to wake for.
        Ok(due) => due.filter(|_| shared.has_room()).map_or(latest, |due| {
            let soonest = if shared.drives_any() { now.plus(Duration::from_millis(1)) } else { now };
            due.max(soonest).min(latest)
        }),
        Err(_) => latest,
    }
}

/// What to claim.
#[derive(Debug, Clone, Copy)]
enum Wanted {
    /// So many of those that are due.
    Due(usize),
    /// This one, if it may be.
    Hinted(ExecutionId),
    /// This one, because somebody asks for it.
    Asked(ExecutionId),
}

async fn claim(shared: &Arc<EngineShared>, wanted: Wanted) -> Result<usize> {
    let (limit, only, revive) = match wanted {
        Wanted::Due(limit) => (limit, None, false),
        Wanted::Hinted(id) => (1, Some(id), false),
        Wanted::Asked(id) => (1, Some(id), true),
    };
    if limit == 0 || only.is_some_and(|id| shared.drives(id)) {
        return Ok(0);
    }
    let request = ClaimRequest { holder: shared.holder.clone(), limit, ttl: shared.config.lease_ttl, only, revive };
    let claimed = shared.ports.executions.claim(request).await?;
    let count = claimed.len();
    for claimed in claimed {
        take_up(shared, claimed).await;
    }
    Ok(count)
}

/// Claims one execution, whenever it is due, also a dead letter.
pub(crate) async fn resume(shared: &Arc<EngineShared>, scope: &Scope, id: ExecutionId) -> Result<()> {
    if shared.drives(id) {
        return Ok(());
    }
    let record = shared.ports.executions.get(scope, id).await?.ok_or_else(|| not_found(id))?;
    if record.status.is_terminal() {
        let message = format!("the execution {id} has ended: {}", record.status);
        return Err(Error::new(ErrorKind::Conflict, "engine.resume", message));
    }
    // A dead letter that is due is to be cancelled, and for that it need not be revived.
    let ends = record.status == ExecutionStatus::DeadLetter && record.wake_at.is_some();
    let wanted = if ends { Wanted::Hinted(id) } else { Wanted::Asked(id) };
    if claim(shared, wanted).await? == 0 && !shared.drives(id) {
        let until = record.lease_until.map_or_else(|| "soon".to_owned(), |until| until.to_string());
        return Err(Error::new(
            ErrorKind::Busy,
            "engine.resume",
            format!("another worker holds the execution until {until}"),
        )
        .with_context("execution", id)
        .with_context("holder", record.holder.map_or_else(|| "unknown".to_owned(), |holder| holder.to_string())));
    }
    Ok(())
}

/// Folds a claimed execution's journal and drives it. One that cannot be driven is parked with the reason; one that has been
/// taken up too often already is not even looked at.
async fn take_up(shared: &Arc<EngineShared>, claimed: Claimed) {
    let Claimed { record, lease, inbox } = claimed;
    let id = record.id;
    // The claim proves the tenant: the store's own row says whose it is.
    #[expect(clippy::disallowed_methods, reason = "the worker acts for the tenant that the claimed row names")]
    let scope = Scope::of(record.tenant.clone());
    if dead_letter::is_one(shared, &record) {
        return dead_letter::put_away(shared, lease, &record, &inbox).await;
    }
    let Some(place) = shared.reserve(id) else { return hand_back(shared, lease, &record).await };
    shared.set_lease(id, &lease);
    match fold(shared, &scope, &record).await {
        Ok((state, seq)) => {
            let drive = Drive::of_claim(Arc::clone(shared), scope, state, lease, seq, inbox, place.control);
            shared.spawn_drive(id, drive);
        }
        Err(error) => {
            error!(execution = %id, %error, "The execution cannot be taken up; it is parked.");
            park_with_reason(shared, lease, &record, &error).await;
            shared.unreserve(id);
            shared.drive_ended(
                id,
                super::drive::DriveEnd::Parked { wake_at: None, waiting_for: Some(error.to_string()) },
            );
        }
    }
}

/// Gives back what there is no place for, so that it neither waits for its lease to run out nor counts as taken up.
async fn hand_back(shared: &Arc<EngineShared>, lease: Lease, record: &ExecutionRecord) {
    let wake_at = Some(shared.ports.clock.now().plus(HAND_BACK_FOR));
    let next = NextState::Park { status: record.status, wake_at, waiting_for: record.waiting_for.clone() };
    let transition = Transition {
        lease,
        expected: record.seq,
        commit: shared.ports.ids.commit_id(),
        entries: Vec::new(),
        consumed: Vec::new(),
        next,
    };
    if let Err(error) = shared.committer.commit(transition).await {
        debug!(%error, "The execution could not be handed back; its lease runs out.");
    }
}

async fn park_with_reason(shared: &Arc<EngineShared>, lease: Lease, record: &ExecutionRecord, error: &Error) {
    // What may pass by itself is tried again; what will not waits for somebody.
    let wake_at = error.is_retryable().then(|| shared.ports.clock.now().plus(shared.config.sweep_interval));
    let transition = Transition {
        lease,
        expected: record.seq,
        commit: shared.ports.ids.commit_id(),
        entries: Vec::new(),
        consumed: Vec::new(),
        next: NextState::Park { status: ExecutionStatus::Waiting, wake_at, waiting_for: Some(error.to_string()) },
    };
    if let Err(error) = shared.committer.commit(transition).await {
        warn!(%error, "The execution could not be parked; its lease runs out.");
    }
}

async fn fold(shared: &Arc<EngineShared>, scope: &Scope, record: &ExecutionRecord) -> Result<(ExecutionState, Seq)> {
    let plan = plan_of(shared, scope, record).await?;
    let mut state = ExecutionState::new(plan, record.id);
    let (mut seq, mut head) = (Seq(0), chain::beginning(record.id));
    let mut journal = shared.ports.executions.journal(scope, record.id, Seq(0));
    while let Some(entry) = journal.next().await {
        let entry = entry?;
        let corrupt = |message: String| {
            Error::new(ErrorKind::Corrupt, "engine.fold", message)
                .with_context("execution", record.id)
                .with_context("seq", entry.seq)
        };
        let damaged = |damage: Damage| damage.into_error("engine.fold", record.id);
        if entry.seq != seq.plus(1) {
            return Err(damaged(Damage::Gap { expected: seq.plus(1), found: entry.seq }));
        }
        state.apply(&entry.entry).map_err(|error| corrupt(error.to_string()))?;
        (seq, head) = (entry.seq, entry.chain);
    }
    // The store has checked each entry. That what was read is the journal of the claimed row is checked here.
    let end = ChainCheck::after(seq, head).end(record.seq, record.chain);
    end.map_err(|damage| damage.into_error("engine.fold", record.id))?;
    Ok((state, seq))
}

/// The plan an execution is pinned to. It must come out the same as when the execution was started.
async fn plan_of(shared: &Arc<EngineShared>, scope: &Scope, record: &ExecutionRecord) -> Result<Arc<ExecutionPlan>> {
    if let Some(plan) = shared.plans.get(record.definition)
        && plan.digest == record.plan
    {
        return Ok(plan);
    }
    let unplannable = |message: String| Error::new(ErrorKind::Conflict, "engine.plan", message);
    let stored = shared.ports.workflows.get(scope, record.definition).await?.ok_or_else(|| {
        Error::new(ErrorKind::Corrupt, "engine.plan", format!("the definition {} is not stored", record.definition))
    })?;
    // What the run may do was decided when it started; here only the shape matters.
    let policy = Policy { grants: nebula_ports::model::Grants::default(), grants_required: false };
    let planned = plan::plan_of_runs(&stored.definition, &shared.catalogue, &policy).map_err(|diagnostics| {
        let first = diagnostics.first().map_or_else(String::new, ToString::to_string);
        unplannable(format!("this program's actions do not fit the workflow it was started with: {first}"))
    })?;
    if planned.plan.digest != record.plan {
        return Err(unplannable(
            "this program's actions are not the ones the execution was planned with; resume it with the program that started it"
                .to_owned(),
        ));
    }
    shared.plans.keep(Arc::clone(&planned.plan));
    Ok(planned.plan)
}

async fn renew(shared: &Arc<EngineShared>) {
    let leases = shared.leases();
    if leases.is_empty() {
        return;
    }
    match shared.ports.executions.renew(&leases, shared.config.lease_ttl).await {
        Ok(renewals) => {
            for renewal in renewals {
                match renewal {
                    Renewal::Held { lease, inbox } => {
                        let id = lease.execution;
                        shared.set_lease(id, &lease);
                        shared.tell(id, Control::Renewed(lease));
                        if !inbox.is_empty() {
                            shared.tell(id, Control::Inbox(inbox));
                        }
                    }
                    Renewal::Lost(id) => shared.tell(id, Control::Lost),
                }
            }
        }
        Err(error) => warn!(%error, "Leases could not be renewed; it is tried again."),
    }
}

/// Takes up executions that somebody waits for and that have fallen due; returns when to look again. What others left to
/// fall due is no reason to look.
async fn wake_waited_for(shared: &Arc<EngineShared>) -> Timestamp {
    let now = shared.ports.clock.now();
    let mut next = now.plus(shared.config.sweep_interval);
    for id in shared.waited_for() {
        let Ok(Some(record)) = find(shared, id).await else { continue };
        match record.wake_at.filter(|_| !record.status.is_terminal()) {
            Some(at) if at > now => next = next.min(at),
            Some(_) => {
                if let Err(error) = claim(shared, Wanted::Hinted(id)).await {
                    warn!(execution = %id, %error, "The execution could not be taken up; it is tried again.");
                }
            }
            None => {}
        }
    }
    resolve_waiters(shared).await;
    next
}

/// Tells those who wait for an execution that came to its end, or to a stand, elsewhere.
async fn resolve_waiters(shared: &Arc<EngineShared>) {
    for id in shared.waited_for() {
        let Some(scope) = shared.scope_of_waiter(id) else { continue };
        if let Ok(Some(end)) = stands(shared, &scope, id).await {
            shared.resolve(&end);
        }
    }
}

/// How an execution stands, when nothing more happens by itself.
pub(crate) async fn stands(shared: &EngineShared, scope: &Scope, id: ExecutionId) -> Result<Option<RunEnd>> {
    let record = shared.ports.executions.get(scope, id).await?.ok_or_else(|| not_found(id))?;
    if record.status.is_terminal() {
        return read_end(shared, scope, &record).await.map(Some);
    }
    // What is driven has a holder in its row. The row alone is asked, as of one moment: between a look at the row and one
    // at the drives a drive could end.
    let waits = matches!(record.status, ExecutionStatus::Waiting | ExecutionStatus::DeadLetter);
    let still = waits && record.wake_at.is_none() && record.holder.is_none();
    Ok(still.then_some(RunEnd {
        execution: id,
        status: record.status,
        output: None,
        error: None,
        waiting_for: record.waiting_for,
    }))
}

async fn find(shared: &Arc<EngineShared>, id: ExecutionId) -> Result<Option<ExecutionRecord>> {
    match shared.scope_of_waiter(id) {
        Some(scope) => shared.ports.executions.get(&scope, id).await,
        None => Ok(None),
    }
}

/// The end of an execution, from its journal.
async fn read_end(shared: &EngineShared, scope: &Scope, record: &ExecutionRecord) -> Result<RunEnd> {
    let last = Seq(record.seq.0.saturating_sub(1));
    let mut journal = shared.ports.executions.journal(scope, record.id, last);
    let mut end = RunEnd { execution: record.id, status: record.status, output: None, error: None, waiting_for: None };
    while let Some(entry) = journal.next().await {
        if let JournalEntry::ExecutionFinished { output, error, .. } = entry?.entry {
            end.error = error;
            end.output = match output {
                Some(Payload::Blob(blob)) => {
                    let bytes = shared.ports.blobs.get_bytes(scope, blob.digest).await?;
                    let value: Value = serde_json::from_slice(&bytes).map_err(|error| {
                        Error::new(ErrorKind::Corrupt, "engine.output", "the output is no JSON").with_source(error)
                    })?;
                    Some(Arc::new(value))
                }
                inline => inline.map(Datum::recorded).and_then(|datum| datum.value().cloned()),
            };
        }
    }
    Ok(end)
}
