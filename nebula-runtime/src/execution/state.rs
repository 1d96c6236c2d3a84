//! What is known of an execution at one point of its journal, by node.

use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    sync::Arc,
};

use nebula_ports::{
    model::{EffectClass, ExecutionId, ExecutionStatus, Failure, Grants, NodeAddress, NodeStatus, PortName},
    time::Timestamp,
};
use serde_json::Value;

use super::{
    Datum,
    block::BlockRun,
    frame::{Frame, FrameId, GraphKey},
    pause::{NodeStep, Signals},
    scope::Constants,
};
use crate::plan::{ExecutionPlan, PlanNode, ROOT_BLOCK, Slot};

/// A node of a run: an index into the nodes of the state. The first ones are those of the workflow itself, in their
/// order in its plan; the nodes of an item exist as long as the item is open.
pub type Instance = u32;

/// The fold of a journal's entries so far.
#[derive(Debug, Clone)]
pub struct ExecutionState {
    pub(super) plan: Arc<ExecutionPlan>,
    pub(super) id: ExecutionId,
    pub(super) status: ExecutionStatus,
    pub(super) started_at: Timestamp,
    pub(super) input: Option<Datum>,
    pub(super) grants: Arc<Grants>,
    /// `$execution` and `$workflow`.
    pub(super) constants: Arc<Constants>,
    pub(super) nodes: Vec<NodeState>,
    pub(super) edges: Vec<EdgeState>,
    /// The graphs under way: the first is the workflow itself.
    pub(super) frames: Vec<Frame>,
    /// Frames that are done with, by graph: the next item takes one over.
    pub(super) spare: HashMap<GraphKey, Vec<FrameId>>,
    /// Signals on their way.
    pub(super) signals: Signals,
    /// The first node's failure that ends the run.
    pub(super) failure: Option<Failure>,
    /// Why the run was asked to end.
    pub(super) cancel_reason: Option<String>,
    /// The end, once journaled.
    pub(super) finished: Option<Finished>,

    // What follows is derived from the above as entries are applied, so that deciding costs what has changed and not
    // what there is.
    /// Connections whose earlier node has ended and that are not judged yet.
    pub(super) unsettled: VecDeque<(FrameId, u32)>,
    /// Nodes that may start, or be skipped, and were not handed out yet.
    pub(super) ready: VecDeque<Instance>,
    /// Nodes with a time, earliest first.
    pub(super) timers: BTreeSet<(Timestamp, Instance)>,
    /// Items whose nodes have all ended, or that failed and have no attempt under way any more.
    pub(super) ended: BTreeSet<FrameId>,
    /// Blocks whose items have all ended, or that failed and have no item any more.
    pub(super) ended_blocks: BTreeSet<Instance>,
    /// Nodes that wait for a decision.
    pub(super) in_doubt: usize,
}

/// A node's part of the state.
#[derive(Debug, Clone)]
pub struct NodeState {
    /// Where it stands.
    pub status: NodeStatus,
    /// Attempts begun.
    pub attempts: u32,
    /// Attempts of the present step that ended with an error that is tried again.
    pub failures: u32,
    /// Its result.
    pub output: Option<Datum>,
    /// The port it left by.
    pub port: Option<PortName>,
    /// Where it stands among its steps, once it has paused.
    pub step: Option<Box<NodeStep>>,
    /// Its error, as expressions see it.
    pub error: Option<Arc<Value>>,
    /// When it may go on, while it waits for a time.
    pub wake_at: Option<Timestamp>,
    /// When the last thing it depends on had ended: `$now` of its parameters.
    pub ready_at: Timestamp,
    /// When its first attempt began.
    pub first_started_at: Option<Timestamp>,
    /// What repeating its last attempt may do.
    pub effect: Option<EffectClass>,
    /// Its place in its plan.
    pub(super) slot: Slot,
    /// The graph that it is in.
    pub(super) frame: FrameId,
    /// What is under way inside of it, when it is a block.
    pub(super) block: Option<Box<BlockRun>>,
    /// Connections into it that are not judged.
    pub(super) unjudged: u32,
    /// Connections into it that were taken.
    pub(super) taken: u32,
    /// Its value has been asked for and not come.
    pub(super) loading: bool,
    /// Nodes, conditions and the output that may still read its value.
    pub(super) readers: u32,
}

/// A connection's part of the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EdgeState {
    /// Its earlier node has not ended, or its condition is not judged.
    Open,
    Taken,
    NotTaken,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Finished {
    /// A terminal status.
    pub status: ExecutionStatus,
    /// The result, when completed.
    pub output: Option<Datum>,
    /// The reason, when not.
    pub error: Option<Failure>,
}

// === impl NodeState ===

impl NodeState {
    /// Its place in its plan.
    pub(crate) const fn slot(&self) -> Slot {
        self.slot
    }

