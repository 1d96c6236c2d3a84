//! What a journal says about each node, for people: a fold that needs no plan, so that it also works for executions that
//! this program could not run.

mod telling;

use std::collections::BTreeMap;

use nebula_ports::{
    model::{
        AttemptOutcome, Failure, Firing, JournalEntry, NodeAddress, NodeStatus, PortName, Resolution, SignalName,
        SkipReason, WakeOn,
    },
    time::Timestamp,
};

pub(crate) use telling::{Telling, Tone, skipped, tell};

/// An execution as its journal has it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Story {
    pub(crate) started_at: Option<Timestamp>,
    /// The event that it was started by, when that is one of a trigger.
    pub(crate) trigger: Option<Firing>,
    pub(crate) finished: Option<Ending>,
    nodes: BTreeMap<NodeAddress, NodeStory>,
    /// Signals that nobody has waited for yet.
    kept: BTreeMap<SignalName, usize>,
    /// Counts pauses, so that who has waited longest is known.
    pauses: usize,
}

/// How it ended.
#[derive(Debug, Clone)]
pub(crate) struct Ending {
    pub(crate) at: Timestamp,
    pub(crate) error: Option<Failure>,
}

/// One node.
#[derive(Debug, Clone)]
pub(crate) struct NodeStory {
    pub(crate) status: NodeStatus,
    pub(crate) attempts: u32,
    /// When the first attempt began.
    pub(crate) started_at: Option<Timestamp>,
    /// When the last attempt began.
    pub(crate) attempt_at: Option<Timestamp>,
    pub(crate) ended_at: Option<Timestamp>,
    /// When it goes on, while it waits.
    pub(crate) wake_at: Option<Timestamp>,
    /// Whether it goes on with another step when it wakes.
    pub(crate) is_paused: bool,
    /// The signal it waits for, and in which place since.
    pub(crate) signal: Option<(SignalName, usize)>,
    /// The last error.
    pub(crate) error: Option<Failure>,
    pub(crate) skipped: Option<SkipReason>,
    /// The port by which it left.
    pub(crate) port: Option<PortName>,
}

// === impl Story ===

impl Story {
    /// Takes in one entry.
    pub(crate) fn apply(&mut self, entry: &JournalEntry) {
        match entry {
            JournalEntry::ExecutionStarted { at, trigger, .. } => {
                self.started_at = Some(*at);
                self.trigger.clone_from(trigger);
            }
            JournalEntry::CancelRequested { .. } | JournalEntry::DeadLettered { .. } => {}
            JournalEntry::SignalReceived { name, .. } => self.signal(name),
            JournalEntry::ExecutionFinished { at, error, .. } => {
                self.finished = Some(Ending { at: *at, error: error.clone() });
            }
            JournalEntry::NodeSkipped { node, reason } => {
                let node = self.at(node);
                node.status = NodeStatus::Skipped;
                node.skipped = Some(reason.clone());
            }
            JournalEntry::NodeFailed { node, error, .. } => {
                let node = self.at(node);
                node.wake_at = None;
                node.status = NodeStatus::Failed;
                node.error = Some(error.clone());
            }
            JournalEntry::AttemptStarted { node, attempt, at, .. } => {
                let node = self.at(node);
                node.status = NodeStatus::Running;
                node.attempts = *attempt;
                node.started_at.get_or_insert(*at);
                node.attempt_at = Some(*at);
                node.wake_at = None;
            }
            JournalEntry::AttemptFinished { node, outcome: AttemptOutcome::Paused { wake, .. }, .. } => {
                self.pause(node, wake);
            }
            JournalEntry::AttemptFinished { node, at, outcome, .. } => self.at(node).finish(*at, outcome),
            JournalEntry::BlockStarted { node, at, .. } => {
                let node = self.at(node);
                node.status = NodeStatus::Running;
                node.started_at.get_or_insert(*at);
            }
            JournalEntry::ItemFinished { .. } => {}
            JournalEntry::TimerFired { node, at } | JournalEntry::BlockFinished { node, at, .. } => {
                let node = self.at(node);
                node.wake_at = None;
                if node.is_paused {
                    node.status = NodeStatus::Ready;
                } else {
                    node.status = NodeStatus::Completed;
                    node.ended_at = Some(*at);
                }
            }
            JournalEntry::NodeInDoubt { node, .. } => self.at(node).status = NodeStatus::InDoubt,
            JournalEntry::NodeResolved { node, resolution, at, .. } => {
                let node = self.at(node);
                match resolution {
                    Resolution::Retry => node.status = NodeStatus::Ready,
                    Resolution::Completed { port, .. } => {
                        node.port.clone_from(port);
                        node.status = NodeStatus::Completed;
                        node.ended_at = Some(*at);
                    }
                    Resolution::Failed { error } => {
                        node.status = NodeStatus::Failed;
                        node.ended_at = Some(*at);
                        node.error = Some(error.clone());
                    }
                }
            }
        }
    }

