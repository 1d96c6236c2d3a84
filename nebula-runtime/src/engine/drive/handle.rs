//! What each event does to a drive.

use nebula_ports::model::{AttemptOutcome, InboxItem, JournalEntry, NodeStatus, Request};

use super::{Control, Drive, DriveEnd, Event};
use crate::{
    execution::Instance,
    layers::{NodeEnd, Record},
};

impl Drive {
    pub(super) fn handle(&mut self, event: Event) {
        match event {
            Event::Committed(committed) => self.committed(committed),
            Event::CallEnded(slot, end) => self.call_ended(slot, end),
            Event::Recorded(record) => self.recorded(record),
            Event::Control(control) => self.controlled(control),
            // Deciding again is all there is to do.
            Event::Wake => {}
        }
    }

    /// An attempt's entry. One of an attempt that may not begin any more is not taken.
    fn recorded(&mut self, Record { at, entry, value, durable }: Record) {
        let fits = match &entry {
            JournalEntry::AttemptStarted { .. } => {
                !self.draining && self.state.closing(self.shared.ports.clock.now()).is_none()
            }
            JournalEntry::AttemptFinished { attempt, .. } => {
                let node = self.state.node(at);
                node.status == NodeStatus::Running && node.attempts == *attempt
            }
            _ => true,
        };
        if !fits || self.end.is_some() {
            return;
        }
        self.enter(entry);
        if let Some(value) = value {
            self.state.provide(at, value);
        }
        self.waiters.extend(durable);
    }

    fn call_ended(&mut self, instance: Instance, end: NodeEnd) {
        // What the call recorded comes before its end.
        while let Ok(record) = self.records.try_recv() {
            self.recorded(record);
        }
        self.in_flight.remove(&instance);
        let NodeEnd::Failed(error) = end else { return };
        let node = self.state.address(instance);
        let state = self.state.node(instance);
        match state.status {
            NodeStatus::Running => {
                let (attempt, at) = (state.attempts, self.shared.ports.clock.now());
                let outcome = AttemptOutcome::Failed { error };
                self.enter(JournalEntry::AttemptFinished { node, attempt, at, outcome });
            }
            NodeStatus::Ready | NodeStatus::RetryScheduled => self.enter(JournalEntry::NodeFailed { node, error }),
            _ => {}
        }
    }

    fn controlled(&mut self, control: Option<Control>) {
        match control {
            Some(Control::Inbox(inbox)) => self.take_requests(inbox),
            Some(Control::Renewed(lease)) => self.lease = Some(lease),
            Some(Control::Lost) | None => self.end = Some(DriveEnd::Lost),
            Some(Control::Drain) => {
                self.draining = true;
                for (at, cancel) in &self.in_flight {
                    if self.state.node(*at).status != NodeStatus::Running {
                        cancel.cancel();
                    }
                }
            }
            Some(Control::Abandon) => {
                self.draining = true;
                self.calls.clear();
                self.in_flight.clear();
            }
        }
    }

    pub(super) fn take_requests(&mut self, inbox: Vec<InboxItem>) {
        for InboxItem { id, request } in inbox {
            if !self.seen.insert(id) || self.end.is_some() || self.state.finished().is_some() {
                continue;
            }
            self.consumed.push(id);
            match request {
                Request::Cancel { reason } if self.state.cancel_reason().is_none() => {
                    self.enter(JournalEntry::CancelRequested { reason, request: id });
                }
                Request::Resolve { node, resolution } => {
                    let in_doubt =
                        self.state.find(&node).is_some_and(|at| self.state.node(at).status == NodeStatus::InDoubt);
                    // A decision about a node that is not in doubt (any more) has nothing to decide.
                    if in_doubt {
                        let at = self.shared.ports.clock.now();
                        self.enter(JournalEntry::NodeResolved { node, resolution, request: id, at });
                    }
                }
                Request::Cancel { .. } => {}
            }
        }
    }
}
