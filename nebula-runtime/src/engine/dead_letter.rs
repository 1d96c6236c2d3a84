//! Executions that end whoever takes them up: they are counted by the store, and put away before anything of them is read.

use std::sync::Arc;

use nebula_ports::{
    execution_repo::CommitOutcome,
    model::{
        ExecutionRecord, ExecutionStatus, Failure, FailureKind, InboxItem, JournalEntry, Lease, NextState, Request,
        Transition,
    },
};
use tracing::{error, warn};

use super::{EngineEvent, EngineEventKind, EngineShared, RunEnd};

/// Whether a claimed execution is not to be driven: it has been taken up as often as may be, or it is put away already and
/// was claimed to be cancelled.
pub(super) fn is_one(shared: &EngineShared, record: &ExecutionRecord) -> bool {
    record.status == ExecutionStatus::DeadLetter
        || record.claims_without_progress > shared.config.max_claims_without_progress
}

/// Ends it when somebody wants it cancelled, else leaves it to somebody who looks. Its journal is not folded: that may be what
/// ends whoever does.
pub(super) async fn put_away(shared: &Arc<EngineShared>, lease: Lease, record: &ExecutionRecord, inbox: &[InboxItem]) {
    let (id, at) = (record.id, shared.ports.clock.now());
    let claims = record.claims_without_progress.saturating_sub(1);
    let cancel = inbox.iter().find_map(|item| match &item.request {
        Request::Cancel { reason } => Some((item.id, reason)),
        _ => None,
    });
    let (entries, consumed, next, end) = match cancel {
        Some((request, reason)) => {
            let status = ExecutionStatus::Cancelled;
            let error = Some(Failure::new(FailureKind::Cancelled, "execution.cancelled", reason.clone()));
            let entries = vec![
                JournalEntry::CancelRequested { reason: reason.clone(), request },
                JournalEntry::ExecutionFinished { status, at, output: None, error: error.clone() },
            ];
            let end = RunEnd { execution: id, status, output: None, error, waiting_for: None };
            (entries, vec![request], NextState::Finish { status }, end)
        }
        None => {
            error!(execution = %id, claims, "The execution is left as a dead letter: nothing comes of taking it up.");
            let status = ExecutionStatus::DeadLetter;
            let reason = format!(
                "somebody: it was taken up {claims} times, and each time the process ended or was cut off before anything came of it"
            );
            let waiting_for = Some(reason);
            let is_new = record.status != ExecutionStatus::DeadLetter;
            let entries = is_new.then_some(JournalEntry::DeadLettered { at, claims }).into_iter().collect();
            let end = RunEnd { execution: id, status, output: None, error: None, waiting_for: waiting_for.clone() };
            (entries, Vec::new(), NextState::Park { status, wake_at: None, waiting_for }, end)
        }
    };
    let told = shared.watched(&entries);
    let commit = shared.ports.ids.commit_id();
    let transition = Transition { lease, expected: record.seq, commit, entries, consumed, next };
    match shared.committer.commit(transition).await {
        Ok(CommitOutcome::Applied(_) | CommitOutcome::AlreadyApplied(_)) => {
            for entry in told {
                // Nobody watching any more is no error.
                let kind = EngineEventKind::Entry(Arc::new(entry));
                let _ = shared.events.send(EngineEvent { execution: id, kind });
            }
            shared.resolve(&end);
        }
        Ok(_) => {}
        Err(error) => warn!(execution = %id, %error, "The dead letter could not be put away; its lease runs out."),
    }
}
