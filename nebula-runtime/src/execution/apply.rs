//! Folding: one journal entry changes the state, or the journal is corrupt.

use std::{fmt, sync::Arc};

use nebula_ports::{
    model::{
        AttemptOutcome, ExecutionId, ExecutionStatus, Failure, FailureKind, IllegalTransition, JournalEntry, NodeId,
        NodeStatus, Payload, Resolution,
    },
    time::Timestamp,
};

use super::{Datum, ExecutionState, scope::Constants, state::Finished};
use crate::plan::{ExecutionPlan, Slot};

/// A journal says something that cannot have happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorruptJournal {
    entry: &'static str,
    message: String,
}

/// Folds a whole journal.
///
/// # Errors
/// [`CorruptJournal`] at the first entry that cannot have happened.
pub fn fold<'a>(
    plan: Arc<ExecutionPlan>,
    id: ExecutionId,
    entries: impl IntoIterator<Item = &'a JournalEntry>,
) -> Result<ExecutionState, CorruptJournal> {
    let mut state = ExecutionState::new(plan, id);
    for entry in entries {
        state.apply(entry)?;
    }
    Ok(state)
}

// === impl ExecutionState ===

impl ExecutionState {
    /// Takes in one entry.
    ///
    /// # Errors
    /// [`CorruptJournal`] when the entry cannot follow what was applied before: an unknown node, a status change that
    /// the table does not have, anything after the end. The state is then not to be used any more.
    pub fn apply(&mut self, entry: &JournalEntry) -> Result<(), CorruptJournal> {
        let corrupt = |message: String| CorruptJournal { entry: entry.kind(), message };
        if self.finished.is_some() {
            return Err(corrupt("nothing follows the end".to_owned()));
        }
        let started = self.status != ExecutionStatus::Pending;
        if started == matches!(entry, JournalEntry::ExecutionStarted { .. }) {
            return Err(corrupt("`execution_started` comes first, and once".to_owned()));
        }
        match entry {
            JournalEntry::ExecutionStarted { at, plan, input, grants, .. } => {
                if *plan != self.plan.digest {
                    return Err(corrupt(format!("it runs the plan {plan}, not {}", self.plan.digest)));
                }
                self.start(*at, input, grants);
            }
            JournalEntry::NodeSkipped { node, .. } => {
                let slot = self.slot(node, entry)?;
                self.set(slot, NodeStatus::Skipped, entry)?;
                self.end(slot, self.nodes[slot as usize].ready_at);
            }
            JournalEntry::NodeFailed { node, error } => {
                let slot = self.slot(node, entry)?;
                self.set(slot, NodeStatus::Failed, entry)?;
                self.fail(slot, error);
            }
            JournalEntry::AttemptStarted { node, attempt, at, effect, .. } => {
                let slot = self.slot(node, entry)?;
                if *attempt != self.nodes[slot as usize].attempts + 1 {
                    return Err(corrupt(format!("attempt {attempt} of `{node}` is out of order")));
                }
                let node = &mut self.nodes[slot as usize];
                if node.status == NodeStatus::Pending {
                    // Readiness is not journaled: it follows from the entries before.
                    node.status = NodeStatus::Ready;
                }
                self.set(slot, NodeStatus::Running, entry)?;
                let node = &mut self.nodes[slot as usize];
                node.attempts = *attempt;
                node.effect = Some(*effect);
                node.first_started_at.get_or_insert(*at);
            }
            JournalEntry::AttemptFinished { node, attempt, at, outcome } => {
                let slot = self.slot(node, entry)?;
                if *attempt != self.nodes[slot as usize].attempts {
                    return Err(corrupt(format!("attempt {attempt} of `{node}` is not the one under way")));
                }
                self.finish_attempt(slot, *at, outcome, entry)?;
            }
            JournalEntry::TimerFired { node, at } => {
                let slot = self.slot(node, entry)?;
                self.set(slot, NodeStatus::Completed, entry)?;
                self.end(slot, *at);
            }
            JournalEntry::NodeInDoubt { node, .. } => {
                let slot = self.slot(node, entry)?;
                self.set(slot, NodeStatus::InDoubt, entry)?;
            }
            JournalEntry::NodeResolved { node, resolution, at, .. } => {
                let slot = self.slot(node, entry)?;
                self.resolve(slot, resolution, *at, entry)?;
            }
            JournalEntry::CancelRequested { reason, .. } => {
                self.cancel_reason.get_or_insert_with(|| reason.clone());
                self.status = ExecutionStatus::Cancelling;
            }
            JournalEntry::ExecutionFinished { status, output, error, .. } => {
                if !status.is_terminal() {
                    return Err(corrupt(format!("{status} is no end")));
                }
                self.status = *status;
                self.finished = Some(Finished {
                    status: *status,
                    output: output.clone().map(Datum::recorded),
                    error: error.clone(),
                });
            }
        }
        Ok(())
    }

    fn start(&mut self, at: Timestamp, input: &Payload, grants: &nebula_ports::model::Grants) {
        self.status = ExecutionStatus::Running;
        self.started_at = at;
        self.input = Some(Datum::recorded(input.clone()));
        self.grants = Arc::new(grants.clone());
        self.constants = Arc::new(Constants::new(&self.plan, self.id, at));
        for slot in 0..self.nodes.len() {
            let node = &mut self.nodes[slot];
            node.ready_at = at;
            if node.unjudged == 0 {
                node.status = NodeStatus::Ready;
                // A plan has fewer than 2^32 nodes.
                self.ready.push_back(slot as Slot);
            }
        }
    }