    /// A node of which nothing has happened.
    pub(super) fn new(plan: &PlanNode, slot: Slot, frame: FrameId) -> Self {
        Self {
            status: NodeStatus::Pending,
            attempts: 0,
            failures: 0,
            output: None,
            port: None,
            step: None,
            error: None,
            wake_at: None,
            ready_at: Timestamp::default(),
            first_started_at: None,
            effect: None,
            slot,
            frame,
            block: None,
            unjudged: u32::try_from(plan.incoming.len()).unwrap_or(u32::MAX),
            taken: 0,
            loading: false,
            readers: plan.readers,
        }
    }
}

// === impl ExecutionState ===

impl ExecutionState {
    /// The state before the first entry.
    #[must_use]
    pub fn new(plan: Arc<ExecutionPlan>, id: ExecutionId) -> Self {
        let mut state = Self {
            id,
            status: ExecutionStatus::Pending,
            started_at: Timestamp::default(),
            input: None,
            grants: Arc::default(),
            constants: Arc::new(Constants::new(&plan, id, Timestamp::default())),
            nodes: Vec::new(),
            edges: Vec::new(),
            frames: Vec::new(),
            spare: HashMap::new(),
            signals: Signals::default(),
            failure: None,
            cancel_reason: None,
            finished: None,
            unsettled: VecDeque::new(),
            ready: VecDeque::new(),
            timers: BTreeSet::new(),
            ended: BTreeSet::new(),
            ended_blocks: BTreeSet::new(),
            in_doubt: 0,
            plan: Arc::clone(&plan),
        };
        state.add_frame(plan, ROOT_BLOCK, None, 0);
        state
    }

    /// The plan it runs.
    #[must_use]
    pub const fn plan(&self) -> &Arc<ExecutionPlan> {
        &self.plan
    }

    /// Which execution.
    #[must_use]
    pub const fn id(&self) -> ExecutionId {
        self.id
    }

    /// Where it stands.
    #[must_use]
    pub const fn status(&self) -> ExecutionStatus {
        self.status
    }

    /// When it was accepted.
    #[must_use]
    pub const fn started_at(&self) -> Timestamp {
        self.started_at
    }

    /// When the run fails because of its time limit.
    #[must_use]
    pub fn deadline(&self) -> Option<Timestamp> {
        self.plan.timeout.map(|timeout| self.started_at.plus(timeout))
    }

    /// What it may do.
    #[must_use]
    pub const fn grants(&self) -> &Arc<Grants> {
        &self.grants
    }

    /// Its input.
    #[must_use]
    pub const fn input(&self) -> Option<&Datum> {
        self.input.as_ref()
    }

    /// A node.
    #[must_use]
    pub fn node(&self, at: Instance) -> &NodeState {
        &self.nodes[at as usize]
    }

    /// Every node there is at this time, with its address.
    pub fn nodes(&self) -> impl Iterator<Item = (NodeAddress, &NodeState)> {
        let live = (0_u32..).zip(&self.nodes).filter(|(_, node)| self.frames[node.frame as usize].is_live);
        live.map(|(at, node)| (self.address(at), node))
    }

    /// How it ended, once it has.
    #[must_use]
    pub const fn finished(&self) -> Option<&Finished> {
        self.finished.as_ref()
    }

    /// Why the run is being ended, when somebody asked.
    #[must_use]
    pub fn cancel_reason(&self) -> Option<&str> {
        self.cancel_reason.as_deref()
    }

    /// The failure that ends the run, when a node failed for good.
    #[must_use]
    pub const fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// Attempts under way, by the journal.
    #[must_use]
    pub fn running(&self) -> usize {
        self.frames[0].running
    }

    /// The nodes that wait for a decision.
    pub fn in_doubt(&self) -> impl Iterator<Item = Instance> + '_ {
        // Of a run that waits for nothing of this sort, no node is looked at.
        let nodes = if self.in_doubt == 0 { &[][..] } else { &self.nodes };
        (0..).zip(nodes).filter(|(_, node)| node.status == NodeStatus::InDoubt).map(|(at, _)| at)
    }

    /// When something falls due by itself: a timer, a retry or the run's time limit.
    #[must_use]
    pub fn next_wake(&self) -> Option<Timestamp> {
        let timer = self.timers.first().map(|(at, _)| *at);
        match (timer, self.deadline()) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    /// Hands in the value of a node's blob, asked for by `Directive::Load`.
    pub fn provide(&mut self, at: Instance, value: Arc<Value>) {
        let node = &mut self.nodes[at as usize];
        node.loading = false;
        if let Some(output) = &mut node.output {
            output.provide(value);
        }
    }

    /// Hands in the value of the input's blob, asked for by `Directive::LoadInput`.
    pub fn provide_input(&mut self, value: Arc<Value>) {
        if let Some(input) = &mut self.input {
            input.provide(value);
        }
    }
}
