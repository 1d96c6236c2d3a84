//! What the expressions of a node's parameters have read.

use nebula_expression::{Expression, Limits, Scope};
use nebula_ports::model::NodeAddress;
use nebula_runtime::{execution::ExecutionState, plan::Compiled};
use serde_json::Value;

/// Each path that is read, as written, with its value; none where the node is not there once, or a value of it was too
/// large to be kept at hand.
pub(super) fn values(state: &ExecutionState, node: &NodeAddress) -> Vec<(String, Value)> {
    let Some(at) = state.find(node) else { return Vec::new() };
    let mut found = Vec::new();
    gather(&state.plan_node(at).parameters, &state.values_of(at), &mut found);
    // A value that was let go reads as null, and so does one that never was.
    found.retain(|(_, value)| !value.is_null());
    found
}

fn gather(parameters: &Compiled, scope: &dyn Scope, found: &mut Vec<(String, Value)>) {
    let mut add = |expression: &Expression| {
        for (path, value) in expression.trace(scope, &Limits::default()) {
            if found.iter().all(|(known, _)| *known != path) {
                found.push((path, value));
            }
        }
    };
    match parameters {
        Compiled::Literal(_) => {}
        Compiled::Expression(expression) => add(expression),
        Compiled::Template(template) => {
            // Each path of a template is an expression by itself, save those that only the evaluation knows.
            let paths = template.paths().iter().map(ToString::to_string);
            paths.filter_map(|path| Expression::parse(&path).ok()).for_each(|path| add(&path));
        }
        Compiled::Object(fields) => fields.iter().for_each(|(_, value)| gather(value, scope, found)),
        Compiled::Array(items) => items.iter().for_each(|value| gather(value, scope, found)),
    }
}
