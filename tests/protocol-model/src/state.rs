//! What there is: a store, workers, a client, and the world outside.

use crate::{
    Mutant,
    drive::Drive,
    journal::{NODES, Node, Record},
};

/// What is checked.
#[derive(Debug, Clone, Copy)]
pub struct Protocol {
    /// How each node is done.
    pub kinds: [Kind; NODES],
    /// What may happen, and how often.
    pub bounds: Bounds,
    /// What is left out of the protocol.
    pub mutant: Option<Mutant>,
}

/// How a node is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// By the worker that drives the execution; repeating it does no harm.
    Idempotent,
    /// By the worker that drives the execution; it must not be repeated.
    AtMostOnce,
    /// Handed out to whichever worker comes; repeating it does no harm.
    Task,
}

/// How often what goes wrong goes wrong. All else may happen at any time and in any order.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Workers, 1 to 3.
    pub workers: u8,
    /// Deaths of workers, over the whole run.
    pub crashes: u8,
    /// Leases of executions and tasks that run out while somebody holds them.
    pub expiries: u8,
    /// Answers to commits and starts that are lost.
    pub lost_answers: u8,
    /// Whether somebody cancels the execution.
    pub cancel: bool,
}

/// Claims that come to nothing before an execution is put away.
pub(crate) const MOST_CLAIMS: u8 = 2;

/// All of it at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
    pub(crate) rows: Vec<Row>,
    pub(crate) tasks: Vec<Task>,
    pub(crate) workers: Vec<Worker>,
    pub(crate) client: Client,
    pub(crate) left: Left,
    pub(crate) history: History,
}

/// An execution in the store, with its inbox, its hint in the queue, and what the world saw of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Row {
    pub(crate) journal: Vec<Record>,
    pub(crate) ended: bool,
    pub(crate) fence: u8,
    /// Whether somebody has claimed it and not let go.
    pub(crate) held: bool,
    /// Whether the claim still counts.
    pub(crate) leased: bool,
    /// Whether it waits for nothing.
    pub(crate) due: bool,
    pub(crate) inbox: Vec<Request>,
    pub(crate) last_commit: Option<u8>,
    /// Claims since something last came of one.
    pub(crate) claims: u8,
    /// Whether it is left to somebody who looks.
    pub(crate) dead: bool,
    pub(crate) hinted: bool,
    /// How often each node was called that a driver calls itself.
    pub(crate) calls: [u8; NODES],
}

/// Something asked of an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Request {
    Cancel,
    /// The result of a task.
    Result(Node),
    /// A decision about a node in doubt.
    Resolve(Node),
}

/// An attempt that was handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Task {
    pub(crate) rowid: u8,
    pub(crate) execution: u8,
    pub(crate) node: Node,
    pub(crate) fence: u8,
    pub(crate) held: bool,
    pub(crate) leased: bool,
}

/// A process. One that is frozen is one that does nothing for a while.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct Worker {
    pub(crate) drive: Option<Drive>,
    pub(crate) task: Option<Task>,
    /// Has written a result, and is yet to look whether the join may begin.
    pub(crate) looks_at: Option<u8>,
}

/// Starts one execution with one key, and tries once more when it hears nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct Client {
    pub(crate) sent: u8,
    pub(crate) answered: Option<u8>,
    pub(crate) cancelled: bool,
}

/// How often things may yet go wrong.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Left {
    pub(crate) crashes: u8,
    pub(crate) expiries: u8,
    pub(crate) lost_answers: u8,
}

/// What has been, and shows nowhere else.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct History {
    /// Something written under an older fence has landed.
    pub(crate) stale_landed: bool,
    /// Something written under an older fence was refused.
    pub(crate) stale_refused: bool,
    /// A commit was recognised as one that had been applied.
    pub(crate) recognised: bool,
    /// A dead letter was taken up again.
    pub(crate) revived: bool,
    /// A cancellation was accepted.
    pub(crate) cancel_accepted: bool,
}

impl Protocol {
    pub(crate) fn is(&self, mutant: Mutant) -> bool {
        self.mutant == Some(mutant)
    }

    pub(crate) fn start(&self) -> State {
        State {
            rows: Vec::new(),
            tasks: Vec::new(),
            workers: vec![Worker::default(); usize::from(self.bounds.workers)],
            client: Client::default(),
            left: Left {
                crashes: self.bounds.crashes,
                expiries: self.bounds.expiries,
                lost_answers: self.bounds.lost_answers,
            },
            history: History::default(),
        }
    }
}
