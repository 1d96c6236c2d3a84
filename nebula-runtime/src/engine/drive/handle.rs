//! What each event does to a drive.

use std::sync::Arc;

use nebula_ports::model::{
    AttemptOutcome, InboxItem, JournalEntry, NodeAddress, NodeStatus, Payload, Request, Resolution,
};
use tracing::warn;

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
        let error = match end {
            // A pause that waits for nothing may have been told to go on while its call had not ended.
            NodeEnd::Journaled => return self.state.hand_out_again(instance),
            NodeEnd::Stopped => return,
            NodeEnd::Failed(error) => error,
        };
        let node = self.state.address(instance);
        let state = self.state.node(instance);
        match state.status {
            NodeStatus::Running => {
                let (attempt, at) = (state.attempts, self.shared.ports.clock.now());
                let outcome = AttemptOutcome::Failed { error };
                self.enter(JournalEntry::AttemptFinished { node, attempt, at, outcome });
            }
            NodeStatus::Ready | NodeStatus::RetryScheduled => {
                let at = self.shared.ports.clock.now();
                self.enter(JournalEntry::NodeFailed { node, at, error });
            }
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
                    // A decision about a node that is not in doubt (any more) has nothing to decide.
                    if self.is_decided_by(&node, &resolution) {
                        let at = self.shared.ports.clock.now();
                        self.enter(JournalEntry::NodeResolved { node, resolution, request: id, at });
                    }
                }
                Request::Signal { name, payload } => {
                    let (payload, at) = (Payload::Inline(Arc::new(payload)), self.shared.ports.clock.now());
                    self.enter(JournalEntry::SignalReceived { name, payload, request: id, at });
                }
                Request::Cancel { .. } => {}
            }
        }
    }

    fn is_decided_by(&self, node: &NodeAddress, resolution: &Resolution) -> bool {
        let Some(at) = self.state.find(node) else { return false };
        if self.state.node(at).status != NodeStatus::InDoubt {
            return false;
        }
        let Resolution::Completed { port, .. } = resolution else { return true };
        let ports = self.state.plan_node(at).action().map_or(&[][..], |action| &action.descriptor().ports);
        let fits = port.as_ref().map_or(ports.is_empty(), |port| ports.contains(port));
        if !fits {
            warn!(execution = %self.state.id(), %node, "The decision names no port of the node's action; it stays in doubt.");
        }
        fits
    }
}
