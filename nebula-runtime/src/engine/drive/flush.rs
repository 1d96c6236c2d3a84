//! Committing what has gathered, and what the answer means.

use std::{sync::Arc, time::Duration};

use nebula_ports::{
    clock::Clock,
    execution_repo::{CommitOutcome, StartOutcome, StoreError},
    model::{ExecutionStatus, JournalEntry, Lease, NewExecution, NextState, NodeStatus, Seq, Transition},
    time::Timestamp,
};
use tokio::sync::oneshot;
use tracing::{debug, error, warn};

use super::{Drive, DriveEnd};
use crate::engine::{EngineEvent, EngineEventKind, start::Accepted};

/// A commit that was answered.
pub(super) struct Committed {
    answer: Answer,
    /// For those who watch; empty when nobody does.
    entries: Vec<JournalEntry>,
    waiters: Vec<oneshot::Sender<()>>,
    next: NextState,
    accepted: Option<oneshot::Sender<Accepted>>,
}

enum Answer {
    Written { seq: Seq, lease: Option<Lease> },
    NotOurs,
    Refused(Accepted),
}

/// Most nodes and signals named in the words for what is waited for.
const SHOWN: usize = 8;
const FIRST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

impl Drive {
    /// Begins a commit when there is something to write and none is under way.
    pub(super) fn flush(&mut self) {
        if self.committing.is_some() || self.end.is_some() {
            return;
        }
        let next = self.next_state();
        let parks = matches!(next, NextState::Park { .. });
        if self.buffer.is_empty() && self.consumed.is_empty() && !parks {
            return;
        }
        let entries = std::mem::take(&mut self.buffer);
        let waiters = std::mem::take(&mut self.waiters);
        if let Some((mut new, accepted)) = self.starting.take() {
            new.entries = entries;
            new.next = next.clone();
            let entries = self.shared.watched(&new.entries);
            let shared = Arc::clone(&self.shared);
            let scope = self.scope.clone();
            self.committing = Some(Box::pin(async move {
                let answer = start(&shared, &scope, new).await;
                Committed { answer, entries, waiters, next, accepted: Some(accepted) }
            }));
            return;
        }
        let Some(lease) = self.lease.clone() else {
            // Only a start has none, and it is answered before anything else is written.
            self.end = Some(DriveEnd::Lost);
            return;
        };
        let transition = Transition {
            lease,
            expected: self.seq,
            commit: self.shared.ports.ids.commit_id(),
            entries,
            consumed: std::mem::take(&mut self.consumed),
            next: next.clone(),
        };
        let entries = self.shared.watched(&transition.entries);
        let shared = Arc::clone(&self.shared);
        self.committing = Some(Box::pin(async move {
            let answer = commit(&shared, transition).await;
            Committed { answer, entries, waiters, next, accepted: None }
        }));
    }

    /// What the next commit leaves behind.
    fn next_state(&self) -> NextState {
        if let Some(finished) = self.state.finished() {
            return NextState::Finish { status: finished.status };
        }
        let status = self.state.status();
        if !self.calls.is_empty() || !self.in_flight.is_empty() {
            return NextState::Running { status };
        }
        if self.draining {
            return NextState::Park { status, wake_at: Some(self.shared.ports.clock.now()), waiting_for: None };
        }
        let wake_at = self.state.next_wake();
        let soon = self.shared.ports.clock.now().plus(self.patience());
        if wake_at.is_some_and(|at| at <= soon) {
            return NextState::Running { status };
        }
        NextState::Park { status: ExecutionStatus::Waiting, wake_at, waiting_for: Some(self.waiting_for(wake_at)) }
    }

    /// What a parked execution waits for, in words.
    fn waiting_for(&self, wake_at: Option<Timestamp>) -> String {
        let names = |wanted: &[NodeStatus]| {
            let nodes = self.state.nodes().filter(|(_, node)| wanted.contains(&node.status));
            let mut names: Vec<_> = nodes.take(SHOWN + 1).map(|(address, _)| format!("`{address}`")).collect();
            if names.len() > SHOWN {
                names[SHOWN] = "…".to_owned();
            }
            names.join(", ")
        };
        if self.state.in_doubt().next().is_some() {
            return format!("a decision about {}", names(&[NodeStatus::InDoubt]));
        }
        let signals = self.state.nodes().filter(|(_, node)| node.status == NodeStatus::WaitingSignal);
        let signals = signals.filter_map(|(address, node)| {
            let signal = node.step.as_ref()?.signal.as_ref()?;
            Some(format!("the signal `{signal}` (`{address}`)"))
        });
        let mut waits: Vec<String> = signals.take(SHOWN).collect();
        if let Some(at) = wake_at {
            let timed = [NodeStatus::WaitingTimer, NodeStatus::WaitingSignal, NodeStatus::RetryScheduled];
            waits.push(format!("{at} ({})", names(&timed)));
        }
        if waits.is_empty() { "a request".to_owned() } else { waits.join(" or ") }
    }

