//! A plan for people and for tools: text, JSON, and two notations for drawings of graphs.

mod drawing;
mod json;
mod text;

use std::time::Duration;

use nebula_expression::Cost;
use nebula_ports::{
    model::{Backoff, Jitter, PortRef, RetryPolicy},
    time::DurationText,
};

pub use drawing::{explain_dot, explain_mermaid};
pub use json::explain_json;
pub use text::explain_text;

use super::{Compiled, ExecutionPlan, PlanEdge, PlanNode, Work, pointer};

fn duration(duration: Duration) -> String {
    DurationText::new(duration).to_string()
}

/// What repeating the node's call may do, and whether the run may know better.
fn effect(node: &PlanNode) -> String {
    let Some(action) = node.action() else { return "that of the nodes inside".to_owned() };
    let (class, key) = (action.descriptor().effect, &action.descriptor().key);
    let said = node
        .effect
        .map_or_else(|| format!("{class}, if its parameters do not say otherwise"), |class| class.to_string());
    if key.is_empty() { said } else { format!("{said}; the key is made of {}", key.join(", ")) }
}

fn retry(policy: &RetryPolicy) -> String {
    let wait = match &policy.backoff {
        Backoff::Fixed { fixed } => format!("{fixed} apart"),
        Backoff::Exponential { exponential, max } => {
            let max = max.map_or_else(|| duration(Backoff::DEFAULT_MAX), |max| max.to_string());
            format!("{exponential} doubling to {max} apart")
        }
    };
    let jitter = match policy.jitter {
        Jitter::Full => "",
        Jitter::None => ", without jitter",
    };
    format!("up to {} attempts, {wait}{jitter}", policy.max_attempts)
}

/// What each expression of a value takes, by its place in it.
fn costs(value: &Compiled) -> Vec<(String, &Cost)> {
    let mut found = Vec::new();
    collect_costs(value, &mut String::new(), &mut found);
    found
}

fn collect_costs<'c>(value: &'c Compiled, at: &mut String, found: &mut Vec<(String, &'c Cost)>) {
    let length = at.len();
    match value {
        Compiled::Literal(_) => {}
        Compiled::Expression(expression) => found.push((at.clone(), expression.cost())),
        Compiled::Template(template) => found.push((at.clone(), template.cost())),
        Compiled::Object(fields) => {
            for (key, value) in fields {
                pointer::push(at, key);
                collect_costs(value, at, found);
                at.truncate(length);
            }
        }
        Compiled::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                pointer::push_index(at, index);
                collect_costs(value, at, found);
                at.truncate(length);
            }
        }
    }
}

/// The node of the loop that a node is inside of.
fn around<'p>(plan: &'p ExecutionPlan, node: &PlanNode) -> Option<&'p PlanNode> {
    plan.block(node.block).owner.map(|owner| plan.node(owner))
}

/// The workflow that a node calls.
fn called(node: &PlanNode) -> Option<&ExecutionPlan> {
    match &node.work {
        Work::Call(plan) => Some(plan),
        Work::Action(_) | Work::ForEach(_) => None,
    }
}

/// Where a connection begins, as a definition writes it.
fn begins(plan: &ExecutionPlan, edge: &PlanEdge) -> PortRef {
    PortRef { node: plan.node(edge.from).id.clone(), port: edge.port.clone() }
}

fn incoming<'p>(plan: &'p ExecutionPlan, node: &'p PlanNode) -> impl Iterator<Item = &'p PlanEdge> {
    node.incoming.iter().map(|edge| &plan.edges[*edge as usize])
}

#[cfg(test)]
mod tests;
