//! What expressions of a run can see.

use std::sync::Arc;

use nebula_expression::{NodeView, Scope};
use nebula_ports::model::NodeStatus;
use serde_json::Value;
use smol_str::SmolStr;

use super::ExecutionState;
use crate::plan::Slot;

/// Values gathered for one node's parameters: they outlive the state's next change.
#[derive(Debug, Clone)]
pub struct Values {
    input: Option<Arc<Value>>,
    vars: Arc<Value>,
    execution: Value,
    workflow: Value,
    now: Value,
    nodes: Box<[NodeValues]>,
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
    pub fn values(&self, reads: &[Slot], now: nebula_ports::time::Timestamp) -> Values {
        Values {
            input: self.input.as_ref().and_then(|input| input.value().cloned()),
            vars: Arc::clone(&self.plan.vars),
            execution: self.execution_value(),
            workflow: self.workflow_value(),
            now: Value::String(now.to_string()),
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
        Some(&self.execution)
    }

    fn workflow(&self) -> Option<&Value> {
        Some(&self.workflow)
    }

    fn vars(&self) -> Option<&Value> {
        Some(&self.vars)
    }

    fn now(&self) -> Option<&Value> {
        Some(&self.now)
    }
}
