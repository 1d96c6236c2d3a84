//! The journal, and what is known from it.

use crate::state::Kind;

/// 0 and 1 depend on nothing, 2 on both.
pub type Node = u8;

/// How many nodes there are.
pub const NODES: usize = 3;

/// An entry with what its writer believed and held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Record {
    /// The place that its writer meant it for.
    pub seq: u8,
    /// The claim under which it was written.
    pub fence: u8,
    /// What happened.
    pub entry: Entry,
}

/// Something that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Entry {
    /// The run was accepted.
    ExecutionStarted,
    /// An attempt may begin, or has been handed out.
    AttemptStarted(Node),
    /// A node has its result.
    AttemptFinished(Node),
    /// An attempt that may not be repeated was interrupted.
    NodeInDoubt(Node),
    /// Somebody says what came of it.
    NodeResolved(Node),
    /// Somebody wants the run to end.
    CancelRequested,
    /// It was claimed so often that it is left to somebody who looks.
    DeadLettered,
    /// The end.
    ExecutionFinished,
}

impl Entry {
    /// Whether something has come of the claim under which it was written.
    #[must_use]
    pub fn is_progress(self) -> bool {
        !matches!(self, Self::AttemptStarted(_))
    }
}

/// A node, as far as the journal tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum NodeState {
    Pending,
    /// The worker that drives the execution is at it.
    Running,
    /// It is a task.
    HandedOut,
    InDoubt,
    Finished,
}

/// The fold of a journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct View {
    pub(crate) nodes: [NodeState; NODES],
    pub(crate) cancelled: bool,
    pub(crate) ended: bool,
}

impl View {
    /// What the records tell.
    #[must_use]
    pub fn of(journal: &[Record], kinds: &[Kind; NODES]) -> Self {
        let mut view = Self { nodes: [NodeState::Pending; NODES], cancelled: false, ended: false };
        for record in journal {
            view.apply(record.entry, kinds);
        }
        view
    }

    pub(crate) fn apply(&mut self, entry: Entry, kinds: &[Kind; NODES]) {
        match entry {
            Entry::ExecutionStarted | Entry::DeadLettered => {}
            Entry::AttemptStarted(node) => {
                let is_task = kinds[usize::from(node)] == Kind::Task;
                self.nodes[usize::from(node)] = if is_task { NodeState::HandedOut } else { NodeState::Running };
            }
            Entry::AttemptFinished(node) | Entry::NodeResolved(node) => {
                self.nodes[usize::from(node)] = NodeState::Finished;
            }
            Entry::NodeInDoubt(node) => self.nodes[usize::from(node)] = NodeState::InDoubt,
            Entry::CancelRequested => self.cancelled = true,
            Entry::ExecutionFinished => self.ended = true,
        }
    }

    pub(crate) fn is(&self, node: Node, state: NodeState) -> bool {
        self.nodes[usize::from(node)] == state
    }

    /// Whether all that the node depends on has a result.
    pub(crate) fn has_inputs(&self, node: Node) -> bool {
        node < 2 || (self.is(0, NodeState::Finished) && self.is(1, NodeState::Finished))
    }

    /// Whether the node may begin.
    pub(crate) fn is_ready(&self, node: Node) -> bool {
        !self.cancelled && self.is(node, NodeState::Pending) && self.has_inputs(node)
    }

    pub(crate) fn any(&self, state: NodeState) -> bool {
        self.nodes.contains(&state)
    }
}
