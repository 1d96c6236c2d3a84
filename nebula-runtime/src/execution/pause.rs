//! Pauses in the middle of a node, and the signals that end them.
//!
//! A signal goes to the node that has waited for its name longest; one that comes before is kept for the first node that
//! will wait for it. Both follow from the order of the journal, so that a fold always hands the same signal to the same
//! node.

use std::collections::{BTreeMap, VecDeque};

use nebula_ports::{
    model::{Failure, FailureKind, JournalEntry, NodeStatus, Payload, SignalName, WakeOn},
    time::Timestamp,
};

use super::{CorruptJournal, ExecutionState, Instance};

/// Where a node stands that has paused at least once.
#[derive(Debug, Clone)]
pub struct NodeStep {
    /// Pauses so far.
    pub number: u32,
    /// How many of the last ones waited for nothing.
    pub unwaited: u32,
    /// What the last one kept.
    pub state: Payload,
    /// Why the node goes on; of a node that still waits, why it would if its time came.
    pub cause: Resumption,
    /// The signal it waits for.
    pub signal: Option<SignalName>,
}

/// Why a paused node goes on.
#[derive(Debug, Clone, PartialEq)]
pub enum Resumption {
    /// It waited for nothing.
    Continued,
    /// The time has come.
    Time,
    /// The signal has come.
    Signal(Payload),
    /// The deadline has come, and the signal has not.
    Deadline,
}

/// Signals on their way.
#[derive(Debug, Clone, Default)]
pub(super) struct Signals {
    /// Those that nobody has waited for yet, oldest first.
    kept: BTreeMap<SignalName, VecDeque<Payload>>,
    /// Those who wait, longest first.
    waiting: BTreeMap<SignalName, VecDeque<Instance>>,
}

// === impl ExecutionState ===

impl ExecutionState {
    /// A node has paused.
    pub(super) fn pause(
        &mut self,
        at: Instance,
        now: Timestamp,
        wake: &WakeOn,
        state: &Payload,
        entry: &JournalEntry,
    ) -> Result<(), CorruptJournal> {
        let node = &mut self.nodes[at as usize];
        // What has failed in one step says nothing of the next.
        node.failures = 0;
        let (number, unwaited) = node.step.as_ref().map_or((0, 0), |step| (step.number, step.unwaited));
        let (cause, signal) = match wake {
            WakeOn::Now => (Resumption::Continued, None),
            WakeOn::Time { .. } => (Resumption::Time, None),
            WakeOn::Signal { name, .. } => (Resumption::Deadline, Some(name.clone())),
        };
        let has_waited = signal.is_some() || wake.time().is_some_and(|time| time > now);
        node.step = Some(Box::new(NodeStep {
            number: number.saturating_add(1),
            unwaited: if has_waited { 0 } else { unwaited.saturating_add(1) },
            state: state.clone(),
            cause,
            signal: signal.clone(),
        }));
        let up = match (wake.time(), self.deadline_of(at)) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        match (wake, signal) {
            (WakeOn::Now, _) => return self.go_on(at, entry),
            (_, None) => self.set(at, NodeStatus::WaitingTimer, entry)?,
            (_, Some(name)) => {
                if let Some(payload) = self.signals.take(&name) {
                    return self.signalled(at, payload, entry);
                }
                self.set(at, NodeStatus::WaitingSignal, entry)?;
                self.signals.waiting.entry(name).or_default().push_back(at);
            }
        }
        if let Some(up) = up {
            self.wait(at, up);
        }
        Ok(())
    }

    /// The next step of a paused node may begin.
    pub(super) fn go_on(&mut self, at: Instance, entry: &JournalEntry) -> Result<(), CorruptJournal> {
        self.set(at, NodeStatus::Ready, entry)?;
        self.ready.push_back(at);
        Ok(())
    }

    /// A signal has come.
    pub(super) fn signal(
        &mut self,
        name: &SignalName,
        payload: &Payload,
        entry: &JournalEntry,
    ) -> Result<(), CorruptJournal> {
        // Nothing begins any more in an item that has failed.
        let waiting = self.signals.waiting.get(name).into_iter().flatten();
        match waiting.copied().find(|at| !self.is_closing(self.node(*at).frame)) {
            Some(at) => self.signalled(at, payload.clone(), entry),
            None => {
                self.signals.kept.entry(name.clone()).or_default().push_back(payload.clone());
                Ok(())
            }
        }
    }

    fn signalled(&mut self, at: Instance, payload: Payload, entry: &JournalEntry) -> Result<(), CorruptJournal> {
        if let Some(step) = &mut self.nodes[at as usize].step {
            step.cause = Resumption::Signal(payload);
        }
        self.waits_no_more(at);
        self.go_on(at, entry)
    }

    /// A node has left its wait, whatever for.
    pub(super) fn waits_no_more(&mut self, at: Instance) {
        let Some(name) = self.nodes[at as usize].step.as_mut().and_then(|step| step.signal.take()) else { return };
        if let Some(waiting) = self.signals.waiting.get_mut(&name) {
            waiting.retain(|other| *other != at);
        }
    }

    /// When all attempts and waits of a node must have ended.
    pub(super) fn deadline_of(&self, at: Instance) -> Option<Timestamp> {
        let limit = self.plan_node(at).deadline?;
        Some(self.node(at).first_started_at?.plus(limit))
    }

    /// Puts a node that may begin at the end of the queue, unless it is in it: whoever was told to run it could not.
    pub(crate) fn hand_out_again(&mut self, at: Instance) {
        if self.node(at).status == NodeStatus::Ready && !self.ready.contains(&at) {
            self.ready.push_back(at);
        }
    }
}

/// The end of a node whose time for all attempts and waits is up.
pub(crate) fn deadline_passed() -> Failure {
    Failure::new(FailureKind::Timeout, "node.deadline", "the time for all attempts of the node is up")
}

// === impl Signals ===

impl Signals {
    /// The oldest of a name.
    fn take(&mut self, name: &SignalName) -> Option<Payload> {
        self.kept.get_mut(name)?.pop_front()
    }
}
