//! Mocks that nothing has called: what a test says of a workflow, and the workflow does not do.

use std::collections::BTreeMap;

use nebula_ports::model::{Node, NodeStatus, Workflow};
use nebula_runtime::execution::ExecutionState;

use super::{
    mock::{Mocks, Target},
    sandbox::RecordedCall,
};

/// Each mock, or part of a sequence, that was not used and had to be, with the reason where it is known.
pub(super) fn unused(
    mocks: &Mocks,
    answered: &BTreeMap<Target, usize>,
    calls: &[RecordedCall],
    workflow: &Workflow,
    state: Option<&ExecutionState>,
) -> Vec<String> {
    let mut found = Vec::new();
    for (target, mock) in mocks.iter().filter(|(_, mock)| !mock.may_be_unused) {
        let name = match target {
            Target::Node(node) => format!("the mock of the node `{node}`"),
            Target::Version(id, _) | Target::Action(id) => format!("the mock of `{id}`"),
        };
        let used = answered.get(target).copied().unwrap_or_default();
        // A call that a fault has kept from its mock is a call.
        let is_called = |call: &RecordedCall| match target {
            Target::Node(node) => call.node.id() == node,
            Target::Version(id, _) | Target::Action(id) => call.action.id == *id && !mocks.has_node(call.node.id()),
        };
        match mock.answers {
            Some(answers) if 0 < used && used < answers => {
                found.push(format!("{} of {answers} answers of {name} were not used", answers - used));
            }
            _ if used == 0 && !calls.iter().any(is_called) => {
                found.push(format!("{name} was not used: {}", why(target, mocks, workflow, state)));
            }
            _ => {}
        }
    }
    found
}

fn why(target: &Target, mocks: &Mocks, workflow: &Workflow, state: Option<&ExecutionState>) -> String {
    let is_meant = |node: &&Node| match target {
        Target::Node(id) => node.id == *id,
        Target::Version(id, _) | Target::Action(id) => node.action.id == *id && !mocks.has_node(&node.id),
    };
    let nodes: Vec<&Node> = workflow.all_nodes().filter(is_meant).collect();
    if nodes.is_empty() {
        return "no node calls it".to_owned();
    }
    let what = |node: &&Node| {
        let status = state.and_then(|state| Some(state.node(state.plan().slot(&node.id)?).status));
        let what = match status {
            Some(NodeStatus::Skipped) => "was skipped",
            Some(NodeStatus::Failed) => "failed before its call",
            _ => "was not called",
        };
        format!("`{}` {what}", node.id)
    };
    nodes.iter().map(what).collect::<Vec<_>>().join(", ")
}
