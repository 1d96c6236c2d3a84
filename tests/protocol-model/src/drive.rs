//! A worker that drives an execution: it alone folds, decides and appends.

use crate::{
    Mutant, Protocol,
    journal::{Entry, NODES, Node, NodeState, View},
    state::{Kind, MOST_CLAIMS, Request, Row},
};

/// A claim, and what its worker knows and has under way. Gone when the worker dies.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Drive {
    pub(crate) execution: u8,
    pub(crate) fence: u8,
    /// How long the journal is, as far as it knows.
    pub(crate) seq: u8,
    pub(crate) view: View,
    pub(crate) calls: [Call; NODES],
    /// Requests read and not yet consumed.
    pub(crate) inbox: Vec<Request>,
    /// Sent, or about to be, and not answered.
    pub(crate) commit: Option<Commit>,
    pub(crate) commits: u8,
    /// Whether it was claimed too often to be driven.
    pub(crate) is_over: bool,
}

/// Where the driver's own call of a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Call {
    None,
    /// Its start is not durable.
    Waiting,
    /// It may begin.
    Ready,
    /// It has had its effect, and the result is not durable.
    Returned,
}

/// A transition.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Commit {
    /// Unlike that of any other commit.
    pub(crate) id: u8,
    pub(crate) expected: u8,
    pub(crate) entries: Vec<Entry>,
    pub(crate) consumed: Vec<Request>,
    pub(crate) handed_out: Vec<Node>,
    pub(crate) next: Next,
}

/// What a commit leaves behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Next {
    Running,
    Park,
    PutAway,
    Finish,
}

impl Drive {
    /// Folds the journal. What was interrupted begins again or is in doubt, as its kind says.
    pub(crate) fn new(protocol: &Protocol, execution: u8, row: &Row, inbox: Vec<Request>) -> Self {
        let seq = u8::try_from(row.journal.len()).unwrap_or(u8::MAX);
        let view = View::of(&row.journal, &protocol.kinds);
        let calls = [Call::None; NODES];
        let is_over = (row.claims > MOST_CLAIMS || row.dead) && !protocol.is(Mutant::NeverPutAway);
        Self { execution, fence: row.fence, seq, view, calls, inbox, commit: None, commits: 0, is_over }
    }

    /// All that can be decided now, as one commit; nothing when there is nothing to write.
    pub(crate) fn decide(&self, protocol: &Protocol) -> Option<(Self, Commit)> {
        if self.is_over {
            return Some(self.put_away());
        }
        let mut drive = self.clone();
        let mut entries = Vec::new();
        let mut handed_out = Vec::new();
        let mut write = |drive: &mut Self, entry| {
            drive.view.apply(entry, &protocol.kinds);
            entries.push(entry);
        };
        for node in 0..3 {
            let call = &mut drive.calls[usize::from(node)];
            if *call == Call::Returned {
                *call = Call::None;
                write(&mut drive, Entry::AttemptFinished(node));
            }
        }
        for request in std::mem::take(&mut drive.inbox) {
            match request {
                Request::Cancel if !drive.view.cancelled => write(&mut drive, Entry::CancelRequested),
                Request::Result(node) if drive.view.is(node, NodeState::HandedOut) => {
                    write(&mut drive, Entry::AttemptFinished(node));
                }
                Request::Resolve(node) if drive.view.is(node, NodeState::InDoubt) => {
                    write(&mut drive, Entry::NodeResolved(node));
                }
                _ => {}
            }
        }
        for node in 0..3 {
            let at = usize::from(node);
            let interrupted = drive.view.is(node, NodeState::Running) && drive.calls[at] == Call::None;
            let kind = protocol.kinds[at];
            if interrupted && kind == Kind::AtMostOnce && !protocol.is(Mutant::RepeatAtMostOnce) {
                write(&mut drive, Entry::NodeInDoubt(node));
            } else if interrupted && !drive.view.cancelled {
                write(&mut drive, Entry::AttemptStarted(node));
                drive.calls[at] = Call::Waiting;
            } else if drive.view.is_ready(node) && !(node == 2 && protocol.is(Mutant::FanInOutsideTransaction)) {
                write(&mut drive, Entry::AttemptStarted(node));
                match kind {
                    Kind::Task => handed_out.push(node),
                    _ => drive.calls[at] = Call::Waiting,
                }
            }
        }
        let is_calling = drive.calls.iter().any(|call| *call != Call::None);
        let is_complete = drive.view.nodes.iter().all(|node| *node == NodeState::Finished);
        if !is_calling && (is_complete || drive.view.cancelled) && !drive.view.ended {
            write(&mut drive, Entry::ExecutionFinished);
        }
        let next = match (drive.view.ended, is_calling) {
            (true, _) => Next::Finish,
            (false, true) => Next::Running,
            (false, false) => Next::Park,
        };
        if entries.is_empty() && self.inbox.is_empty() && next == Next::Running {
            return None;
        }
        let commit = Commit {
            id: self.fence * 16 + self.commits,
            expected: self.seq,
            entries,
            consumed: self.inbox.clone(),
            handed_out,
            next,
        };
        drive.commits += 1;
        drive.seq += u8::try_from(commit.entries.len()).unwrap_or(u8::MAX);
        Some((drive, commit))
    }

    /// Ends it if somebody wants it cancelled, else leaves it to somebody who looks. The journal is not read.
    fn put_away(&self) -> (Self, Commit) {
        let mut drive = self.clone();
        let cancels = drive.inbox.contains(&Request::Cancel);
        let (entries, consumed, next) = if cancels {
            (vec![Entry::CancelRequested, Entry::ExecutionFinished], vec![Request::Cancel], Next::Finish)
        } else {
            (vec![Entry::DeadLettered], Vec::new(), Next::PutAway)
        };
        let commit = Commit {
            id: self.fence * 16 + self.commits,
            expected: self.seq,
            entries,
            consumed,
            handed_out: Vec::new(),
            next,
        };
        drive.inbox.clear();
        drive.commits += 1;
        (drive, commit)
    }

    /// What was written is durable: attempts that waited for that may begin.
    pub(crate) fn written(&mut self) {
        for call in self.calls.iter_mut().filter(|call| **call == Call::Waiting) {
            *call = Call::Ready;
        }
    }

    /// Whether the call of the node may begin.
    pub(crate) fn may_call(&self, protocol: &Protocol, node: Node) -> bool {
        match self.calls[usize::from(node)] {
            Call::Ready => true,
            Call::Waiting => protocol.is(Mutant::EffectBeforeRecord),
            Call::None | Call::Returned => false,
        }
    }
}
