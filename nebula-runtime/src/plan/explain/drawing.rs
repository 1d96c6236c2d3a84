//! A plan as a drawing: Graphviz dot and Mermaid.

use std::fmt::Write as _;

use super::{around, called, duration, effect};
use crate::plan::{ExecutionPlan, PlanEdge, PlanNode};

/// The plan for Graphviz.
#[must_use]
pub fn explain_dot(plan: &ExecutionPlan) -> String {
    let mut out = String::from("digraph workflow {\n  rankdir=LR;\n  node [shape=box, style=rounded];\n");
    for node in &plan.nodes {
        let lines: Vec<String> = label(node).iter().map(|line| dot_text(line)).collect();
        let _ = writeln!(out, "  \"{}\" [label=\"{}\"];", dot_text(node.id.as_str()), lines.join("\\n"));
    }
    for edge in &plan.edges {
        let (from, to) = (&plan.node(edge.from).id, &plan.node(edge.to).id);
        let style = label_of(edge)
            .map_or(String::new(), |label| format!(" [style=dashed, label=\"{}\"]", dot_text(&shortened(&label))));
        let _ = writeln!(out, "  \"{from}\" -> \"{to}\"{style};");
    }
    for node in first_in_loops(plan) {
        let block = around(plan, node).map_or("", |block| block.id.as_str());
        let _ = writeln!(out, "  \"{block}\" -> \"{}\" [style=dotted, label=\"each\"];", node.id);
    }
    out.push_str("}\n");
    out
}

/// Nodes with which an item of a loop begins.
fn first_in_loops(plan: &ExecutionPlan) -> impl Iterator<Item = &PlanNode> {
    plan.nodes.iter().filter(|node| node.incoming.is_empty() && around(plan, node).is_some())
}

/// The plan for Mermaid.
#[must_use]
pub fn explain_mermaid(plan: &ExecutionPlan) -> String {
    let mut out = String::from("flowchart LR\n");
    // Words such as `end` are keywords there: nodes are numbered instead.
    for (slot, node) in plan.nodes.iter().enumerate() {
        let lines: Vec<String> = label(node).iter().map(|line| mermaid_text(line)).collect();
        let _ = writeln!(out, "  n{slot}[\"{}\"]", lines.join("<br/>"));
    }
    for edge in &plan.edges {
        let arrow =
            label_of(edge).map_or("-->".to_owned(), |label| format!("-. \"{}\" .->", mermaid_text(&shortened(&label))));
        let _ = writeln!(out, "  n{} {arrow} n{}", edge.from, edge.to);
    }
    for node in first_in_loops(plan) {
        let slot = plan.slot(&node.id).unwrap_or_default();
        let block = plan.block(node.block).owner.unwrap_or_default();
        let _ = writeln!(out, "  n{block} -. \"each\" .-> n{slot}");
    }
    out
}

/// The port and the condition of a connection that is not always taken.
fn label_of(edge: &PlanEdge) -> Option<String> {
    match (&edge.port, edge.when.as_ref().map(nebula_expression::Expression::source)) {
        (None, None) => None,
        (Some(port), None) => Some(port.to_string()),
        (None, Some(when)) => Some(when.to_owned()),
        (Some(port), Some(when)) => Some(format!("{port}: {when}")),
    }
}

fn label(node: &PlanNode) -> Vec<String> {
    let mut lines = vec![node.id.to_string(), node.reference.to_string()];
    match called(node) {
        Some(called) => lines.push(format!("calls {}", called.workflow)),
        None => lines.push(format!("effect: {}", effect(node))),
    }
    let attempts = node.retry.as_ref().map(|policy| policy.max_attempts).filter(|attempts| *attempts > 1);
    lines.extend(attempts.map(|attempts| format!("up to {attempts} attempts")));
    lines.extend(node.timeout.map(|timeout| format!("timeout {}", duration(timeout))));
    lines
}

fn shortened(text: &str) -> String {
    const LONGEST: usize = 60;
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if one_line.chars().count() <= LONGEST {
        return one_line;
    }
    one_line.chars().take(LONGEST - 1).chain(['…']).collect()
}

fn dot_text(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// Mermaid reads `#name;` as a character.
fn mermaid_text(text: &str) -> String {
    text.replace('&', "#amp;").replace('"', "#quot;").replace('<', "#lt;").replace('>', "#gt;")
}