    pub(super) fn committed(&mut self, committed: Committed) {
        let Committed { answer, entries, waiters, next, accepted } = committed;
        match answer {
            Answer::Written { seq, lease } => {
                self.seq = seq;
                if let Some(lease) = lease {
                    self.shared.set_lease(self.state.id(), &lease);
                    self.lease = Some(lease);
                }
                if let Some(accepted) = accepted {
                    // Nobody waits for the answer when the caller has gone.
                    let _ = accepted.send(Accepted::Started);
                }
                for waiter in waiters {
                    let _ = waiter.send(());
                }
                self.tell(entries, &next);
                match next {
                    NextState::Running { .. } => {}
                    NextState::Park { wake_at, waiting_for, .. } => {
                        self.end = Some(DriveEnd::Parked { wake_at, waiting_for });
                    }
                    NextState::Finish { status } => {
                        let error = self.state.finished().and_then(|finished| finished.error.clone());
                        let output = self.output.take().filter(|_| status == ExecutionStatus::Completed);
                        self.end = Some(DriveEnd::Finished { status, output, error });
                    }
                }
            }
            Answer::NotOurs => self.end = Some(DriveEnd::Lost),
            Answer::Refused(reason) => {
                if let Some(accepted) = accepted {
                    let _ = accepted.send(reason);
                }
                self.end = Some(DriveEnd::Lost);
            }
        }
    }

    fn tell(&self, entries: Vec<JournalEntry>, next: &NextState) {
        if self.shared.events.receiver_count() == 0 {
            return;
        }
        let execution = self.state.id();
        let mut kinds: Vec<_> = entries.into_iter().map(|entry| EngineEventKind::Entry(Arc::new(entry))).collect();
        if let NextState::Park { wake_at, waiting_for, .. } = next {
            kinds.push(EngineEventKind::Parked { wake_at: *wake_at, waiting_for: waiting_for.clone() });
        }
        for kind in kinds {
            // Nobody watching any more is no error.
            let _ = self.shared.events.send(EngineEvent { execution, kind });
        }
    }
}

/// Sends the very same commit until it is answered: its id makes that harmless.
async fn commit(shared: &crate::engine::EngineShared, transition: Transition) -> Answer {
    let execution = transition.lease.execution;
    let mut wait = FIRST_WAIT;
    loop {
        match shared.committer.commit(transition.clone()).await {
            Ok(CommitOutcome::Applied(seq) | CommitOutcome::AlreadyApplied(seq)) => {
                return Answer::Written { seq, lease: None };
            }
            Ok(outcome) => {
                debug!(%execution, ?outcome, "The execution is not ours any more.");
                return Answer::NotOurs;
            }
            Err(StoreError::Invalid(cause)) => {
                error!(%execution, error = %cause, "The store refuses an entry for good.");
                return Answer::NotOurs;
            }
            Err(StoreError::NotApplied(cause) | StoreError::OutcomeUnknown(cause)) => {
                warn!(%execution, error = %cause, "The commit was not answered; it is sent again.");
                wait = pause(shared.ports.clock.as_ref(), wait).await;
            }
        }
    }
}

/// Tries a start a few times; the caller is told when it does not succeed.
async fn start(shared: &crate::engine::EngineShared, scope: &nebula_ports::Scope, new: NewExecution) -> Answer {
    let mut wait = FIRST_WAIT;
    for attempts_left in (0..3).rev() {
        match shared.ports.executions.start(scope, new.clone()).await {
            Ok(StartOutcome::Started { lease, seq }) => return Answer::Written { seq, lease },
            Ok(StartOutcome::Existing(id)) => return Answer::Refused(Accepted::Existing(id)),
            Ok(StartOutcome::KeyReused(id)) => return Answer::Refused(Accepted::KeyReused(id)),
            Err(StoreError::OutcomeUnknown(_)) if attempts_left > 0 => {
                wait = pause(shared.ports.clock.as_ref(), wait).await;
            }
            Err(error) => return Answer::Refused(Accepted::Failed(error)),
        }
    }
    Answer::NotOurs
}

async fn pause(clock: &dyn Clock, wait: Duration) -> Duration {
    clock.sleep_until(clock.now().plus(wait)).await;
    (wait * 2).min(LONGEST_WAIT)
}
