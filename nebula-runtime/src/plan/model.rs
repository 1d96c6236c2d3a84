//! The compiled form of a workflow: slots instead of names, parsed expressions, effective policies.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};

use nebula_expression::{Expression, Template};
use nebula_ports::{
    action::ActionRef,
    model::{
        ActionLimits, ActionReference, CredentialName, Digest, EffectClass, NodeId, OnError, PortName, RetryPolicy,
        TriggerId, WorkflowId,
    },
};
use serde_json::Value;
use smol_str::SmolStr;

use crate::catalogue::{CompiledSchema, ResourceInstance};

/// A node's place in the plan: an index into [`ExecutionPlan::nodes`], in topological order.
pub type Slot = u32;

/// A graph's place in the plan: an index into [`ExecutionPlan::blocks`].
pub type BlockId = u32;

/// The block of the workflow itself.
pub const ROOT_BLOCK: BlockId = 0;

/// A checked and compiled workflow. Immutable and shared by all its executions.
#[derive(Debug)]
pub struct ExecutionPlan {
    /// The workflow's slug.
    pub workflow: WorkflowId,
    /// The very definition.
    pub definition: Digest,
    /// Identity: definition and the descriptors of the actions it uses. An execution is pinned to it.
    pub digest: Digest,
    /// In topological order, those of all blocks; a block's node comes before the nodes inside it.
    pub nodes: Box<[PlanNode]>,
    /// In the order of the definition.
    pub edges: Box<[PlanEdge]>,
    /// Id → slot.
    pub slots: HashMap<NodeId, Slot>,
    /// The graphs that nodes are in: the first is the workflow itself, each other one is run for every item of a node.
    pub blocks: Box<[PlanBlock]>,
    /// Checks the input; `None` = anything.
    pub input: Option<Arc<CompiledSchema>>,
    /// `$vars`, an object.
    pub vars: Arc<Value>,
    /// What starts it by itself, in the order of the definition. They are no part of its identity: a run goes on without
    /// what has started it.
    pub triggers: Box<[PlanTrigger]>,
    /// The type of the result, as far as it is known.
    pub output_type: nebula_expression::Type,
    /// The run fails when it has not ended after this time.
    pub timeout: Option<Duration>,
    /// Most attempts of one run at one time.
    pub max_parallel: Option<u32>,
    /// What a run can cost at most.
    pub bounds: Bounds,
}

/// A trigger, compiled.
#[derive(Debug)]
pub struct PlanTrigger {
    /// Its name.
    pub id: TriggerId,
    /// The action that it names, in the version that it got.
    pub reference: ActionReference,
    /// What is polled.
    pub action: ActionRef,
    /// What it looks at: the action and the parameters that say where. A trigger of another identity is another trigger.
    pub identity: Digest,
    /// The action's configuration.
    pub parameters: Value,
    /// Checks the configuration.
    pub schema: Arc<CompiledSchema>,
    /// Slot of the action → credential name.
    pub credentials: Box<[(SmolStr, CredentialName)]>,
    /// The wait between two polls.
    pub every: Duration,
    /// Limit of one poll.
    pub timeout: Option<Duration>,
    /// What an event becomes; `None` = the event itself.
    pub input: Option<Compiled>,
}

/// A graph of the plan.
#[derive(Debug)]
pub struct PlanBlock {
    /// The node that it is inside of; `None` for the workflow itself.
    pub owner: Option<Slot>,
    /// Its nodes, in topological order.
    pub nodes: Box<[Slot]>,
    /// Indices of the connections between them.
    pub edges: Box<[u32]>,
    /// The result; `None` = results of the nodes that nothing follows, by id.
    pub output: Option<PlanOutput>,
}

/// What a node does.
#[derive(Debug)]
pub enum Work {
    /// It runs an action.
    Action(ActionRef),
    /// It runs a block for each item of its parameter `items`.
    ForEach(BlockId),
    /// It runs another workflow, with its parameters as the input.
    Call(Arc<ExecutionPlan>),
}

/// A node, compiled.
#[derive(Debug)]
pub struct PlanNode {
    /// Its name.
    pub id: NodeId,
    /// The action that it names, in the version that it got.
    pub reference: ActionReference,
    /// What it does.
    pub work: Work,
    /// The block that it is in.
    pub block: BlockId,
    /// Its index among the nodes of its block.
    pub place: u32,
    /// How many of its block's nodes, conditions and output read its outcome.
    pub readers: u32,
    /// Its input, to be computed: always [`Compiled::Object`] or a literal object.
    pub parameters: Compiled,
    /// Slots whose outcome the parameters read; for a block also what is read inside of it of the nodes around it.
    pub reads: Box<[Slot]>,
    /// Checks the computed input.
    pub schema: Arc<CompiledSchema>,
    /// Slot of the action → credential name.
    pub credentials: Box<[(SmolStr, CredentialName)]>,
    /// Slot of the action → what fills it.
    pub resources: Box<[(SmolStr, Arc<ResourceInstance>)]>,
    /// Effective: the node's, else the action's; one attempt when neither says.
    pub retry: Option<RetryPolicy>,
    /// Limit of one attempt.
    pub timeout: Option<Duration>,
    /// Limit of all attempts and the waits between them, pauses included.
    pub deadline: Option<Duration>,
    /// What a failure does to the run.
    pub on_error: OnError,
    /// The effect class when it can be known before the run.
    pub effect: Option<EffectClass>,
    /// Indices of connections into it.
    pub incoming: Box<[u32]>,
    /// Indices of connections out of it.
    pub outgoing: Box<[u32]>,
}

