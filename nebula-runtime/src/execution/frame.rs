//! Graphs under way: the workflow itself, and one for each open item of a block.

use std::sync::Arc;

use nebula_ports::{
    model::{BlockItem, Failure, NodeAddress, NodeId, NodeStatus},
    time::Timestamp,
};

use super::{ExecutionState, Instance, NodeState, state::EdgeState};
use crate::plan::{BlockId, ExecutionPlan, PlanBlock, PlanEdge, PlanNode, ROOT_BLOCK, Slot};

/// A graph under way: an index into the frames of the state; 0 is the workflow itself.
pub(super) type FrameId = u32;

/// Which graph of which plan a frame has room for. The plan is alive as long as the root plan is.
pub(super) type GraphKey = (usize, BlockId);

/// A graph under way.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) plan: Arc<ExecutionPlan>,
    pub(super) block: BlockId,
    /// The block's node; the workflow itself has none.
    pub(super) owner: Option<Instance>,
    /// Which item.
    pub(super) item: u32,
    /// Where its nodes begin.
    pub(super) first_node: Instance,
    /// Where its connections begin.
    pub(super) first_edge: u32,
    /// Nodes that have not ended.
    pub(super) open: usize,
    /// Attempts under way, also in graphs inside.
    pub(super) running: usize,
    /// Why nothing begins in it any more.
    pub(super) failure: Option<Failure>,
    /// Whether it is in use.
    pub(super) is_live: bool,
}

// === impl Frame ===

impl Frame {
    pub(super) fn graph(&self) -> &PlanBlock {
        self.plan.block(self.block)
    }

    /// A node of this very graph.
    pub(super) fn instance(&self, slot: Slot) -> Instance {
        self.first_node + self.plan.node(slot).place
    }

    /// Whether the graph begins with a connection: it is from the block that the graph is in.
    pub(super) fn is_start(&self, edge: &PlanEdge) -> bool {
        self.plan.node(edge.from).block != self.block
    }
}

// === impl ExecutionState ===

impl ExecutionState {
    /// The node's part of its plan.
    #[must_use]
    pub fn plan_node(&self, at: Instance) -> &PlanNode {
        let node = &self.nodes[at as usize];
        self.frames[node.frame as usize].plan.node(node.slot)
    }

    /// The plan that the node is part of: another one in a called workflow.
    #[must_use]
    pub fn plan_of(&self, at: Instance) -> &Arc<ExecutionPlan> {
        &self.frames[self.nodes[at as usize].frame as usize].plan
    }

    /// Where the node stands in the run.
    #[must_use]
    pub fn address(&self, at: Instance) -> NodeAddress {
        let mut blocks = Vec::new();
        let mut frame = self.frame_of(at);
        while let Some(owner) = frame.owner {
            let is_called = frame.block == ROOT_BLOCK;
            blocks
                .push(BlockItem { block: self.plan_node(owner).id.clone(), item: (!is_called).then_some(frame.item) });
            frame = self.frame_of(owner);
        }
        blocks.reverse();
        NodeAddress::new(blocks, self.plan_node(at).id.clone())
    }

    /// The node at an address, if it exists at this time.
    #[must_use]
    pub fn find(&self, address: &NodeAddress) -> Option<Instance> {
        let mut frame = &self.frames[0];
        for BlockItem { block, item } in address.blocks() {
            let owner = self.in_frame(frame, block)?;
            let run = self.nodes[owner as usize].block.as_ref()?;
            let inner = run.frames.iter().map(|id| &self.frames[*id as usize]);
            frame = inner.into_iter().find(|inner| {
                let inner_item = (inner.block != ROOT_BLOCK).then_some(inner.item);
                inner_item == *item
            })?;
        }
        self.in_frame(frame, address.id())
    }

    fn in_frame(&self, frame: &Frame, id: &NodeId) -> Option<Instance> {
        let slot = frame.plan.slot(id)?;
        (frame.plan.node(slot).block == frame.block).then(|| frame.instance(slot))
    }

    pub(super) fn frame_of(&self, at: Instance) -> &Frame {
        &self.frames[self.nodes[at as usize].frame as usize]
    }

    /// The node that an expression in a graph means: it is in that graph or around it.
    pub(super) fn seen_from(&self, frame: FrameId, slot: Slot) -> Option<Instance> {
        let mut frame = &self.frames[frame as usize];
        let block = frame.plan.node(slot).block;
        while frame.block != block {
            frame = self.frame_of(frame.owner.filter(|_| frame.block != ROOT_BLOCK)?);
        }
        Some(frame.instance(slot))
    }

