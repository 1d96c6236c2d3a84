//! What expressions of a run can see.

use std::sync::{Arc, OnceLock};

use nebula_expression::{NodeView, Scope};
use nebula_ports::{
    model::{ExecutionId, NodeStatus, PortName},
    time::Timestamp,
};
use serde_json::{Value, json};
use smol_str::SmolStr;

use super::{Datum, ExecutionState, Instance, frame::FrameId};
use crate::plan::{ExecutionPlan, ROOT_BLOCK, Slot};

/// Values gathered for one node's parameters: they outlive the state's next change.
#[derive(Debug, Clone)]
pub struct Values {
    input: Option<Arc<Value>>,
    /// A list, and the place of the item in it.
    item: Option<(Arc<Value>, u32)>,
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
    port: Option<PortName>,
}

impl ExecutionState {
    /// What an expression of a node's parameters can see. Values of blobs must have been brought.
    #[must_use]
    pub fn values_of(&self, at: Instance) -> Values {
        let node = self.node(at);
        self.values(node.frame, &self.plan_node(at).reads, node.ready_at)
    }

    /// What the expressions of a graph can see of these nodes.
    pub(super) fn values(&self, frame: FrameId, reads: &[Slot], now: Timestamp) -> Values {
        let around = self.around(frame);
        Values {
            input: around.input.and_then(|input| input.value().cloned()),
            item: around.item,
            vars: Arc::clone(&self.frames[frame as usize].plan.vars),
            constants: Arc::clone(&self.constants),
            now,
            now_text: OnceLock::new(),
            nodes: reads
                .iter()
                .filter_map(|slot| {
                    let node = self.node(self.seen_from(frame, *slot)?);
                    Some(NodeValues {
                        id: SmolStr::new(self.frames[frame as usize].plan.node(*slot).id.as_str()),
                        status: node.status,
                        attempts: node.attempts,
                        result: visible_result(node.status, node.output.as_ref().and_then(Datum::value)),
                        error: node.error.clone(),
                        port: node.port.clone().filter(|_| node.status == NodeStatus::Completed),
                    })
                })
                .collect(),
        }
    }

    /// What a graph works on: the input of its workflow, and the item of the innermost loop.
    fn around(&self, frame: FrameId) -> Around<'_> {
        let mut frame = &self.frames[frame as usize];
        let mut item = None;
        while let Some(owner) = frame.owner {
            let run = self.nodes[owner as usize].block.as_ref();
            let input = run.map(|run| &run.input);
            if frame.block == ROOT_BLOCK {
                return Around { input, item };
            }
            if item.is_none() {
                item = input.and_then(|input| Some((Arc::clone(input.value()?), frame.item)));
            }
            frame = self.frame_of(owner);
        }
        Around { input: self.input.as_ref(), item }
    }
}

/// What a graph works on.
struct Around<'s> {
    input: Option<&'s Datum>,
    item: Option<(Arc<Value>, u32)>,
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
            port: node.port.as_ref().map(PortName::as_str),
        })
    }

    fn item(&self) -> Option<&Value> {
        let (list, at) = self.item.as_ref()?;
        list.get(*at as usize)
    }

    fn index(&self) -> Option<u64> {
        self.item.as_ref().map(|(_, at)| u64::from(*at))
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