/// A connection, compiled.
#[derive(Debug)]
pub struct PlanEdge {
    /// The earlier node; for a connection with which an item begins, the block that it is an item of.
    pub from: Slot,
    /// The port of the earlier node; `None` = any.
    pub port: Option<PortName>,
    /// The later node.
    pub to: Slot,
    /// Taken when this holds; `None` = always.
    pub when: Option<Expression>,
    /// Slots whose outcome the condition reads.
    pub reads: Box<[Slot]>,
    /// Its index among the connections of its block.
    pub place: u32,
}

/// The workflow's result, compiled.
#[derive(Debug)]
pub struct PlanOutput {
    /// How to compute it.
    pub value: Compiled,
    /// Slots it reads.
    pub reads: Box<[Slot]>,
}

/// A value to be computed.
#[derive(Debug, Clone)]
pub enum Compiled {
    /// Data.
    Literal(Value),
    /// The value of an expression.
    Expression(Expression),
    /// A template's text, or its only expression's value.
    Template(Template),
    /// Computed inside.
    Object(Vec<(String, Compiled)>),
    /// Computed inside.
    Array(Vec<Compiled>),
}

/// What a run can cost at most, known before it starts.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Bounds {
    /// Most nodes that can run at one time, all items together: into how many chains the graph was cut, an upper bound of the widest
    /// antichain, and not more than the definition allows.
    pub max_parallel: u32,
    /// Most attempts of each action in one run, retries included, by action id. Blocks and what is inside loops are not
    /// counted.
    pub max_calls: BTreeMap<String, u64>,
    /// The same for each item of a loop, by the loop's address: how many items there are, only a run knows.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub max_calls_per_item: BTreeMap<String, BTreeMap<String, u64>>,
    /// Hosts that are reached, where the definition names them; `parameter` where an expression decides.
    pub hosts: Vec<String>,
    /// Credentials that are read.
    pub credentials: Vec<CredentialName>,
}

// === impl PlanNode ===

impl PlanNode {
    /// The action, unless the node is a block.
    #[must_use]
    pub const fn action(&self) -> Option<&ActionRef> {
        match &self.work {
            Work::Action(action) => Some(action),
            Work::ForEach(_) | Work::Call(_) => None,
        }
    }

    /// What its action says of its calls; a block says nothing.
    #[must_use]
    pub fn limits(&self) -> ActionLimits {
        self.action().map(|action| action.descriptor().limits.clone()).unwrap_or_default()
    }
}

// === impl ExecutionPlan ===

impl ExecutionPlan {
    /// The workflow's own graph.
    #[must_use]
    pub fn root(&self) -> &PlanBlock {
        self.block(ROOT_BLOCK)
    }

    /// A graph.
    ///
    /// # Panics
    /// When the id is of another plan.
    #[must_use]
    pub fn block(&self, id: BlockId) -> &PlanBlock {
        &self.blocks[id as usize]
    }

    /// Puts the nodes in their blocks' order: `place` and `readers` of all, from what they say of themselves.
    pub(crate) fn count_readers(nodes: &mut [PlanNode], edges: &[PlanEdge], blocks: &[PlanBlock]) {
        let block_of: Vec<BlockId> = nodes.iter().map(|node| node.block).collect();
        let mut readers = vec![0_u32; nodes.len()];
        let mut count = |block: BlockId, reads: &[Slot]| {
            for slot in reads.iter().filter(|slot| block_of[**slot as usize] == block) {
                readers[*slot as usize] += 1;
            }
        };
        nodes.iter().for_each(|node| count(node.block, &node.reads));
        edges.iter().for_each(|edge| count(block_of[edge.to as usize], &edge.reads));
        for (id, block) in (0..).zip(blocks) {
            match &block.output {
                Some(output) => count(id, &output.reads),
                // Without an output the result is that of every node that nothing follows.
                None => count(id, &Self::last(block, nodes)),
            }
        }
        for (node, readers) in nodes.iter_mut().zip(readers) {
            node.readers = readers;
        }
    }

    /// The nodes of a block that nothing follows.
    pub(crate) fn last(block: &PlanBlock, nodes: &[PlanNode]) -> Vec<Slot> {
        block.nodes.iter().copied().filter(|slot| nodes[*slot as usize].outgoing.is_empty()).collect()
    }

    /// The node in a slot.
    ///
    /// # Panics
    /// When the slot is of another plan.
    #[must_use]
    pub fn node(&self, slot: Slot) -> &PlanNode {
        &self.nodes[slot as usize]
    }

    /// The slot of a node.
    #[must_use]
    pub fn slot(&self, id: &NodeId) -> Option<Slot> {
        self.slots.get(id).copied()
    }
}