    /// A signal goes to the node that has waited for it longest. The others still wait.
    fn signal(&mut self, name: &SignalName) {
        let waiting = self.nodes.values_mut().filter(|node| {
            node.status == NodeStatus::WaitingSignal && node.signal.as_ref().is_some_and(|(wanted, _)| wanted == name)
        });
        match waiting.min_by_key(|node| node.signal.as_ref().map(|(_, since)| *since)) {
            Some(node) => {
                node.status = NodeStatus::Ready;
                node.wake_at = None;
            }
            None => *self.kept.entry(name.clone()).or_default() += 1,
        }
    }

    /// A node has paused.
    fn pause(&mut self, id: &NodeAddress, wake: &WakeOn) {
        self.pauses += 1;
        let since = self.pauses;
        let kept = match wake {
            WakeOn::Signal { name, .. } => self.kept.get_mut(name).filter(|kept| **kept > 0),
            WakeOn::Now | WakeOn::Time { .. } => None,
        };
        let is_there = kept.map(|kept| *kept -= 1).is_some();
        let node = self.at(id);
        node.is_paused = true;
        node.wake_at = wake.time().filter(|_| !is_there);
        (node.status, node.signal) = match wake {
            WakeOn::Time { .. } => (NodeStatus::WaitingTimer, None),
            WakeOn::Signal { name, .. } if !is_there => (NodeStatus::WaitingSignal, Some((name.clone(), since))),
            WakeOn::Now | WakeOn::Signal { .. } => (NodeStatus::Ready, None),
        };
    }

    /// What is known of a node; nothing before something happened to it.
    pub(crate) fn node(&self, id: &NodeAddress) -> Option<&NodeStory> {
        self.nodes.get(id)
    }

    /// The nodes to which something happened, by name.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = (&NodeAddress, &NodeStory)> {
        self.nodes.iter()
    }

    /// The nodes that wait for a decision.
    pub(crate) fn in_doubt(&self) -> Vec<NodeAddress> {
        let in_doubt = |(_, node): &(&NodeAddress, &NodeStory)| node.status == NodeStatus::InDoubt;
        self.nodes().filter(in_doubt).map(|(id, _)| id.clone()).collect()
    }

    /// The signals that nodes wait for, each once.
    pub(crate) fn awaited(&self) -> Vec<SignalName> {
        if self.finished.is_some() {
            return Vec::new();
        }
        let waiting = self.nodes.values().filter(|node| node.status == NodeStatus::WaitingSignal);
        let mut names: Vec<_> = waiting.filter_map(|node| node.signal.as_ref().map(|(name, _)| name.clone())).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    fn at(&mut self, id: &NodeAddress) -> &mut NodeStory {
        self.nodes.entry(id.clone()).or_insert_with(NodeStory::new)
    }
}

// === impl NodeStory ===

impl NodeStory {
    const fn new() -> Self {
        Self {
            status: NodeStatus::Pending,
            attempts: 0,
            started_at: None,
            attempt_at: None,
            ended_at: None,
            wake_at: None,
            is_paused: false,
            signal: None,
            error: None,
            skipped: None,
            port: None,
        }
    }

    fn finish(&mut self, at: Timestamp, outcome: &AttemptOutcome) {
        match outcome {
            AttemptOutcome::Completed { .. } | AttemptOutcome::Routed { .. } => {
                self.status = NodeStatus::Completed;
                self.ended_at = Some(at);
                self.error = None;
                if let AttemptOutcome::Routed { port, .. } = outcome {
                    self.port = Some(port.clone());
                }
            }
            // The story knows of the other nodes that wait.
            AttemptOutcome::Paused { .. } => {}
            AttemptOutcome::CompletesAt { until, .. } => {
                self.status = NodeStatus::WaitingTimer;
                self.is_paused = false;
                self.wake_at = Some(*until);
            }
            AttemptOutcome::Retry { error, next_at } => {
                self.status = NodeStatus::RetryScheduled;
                self.wake_at = Some(*next_at);
                self.error = Some(error.clone());
            }
            AttemptOutcome::Failed { error } => {
                self.status = NodeStatus::Failed;
                self.ended_at = Some(at);
                self.error = Some(error.clone());
            }
            AttemptOutcome::Cancelled => {
                self.status = NodeStatus::Cancelled;
                self.ended_at = Some(at);
            }
        }
    }
}

#[cfg(test)]
mod tests;