    fn finish_attempt(
        &mut self,
        slot: Slot,
        at: Timestamp,
        outcome: &AttemptOutcome,
        entry: &JournalEntry,
    ) -> Result<(), CorruptJournal> {
        match outcome {
            AttemptOutcome::Completed { output } => {
                self.set(slot, NodeStatus::Completed, entry)?;
                self.nodes[slot as usize].output = Some(Datum::recorded(output.clone()));
                self.end(slot, at);
            }
            AttemptOutcome::CompletesAt { until, output } => {
                self.set(slot, NodeStatus::WaitingTimer, entry)?;
                self.nodes[slot as usize].output = Some(Datum::recorded(output.clone()));
                self.wait(slot, *until);
            }
            AttemptOutcome::Retry { next_at, .. } => {
                self.set(slot, NodeStatus::RetryScheduled, entry)?;
                self.nodes[slot as usize].failures += 1;
                self.wait(slot, *next_at);
            }
            AttemptOutcome::Failed { error } => {
                self.set(slot, NodeStatus::Failed, entry)?;
                self.fail(slot, error);
            }
            AttemptOutcome::Cancelled => {
                self.set(slot, NodeStatus::Cancelled, entry)?;
                self.open -= 1;
            }
        }
        Ok(())
    }

    fn resolve(
        &mut self,
        slot: Slot,
        resolution: &Resolution,
        at: Timestamp,
        entry: &JournalEntry,
    ) -> Result<(), CorruptJournal> {
        match resolution {
            Resolution::Retry => {
                self.set(slot, NodeStatus::Ready, entry)?;
                self.ready.push_back(slot);
            }
            Resolution::Completed { output } => {
                self.set(slot, NodeStatus::Completed, entry)?;
                self.nodes[slot as usize].output = Some(Datum::recorded(Payload::Inline(Arc::new(output.clone()))));
                self.end(slot, at);
            }
            Resolution::Failed { error } => {
                self.set(slot, NodeStatus::Failed, entry)?;
                self.fail(slot, error);
            }
        }
        Ok(())
    }

    /// Changes a node's status by the table, and the counts that depend on it.
    fn set(&mut self, slot: Slot, to: NodeStatus, entry: &JournalEntry) -> Result<(), CorruptJournal> {
        let node = &mut self.nodes[slot as usize];
        let from = node.status;
        from.check(to).map_err(|error: IllegalTransition| CorruptJournal {
            entry: entry.kind(),
            message: format!("node `{}`: {error}", self.plan.node(slot).id),
        })?;
        node.status = to;
        if let Some(at) = node.wake_at.take() {
            self.timers.remove(&(at, slot));
        }
        self.running = self.running + usize::from(to == NodeStatus::Running) - usize::from(from == NodeStatus::Running);
        self.in_doubt =
            self.in_doubt + usize::from(to == NodeStatus::InDoubt) - usize::from(from == NodeStatus::InDoubt);
        Ok(())
    }

    fn wait(&mut self, slot: Slot, until: Timestamp) {
        self.nodes[slot as usize].wake_at = Some(until);
        self.timers.insert((until, slot));
    }

    fn fail(&mut self, slot: Slot, error: &Failure) {
        self.open -= 1;
        let node = &mut self.nodes[slot as usize];
        // What expressions may see of an error is its JSON form; a failure has no key that JSON cannot have.
        node.error = serde_json::to_value(error).ok().map(Arc::new);
        if self.failure.is_none() {
            let id = &self.plan.node(slot).id;
            self.failure = Some(Failure { message: format!("node `{id}` failed: {}", error.message), ..error.clone() });
        }
    }

    /// A node has ended without failing: what follows it can be judged, what it read is no longer needed by it.
    fn end(&mut self, slot: Slot, at: Timestamp) {
        self.open -= 1;
        let plan = Arc::clone(&self.plan);
        let node = plan.node(slot);
        for edge in &node.outgoing {
            let later = &mut self.nodes[plan.edges[*edge as usize].to as usize];
            later.ready_at = later.ready_at.max(at);
            self.unsettled.push_back(*edge);
        }
        self.release(&node.reads);
    }

    /// One reader of each slot is done: a large value that nobody reads any more is let go.
    pub(super) fn release(&mut self, reads: &[Slot]) {
        for slot in reads {
            let node = &mut self.nodes[*slot as usize];
            node.readers -= 1;
            if node.readers == 0
                && let Some(output) = &mut node.output
            {
                output.unload();
            }
        }
    }

    fn slot(&self, node: &NodeId, entry: &JournalEntry) -> Result<Slot, CorruptJournal> {
        self.plan
            .slot(node)
            .ok_or_else(|| CorruptJournal { entry: entry.kind(), message: format!("the plan has no node `{node}`") })
    }
}

// === impl CorruptJournal ===

impl fmt::Display for CorruptJournal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the journal is corrupt at `{}`: {}", self.entry, self.message)
    }
}

impl std::error::Error for CorruptJournal {}

impl From<&CorruptJournal> for Failure {
    fn from(error: &CorruptJournal) -> Self {
        Self::new(FailureKind::Bug, "journal.corrupt", error.to_string())
    }
}
