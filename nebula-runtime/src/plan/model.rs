//! The compiled form of a workflow: slots instead of names, parsed expressions, effective policies.

use std::{collections::HashMap, sync::Arc, time::Duration};

use nebula_expression::{Expression, Template};
use nebula_ports::{
    action::ActionRef,
    model::{CredentialName, Digest, EffectClass, NodeId, RetryPolicy, WorkflowId},
};
use serde_json::Value;
use smol_str::SmolStr;

use crate::catalogue::CompiledSchema;

/// A node's place in the plan: an index into [`ExecutionPlan::nodes`], in topological order.
pub type Slot = u32;

/// A checked and compiled workflow. Immutable and shared by all its executions.
#[derive(Debug)]
pub struct ExecutionPlan {
    /// The workflow's slug.
    pub workflow: WorkflowId,
    /// The very definition.
    pub definition: Digest,
    /// Identity: definition and the descriptors of the actions it uses. An execution is pinned to it.
    pub digest: Digest,
    /// In topological order.
    pub nodes: Box<[PlanNode]>,
    /// In the order of the definition.
    pub edges: Box<[PlanEdge]>,
    /// Id → slot.
    pub slots: HashMap<NodeId, Slot>,
    /// Checks the input; `None` = anything.
    pub input: Option<Arc<CompiledSchema>>,
    /// `$vars`, an object.
    pub vars: Arc<Value>,
    /// The result; `None` = results of the nodes that nothing follows, by id.
    pub output: Option<PlanOutput>,
    /// The run fails when it has not ended after this time.
    pub timeout: Option<Duration>,
    /// Most attempts of one run at one time.
    pub max_parallel: Option<u32>,
    /// What a run can cost at most.
    pub bounds: Bounds,
}

/// A node, compiled.
#[derive(Debug)]
pub struct PlanNode {
    /// Its name.
    pub id: NodeId,
    /// Its code.
    pub action: ActionRef,
    /// Its input, to be computed: always [`Compiled::Object`] or a literal object.
    pub parameters: Compiled,
    /// Slots whose outcome the parameters read.
    pub reads: Box<[Slot]>,
    /// Checks the computed input.
    pub schema: Arc<CompiledSchema>,
    /// Slot of the action → credential name.
    pub credentials: Box<[(SmolStr, CredentialName)]>,
    /// Effective: the node's, else the action's; one attempt when neither says.
    pub retry: Option<RetryPolicy>,
    /// Limit of one attempt.
    pub timeout: Option<Duration>,
    /// Limit of all attempts and the waits between them.
    pub deadline: Option<Duration>,
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
    /// The earlier node.
    pub from: Slot,
    /// The later node.
    pub to: Slot,
    /// Taken when this holds; `None` = always.
    pub when: Option<Expression>,
    /// Slots whose outcome the condition reads.
    pub reads: Box<[Slot]>,
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
    /// Most nodes that can run at one time: into how many chains the graph was cut, an upper bound of the widest
    /// antichain, and not more than the definition allows.
    pub max_parallel: u32,
    /// Most attempts of each action in one run, retries included, by action id.
    pub max_calls: std::collections::BTreeMap<String, u64>,
    /// Hosts that are reached, where the definition names them; `parameter` where an expression decides.
    pub hosts: Vec<String>,
    /// Credentials that are read.
    pub credentials: Vec<CredentialName>,
}

impl ExecutionPlan {
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
