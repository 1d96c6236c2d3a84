//! Folding: one journal entry changes the state, or the journal is corrupt.

use std::{fmt, sync::Arc};

use nebula_ports::{
    model::{
        AttemptOutcome, ExecutionId, ExecutionStatus, Failure, FailureKind, IllegalTransition, JournalEntry,
        NodeAddress, NodeStatus, OnError, Payload, Resolution,
    },
    time::Timestamp,
};

use super::{
    Datum, ExecutionState, Instance,
    block::BlockStart,
    frame::{Frame, FrameId},
    scope::Constants,
    state::Finished,
};
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
        let corrupt = |message: String| CorruptJournal::new(entry, message);
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
                let instance = self.instance(node, entry)?;
                self.set(instance, NodeStatus::Skipped, entry)?;
                self.end(instance, self.nodes[instance as usize].ready_at);
            }
            JournalEntry::NodeFailed { node, at, error } => {
                let instance = self.instance(node, entry)?;
                self.set(instance, NodeStatus::Failed, entry)?;
                self.fail(instance, *at, error);
            }
            JournalEntry::AttemptStarted { node, attempt, at, effect, .. } => {
                let instance = self.instance(node, entry)?;
                if *attempt != self.nodes[instance as usize].attempts + 1 {
                    return Err(corrupt(format!("attempt {attempt} of `{node}` is out of order")));
                }
                let node = &mut self.nodes[instance as usize];
                if node.status == NodeStatus::Pending {
                    // Readiness is not journaled: it follows from the entries before.
                    node.status = NodeStatus::Ready;
                }
                self.set(instance, NodeStatus::Running, entry)?;
                let node = &mut self.nodes[instance as usize];
                node.attempts = *attempt;
                node.effect = Some(*effect);
                node.first_started_at.get_or_insert(*at);
            }
            JournalEntry::AttemptFinished { node, attempt, at, outcome } => {
                let instance = self.instance(node, entry)?;
                if *attempt != self.nodes[instance as usize].attempts {
                    return Err(corrupt(format!("attempt {attempt} of `{node}` is not the one under way")));
                }
                self.finish_attempt(instance, *at, outcome, entry)?;
            }
            JournalEntry::BlockStarted { node, at, input, items, concurrency, on_item_error } => {
                let instance = self.instance(node, entry)?;
                let start = BlockStart {
                    input: input.clone(),
                    items: *items,
                    concurrency: *concurrency,
                    on_item_error: *on_item_error,
                };
                self.start_block(instance, *at, start, entry)?;
            }
            JournalEntry::ItemFinished { node, item, at, outcome } => {
                let instance = self.instance(node, entry)?;
                self.finish_item(instance, *item, *at, outcome, entry)?;
            }
            JournalEntry::BlockFinished { node, at, output } => {
                let instance = self.instance(node, entry)?;
                self.set(instance, NodeStatus::Completed, entry)?;
                let node = &mut self.nodes[instance as usize];
                node.output = Some(Datum::recorded(output.clone()));
                node.block = None;
                self.ended_blocks.remove(&instance);
                self.end(instance, *at);
            }
            JournalEntry::TimerFired { node, at } => {
                let instance = self.instance(node, entry)?;
                let node = self.node(instance);
                if node.output.is_none() && node.step.is_some() {
                    self.go_on(instance, entry)?;
                } else {
                    self.set(instance, NodeStatus::Completed, entry)?;
                    self.end(instance, *at);
                }
            }
            JournalEntry::SignalReceived { name, payload, .. } => self.signal(name, payload, entry)?,
            JournalEntry::NodeInDoubt { node, .. } => {
                let instance = self.instance(node, entry)?;
                self.set(instance, NodeStatus::InDoubt, entry)?;
            }
            JournalEntry::NodeResolved { node, resolution, at, .. } => {
                let instance = self.instance(node, entry)?;
                self.resolve(instance, resolution, *at, entry)?;
            }
            JournalEntry::CancelRequested { reason, .. } => {
                self.cancel_reason.get_or_insert_with(|| reason.clone());
                self.status = ExecutionStatus::Cancelling;
            }
            // It says what became of workers, not of the execution.
            JournalEntry::DeadLettered { .. } => {}
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
        self.begin_frame(0, at);
    }

    fn finish_attempt(
        &mut self,
        instance: Instance,
        at: Timestamp,
        outcome: &AttemptOutcome,
        entry: &JournalEntry,
    ) -> Result<(), CorruptJournal> {
        match outcome {
            AttemptOutcome::Completed { output, .. } => {
                self.set(instance, NodeStatus::Completed, entry)?;
                self.nodes[instance as usize].output = Some(Datum::recorded(output.clone()));
                self.end(instance, at);
            }
            AttemptOutcome::Routed { port, output } => {
                self.set(instance, NodeStatus::Completed, entry)?;
                let node = &mut self.nodes[instance as usize];
                node.output = Some(Datum::recorded(output.clone()));
                node.port = Some(port.clone());
                self.end(instance, at);
            }
            AttemptOutcome::Paused { wake, state } => self.pause(instance, at, wake, state, entry)?,
            AttemptOutcome::CompletesAt { until, output } => {
                self.set(instance, NodeStatus::WaitingTimer, entry)?;
                self.nodes[instance as usize].output = Some(Datum::recorded(output.clone()));
                self.wait(instance, *until);
            }
            AttemptOutcome::Retry { next_at, .. } => {
                self.set(instance, NodeStatus::RetryScheduled, entry)?;
                self.nodes[instance as usize].failures += 1;
                self.wait(instance, *next_at);
            }
            AttemptOutcome::Failed { error } => {
                self.set(instance, NodeStatus::Failed, entry)?;
                self.fail(instance, at, error);
            }
            AttemptOutcome::Cancelled => {
                self.set(instance, NodeStatus::Cancelled, entry)?;
                self.close_node(self.nodes[instance as usize].frame);
            }
        }
        Ok(())
    }

    fn resolve(
        &mut self,
        instance: Instance,
        resolution: &Resolution,
        at: Timestamp,
        entry: &JournalEntry,
    ) -> Result<(), CorruptJournal> {
        match resolution {
            Resolution::Retry => {
                self.set(instance, NodeStatus::Ready, entry)?;
                self.ready.push_back(instance);
            }
            Resolution::Completed { output, port } => {
                self.set(instance, NodeStatus::Completed, entry)?;
                let node = &mut self.nodes[instance as usize];
                node.output = Some(Datum::recorded(Payload::Inline(Arc::new(output.clone()))));
                node.port.clone_from(port);
                self.end(instance, at);
            }
            Resolution::Failed { error } => {
                self.set(instance, NodeStatus::Failed, entry)?;
                self.fail(instance, at, error);
            }
        }
        Ok(())
    }

    /// Changes a node's status by the table, and the counts that depend on it.
    pub(super) fn set(&mut self, at: Instance, to: NodeStatus, entry: &JournalEntry) -> Result<(), CorruptJournal> {
        let node = &mut self.nodes[at as usize];
        let from = node.status;
        if let Err(error) = from.check(to) {
            let error: IllegalTransition = error;
            return Err(CorruptJournal::new(entry, format!("node `{}`: {error}", self.address(at))));
        }
        node.status = to;
        let frame = node.frame;
        if let Some(wake_at) = node.wake_at.take() {
            self.timers.remove(&(wake_at, at));
        }
        if from == NodeStatus::WaitingSignal {
            self.waits_no_more(at);
        }
        // What a block waits for is counted inside of it.
        if self.plan_node(at).action().is_some() && (from == NodeStatus::Running) != (to == NodeStatus::Running) {
            self.count_running(frame, if to == NodeStatus::Running { 1 } else { -1 });
        }
        self.in_doubt =
            self.in_doubt + usize::from(to == NodeStatus::InDoubt) - usize::from(from == NodeStatus::InDoubt);
        Ok(())
    }

    pub(super) fn wait(&mut self, at: Instance, until: Timestamp) {
        self.nodes[at as usize].wake_at = Some(until);
        self.timers.insert((until, at));
    }

    fn fail(&mut self, at: Instance, now: Timestamp, error: &Failure) {
        self.ended_blocks.remove(&at);
        let node = &mut self.nodes[at as usize];
        node.block = None;
        // What expressions may see of an error is its JSON form; a failure has no key that JSON cannot have.
        node.error = serde_json::to_value(error).ok().map(Arc::new);
        let frame = node.frame;
        if self.plan_node(at).on_error != OnError::Fail {
            return self.end(at, now);
        }
        let is_root = self.frames[frame as usize].owner.is_none();
        if !is_root || self.failure.is_none() {
            let failure = Failure { message: self.failed(at, error), ..error.clone() };
            if is_root {
                self.failure = Some(failure);
            } else {
                self.close_frame(frame, failure);
            }
        }
        self.close_node(frame);
    }

    /// Says once which node it is that failed: the innermost.
    fn failed(&self, at: Instance, error: &Failure) -> String {
        if self.plan_node(at).action().is_none() && error.message.starts_with("node `") {
            return error.message.clone();
        }
        format!("node `{}` failed: {}", self.address(at), error.message)
    }

    /// A node has ended and the run goes on: what follows it can be judged, what it read is no longer needed by it.
    fn end(&mut self, at: Instance, now: Timestamp) {
        let id = self.nodes[at as usize].frame;
        let frame = &self.frames[id as usize];
        let (plan, first) = (Arc::clone(&frame.plan), frame.first_node);
        let node = plan.node(self.nodes[at as usize].slot);
        for edge in &node.outgoing {
            let to = first + plan.node(plan.edges[*edge as usize].to).place;
            let later = &mut self.nodes[to as usize];
            later.ready_at = later.ready_at.max(now);
            self.unsettled.push_back((id, *edge));
        }
        self.release(id, &node.reads);
        self.close_node(id);
    }

    /// One reader of each node is done: a large value that nobody reads any more is let go. Nodes around a block are read
    /// by the block as a whole.
    pub(super) fn release(&mut self, frame: FrameId, reads: &[Slot]) {
        let Frame { plan, block, first_node, .. } = &self.frames[frame as usize];
        for slot in reads {
            let read = plan.node(*slot);
            if read.block != *block {
                continue;
            }
            let node = &mut self.nodes[(first_node + read.place) as usize];
            node.readers = node.readers.saturating_sub(1);
            if node.readers == 0
                && let Some(output) = &mut node.output
            {
                output.unload();
            }
        }
    }

    fn instance(&self, node: &NodeAddress, entry: &JournalEntry) -> Result<Instance, CorruptJournal> {
        self.find(node).ok_or_else(|| CorruptJournal::new(entry, format!("there is no node `{node}`")))
    }
}

// === impl CorruptJournal ===

impl CorruptJournal {
    pub(super) fn new(entry: &JournalEntry, message: String) -> Self {
        Self { entry: entry.kind(), message }
    }
}

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
