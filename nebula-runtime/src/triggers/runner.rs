//! The loop that polls what is due, and the life of one poll: claimed, called, fired, settled.

use std::sync::Arc;

use nebula_ports::{
    Scope,
    model::{ClaimedTrigger, Settlement, TriggerLease},
    time::{DurationText, Timestamp},
    trigger_repo::{ClaimTriggers, SettleOutcome},
};
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};

use super::{PollReport, Shared, TriggerEventKind, fire, poll, wait};

/// Polls what is due, until the end.
pub(super) async fn run(shared: Arc<Shared>) {
    let clock = Arc::clone(&shared.engine.ports().clock);
    let mut look_at = clock.now();
    while !shared.is_stopping() {
        let changed = shared.changed.notified();
        tokio::pin!(changed);
        changed.as_mut().enable();
        if shared.is_stopping() {
            break;
        }
        tokio::select! {
            () = clock.sleep_until(look_at), if shared.has_room() => look_at = look(&shared).await,
            // Something was registered, or there is room for what had none.
            () = changed => look_at = clock.now(),
        }
    }
}

/// Claims what is due and polls it; returns when to look again.
async fn look(shared: &Arc<Shared>) -> Timestamp {
    let clock = &shared.engine.ports().clock;
    let latest = clock.now().plus(shared.config.sweep_interval);
    let request =
        ClaimTriggers { holder: shared.engine.holder().clone(), limit: shared.room(), ttl: shared.config.lease_ttl };
    let claimed = match shared.repo.claim(request).await {
        Ok(claimed) => claimed,
        Err(error) => {
            warn!(%error, "The triggers cannot be read; it is tried again.");
            return latest;
        }
    };
    for claimed in claimed {
        let place = shared.take_place();
        let shared = Arc::clone(shared);
        let spawner = Arc::clone(&shared.engine.ports().spawner);
        spawner.spawn(
            "trigger-poll",
            Box::pin(async move {
                let place = place;
                // The report was told to those who watch.
                let _ = one(&shared, claimed).await;
                drop(place);
            }),
        );
    }
    match shared.repo.next_due().await {
        // What is due and was not claimed is somebody else's this moment.
        Ok(due) => due.map_or(latest, |due| due.max(clock.now().plus(std::time::Duration::from_millis(1))).min(latest)),
        Err(_) => latest,
    }
}

/// The whole life of a poll.
pub(super) async fn one(shared: &Shared, claimed: ClaimedTrigger) -> PollReport {
    let ClaimedTrigger { record, mut lease } = claimed;
    // The claim proves the tenant: the store's own row says whose it is.
    #[expect(clippy::disallowed_methods, reason = "the poll acts for the tenant that the claimed row names")]
    let scope = Scope::of(record.tenant.clone());
    let clock = Arc::clone(&shared.engine.ports().clock);
    let cancel = shared.cancel.child_token();
    let began = clock.now();
    let mut renew_at = began.plus(shared.config.lease_ttl / 3);
    let ended = {
        let mut work = std::pin::pin!(polled(shared, &scope, &record, began, cancel));
        loop {
            tokio::select! {
                biased;
                ended = &mut work => break Some(ended),
                () = shared.given_up.cancelled() => break None,
                () = clock.sleep_until(renew_at) => {
                    renew_at = clock.now().plus(shared.config.lease_ttl / 3);
                    match shared.repo.renew(&lease, shared.config.lease_ttl).await {
                        Ok(Some(renewed)) => lease = renewed,
                        Ok(None) => {
                            // Somebody else polls it, or it was registered anew: what was started stays, nothing more begins.
                            debug!(workflow = %record.workflow, trigger = %record.id, "The poll has lost its lease.");
                            return PollReport::default();
                        }
                        Err(error) => warn!(%error, "A trigger's lease could not be renewed; it is tried again."),
                    }
                }
            }
        }
    };
    let Some(Ended { mut report, cursor, wait }) = ended else {
        // Given up: whoever comes next polls it again at once, and starts nothing twice.
        let settlement = Settlement {
            lease,
            cursor: None,
            wait: Default::default(),
            failure: None,
            started: 0,
            refused: Vec::new(),
        };
        let _ = shared.repo.settle(settlement).await;
        return PollReport::default();
    };
    report.next_due = settle(shared, lease, &report, cursor, wait).await;
    for (key, error) in &report.refused {
        warn!(workflow = %record.workflow, trigger = %record.id, %key, %error, "An event can start no execution.");
        shared.tell(&record, TriggerEventKind::Refused { key: key.clone(), error: error.clone() });
    }
    if let Some(failure) = &report.failure {
        let wait = DurationText::new(wait);
        warn!(workflow = %record.workflow, trigger = %record.id, code = %failure.code, error = %failure, %wait, "A poll failed.");
    }
    shared.tell(&record, TriggerEventKind::Polled(report.clone()));
    report
}

/// How a poll ended, before it is settled.
struct Ended {
    report: PollReport,
    cursor: Option<serde_json::Value>,
    wait: std::time::Duration,
}

async fn polled(
    shared: &Shared,
    scope: &Scope,
    record: &nebula_ports::model::TriggerRecord,
    began: Timestamp,
    cancel: CancellationToken,
) -> Ended {
    // Before the plan is there, nothing says how often it is polled.
    let mut every = shared.config.longest_retry;
    let result = async {
        let planned = poll::plan_of(shared, scope, record).await?;
        let trigger = planned.trigger(record)?;
        every = trigger.every;
        let output = poll::call(shared, scope, record, trigger, began, cancel).await?;
        let report = fire::fire(shared, scope, record, &planned, trigger, output.events, began).await;
        Ok((report, output.cursor, output.wait))
    };
    let (report, cursor, wait) = match result.await {
        Ok((report, cursor, wait)) => (report, cursor, wait),
        Err(failure) => (PollReport { failure: Some(failure), ..PollReport::default() }, None, None),
    };
    match &report.failure {
        Some(failure) => {
            let random = shared.engine.ports().ids.random();
            let wait = wait::after_failure(&shared.config, every, failure, record.failures, random);
            // The events are found again: those that were started are known then.
            Ended { report, cursor: None, wait }
        }
        None => Ended { report, cursor, wait: wait.map_or(every, DurationText::get) },
    }
}

/// When the next poll is due; `None` when this one could not be settled.
async fn settle(
    shared: &Shared,
    lease: TriggerLease,
    report: &PollReport,
    cursor: Option<serde_json::Value>,
    wait: std::time::Duration,
) -> Option<Timestamp> {
    let settlement = Settlement {
        lease,
        cursor,
        wait,
        failure: report.failure.clone(),
        started: report.started.len() as u64,
        refused: report.refused.clone(),
    };
    match shared.repo.settle(settlement).await {
        Ok(SettleOutcome::Settled(next_due)) => Some(next_due),
        Ok(SettleOutcome::Fenced { .. } | SettleOutcome::Gone) => None,
        Err(error) => {
            warn!(%error, "A poll could not be settled; its lease runs out, and it is polled again.");
            None
        }
    }
}
