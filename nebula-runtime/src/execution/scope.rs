//! What expressions of a run can see.

use std::sync::{Arc, OnceLock};

use nebula_expression::{NodeView, Scope};
use nebula_ports::{
    model::{ExecutionId, NodeStatus},
    time::Timestamp,
};
use serde_json::{Value, json};
use smol_str::SmolStr;

use super::ExecutionState;
use crate::plan::{ExecutionPlan, Slot};

/// Values gathered for one node's parameters: they outlive the state's next change.
#[derive(Debug, Clone)]
pub struct Values {
    input: Option<Arc<Value>>,
    vars: Arc<Value>,
    constants: Arc<Constants>,
    now: Timestamp,
    now_text: OnceLock<Value>,
    nodes: Box<[NodeValues]>,
}

/// What is the same for all expressions of a run.
#[derive(Debug)]
pub(super) struct Constants {
    execution: Value,
    workflow: Value,
}

/// What can be read of one node.
#[derive(Debug, Clone)]
pub struct NodeValues {
    id: SmolStr,
    status: NodeStatus,
    attempts: u32,
    result: Option<Arc<Value>>,
    error: Option<Arc<Value>>,
}

impl ExecutionState {
    /// What the parameters of a node, or the output, can see. Values of blobs must have been brought.
    #[must_use]
    pub fn values(&self, reads: &[Slot], now: Timestamp) -> Values {
        Values {
            input: self.input.as_ref().and_then(|input| input.value().cloned()),
            vars: Arc::clone(&self.plan.vars),
            constants: Arc::clone(&self.constants),
            now,
            now_text: OnceLock::new(),
            nodes: reads
                .iter()
                .map(|slot| {
                    let node = self.node(*slot);
                    NodeValues {
                        id: SmolStr::new(self.plan.node(*slot).id.as_str()),
                        status: node.status,
                        attempts: node.attempts,
                        result: visible_result(node.status, node.output.as_ref().and_then(super::Datum::value)),
                        error: node.error.clone(),
                    }
                })
                .collect(),
        }
    }
}

impl Constants {
    pub(super) fn new(plan: &ExecutionPlan, id: ExecutionId, started_at: Timestamp) -> Self {
        Self {
            execution: json!({ "id": id.to_string(), "started_at": started_at.to_string() }),
            workflow: json!({ "id": plan.workflow.as_str(), "version": plan.definition.to_string() }),
        }
    }
}

/// A result counts once the node has completed: one that waits for its time has none yet.
fn visible_result(status: NodeStatus, output: Option<&Arc<Value>>) -> Option<Arc<Value>> {
    output.filter(|_| status == NodeStatus::Completed).cloned()
}

impl Scope for Values {
    fn input(&self) -> Option<&Value> {
        self.input.as_deref()
    }

    fn node(&self, id: &str) -> Option<NodeView<'_>> {
        let node = self.nodes.iter().find(|node| node.id == id)?;
        Some(NodeView {
            result: node.result.as_deref(),
            error: node.error.as_deref(),
            status: node.status.as_str(),
            attempts: node.attempts,
        })
    }

    fn execution(&self) -> Option<&Value> {
        Some(&self.constants.execution)
    }

    fn workflow(&self) -> Option<&Value> {
        Some(&self.constants.workflow)
    }

    fn vars(&self) -> Option<&Value> {
        Some(&self.vars)
    }

    fn now(&self) -> Option<&Value> {
        // Few expressions read it, and its text costs more than most of them.
        Some(self.now_text.get_or_init(|| Value::String(self.now.to_string())))
    }
}