    /// Takes a graph into use. Its nodes are new.
    pub(super) fn add_frame(
        &mut self,
        plan: Arc<ExecutionPlan>,
        block: BlockId,
        owner: Option<Instance>,
        item: u32,
    ) -> FrameId {
        let graph = plan.block(block);
        let spare = self.spare.get_mut(&key(&plan, block)).and_then(Vec::pop);
        let id = spare.unwrap_or_else(|| u32::try_from(self.frames.len()).unwrap_or(u32::MAX));
        let nodes = graph.nodes.iter().map(|slot| NodeState::new(plan.node(*slot), *slot, id));
        let (first_node, first_edge) = match spare {
            Some(spare) => {
                let frame = &self.frames[spare as usize];
                for (at, node) in (frame.first_node as usize..).zip(nodes) {
                    self.nodes[at] = node;
                }
                let edges = frame.first_edge as usize..frame.first_edge as usize + graph.edges.len();
                self.edges[edges].fill(EdgeState::Open);
                (frame.first_node, frame.first_edge)
            }
            None => {
                let place = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
                let first = (place(self.nodes.len()), place(self.edges.len()));
                self.nodes.extend(nodes);
                self.edges.resize(self.edges.len() + graph.edges.len(), EdgeState::Open);
                first
            }
        };
        let open = graph.nodes.len();
        let frame =
            Frame { block, owner, item, first_node, first_edge, open, running: 0, failure: None, is_live: true, plan };
        match spare {
            Some(spare) => self.frames[spare as usize] = frame,
            None => self.frames.push(frame),
        }
        id
    }

    /// Begins a graph: nodes that nothing comes before are ready, and connections with which it begins are to be judged.
    pub(super) fn begin_frame(&mut self, id: FrameId, at: Timestamp) {
        let frame = &self.frames[id as usize];
        let starts = frame.graph().edges.iter().filter(|edge| frame.is_start(&frame.plan.edges[**edge as usize]));
        self.unsettled.extend(starts.map(|edge| (id, *edge)));
        let nodes = frame.first_node..frame.first_node + u32::try_from(frame.open).unwrap_or(u32::MAX);
        for instance in nodes {
            let node = &mut self.nodes[instance as usize];
            node.ready_at = at;
            if node.unjudged == 0 {
                node.status = NodeStatus::Ready;
                self.ready.push_back(instance);
            }
        }
    }

    /// Gives a graph up, with all that is under way inside.
    pub(super) fn drop_frame(&mut self, id: FrameId) {
        let frame = &mut self.frames[id as usize];
        frame.is_live = false;
        let range = frame.first_node..frame.first_node + u32::try_from(frame.graph().nodes.len()).unwrap_or(u32::MAX);
        let key = key(&frame.plan, frame.block);
        self.ended.remove(&id);
        for at in range {
            let node = &mut self.nodes[at as usize];
            if let Some(wake_at) = node.wake_at.take() {
                self.timers.remove(&(wake_at, at));
            }
            if node.status == NodeStatus::InDoubt {
                self.in_doubt -= 1;
            }
            // What is left must not be taken for something that goes on.
            if !node.status.is_terminal() {
                node.status = NodeStatus::Cancelled;
            }
            node.output = None;
            self.waits_no_more(at);
            let node = &mut self.nodes[at as usize];
            node.step = None;
            self.ended_blocks.remove(&at);
            if let Some(run) = node.block.take() {
                run.frames.into_iter().for_each(|inner| self.drop_frame(inner));
            }
        }
        self.ready.retain(|at| self.frames[self.nodes[*at as usize].frame as usize].is_live);
        self.unsettled.retain(|(frame, _)| self.frames[*frame as usize].is_live);
        self.spare.entry(key).or_default().push(id);
    }

    /// Whether nothing begins in a graph any more: it has failed, or one around it has.
    pub(super) fn is_closing(&self, id: FrameId) -> bool {
        let mut frame = &self.frames[id as usize];
        loop {
            if frame.failure.is_some() {
                return true;
            }
            let Some(owner) = frame.owner else { return false };
            frame = self.frame_of(owner);
        }
    }

    /// Whether a node is inside an item of a block.
    #[must_use]
    pub fn is_in_item(&self, at: Instance, block: Instance, item: u32) -> bool {
        let mut frame = self.frame_of(at);
        while let Some(owner) = frame.owner {
            if owner == block {
                return frame.item == item;
            }
            frame = self.frame_of(owner);
        }
        false
    }

    /// One attempt more or less is under way in a graph and those around it.
    pub(super) fn count_running(&mut self, mut id: FrameId, change: isize) {
        loop {
            let frame = &mut self.frames[id as usize];
            frame.running = frame.running.saturating_add_signed(change);
            if frame.running == 0 && frame.failure.is_some() && frame.owner.is_some() {
                self.ended.insert(id);
            }
            let Some(owner) = frame.owner else { return };
            id = self.nodes[owner as usize].frame;
        }
    }

    /// A node of a graph will not go on.
    pub(super) fn close_node(&mut self, id: FrameId) {
        let frame = &mut self.frames[id as usize];
        frame.open -= 1;
        if frame.open == 0 && frame.owner.is_some() {
            self.ended.insert(id);
        }
    }

    /// Nothing begins in an item any more.
    pub(super) fn close_frame(&mut self, id: FrameId, failure: Failure) {
        let frame = &mut self.frames[id as usize];
        frame.failure.get_or_insert(failure);
        if frame.running == 0 {
            self.ended.insert(id);
        }
    }
}

fn key(plan: &Arc<ExecutionPlan>, block: BlockId) -> GraphKey {
    (Arc::as_ptr(plan) as usize, block)
}
