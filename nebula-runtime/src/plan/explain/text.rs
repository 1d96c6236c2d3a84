//! A plan as text for a terminal.

use std::fmt::Write as _;

use nebula_ports::diagnostic::Diagnostic;

use super::{duration, effect, incoming, reference, retry};
use crate::plan::{ExecutionPlan, PlanNode};

/// The plan in the order it runs, its bounds, and the notes.
#[must_use]
pub fn explain_text(plan: &ExecutionPlan, notes: &[Diagnostic]) -> String {
    let mut out = String::new();
    let digest = plan.digest.to_string();
    let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    line(&mut out, 0, &format!("workflow {}", plan.workflow));
    let size = format!("{}, {}", count(plan.nodes.len(), "node"), count(plan.edges.len(), "connection"));
    line(&mut out, 0, &format!("plan     {} ({size})", &digest[..16]));
    out.push('\n');
    for (place, node) in (1..).zip(&plan.nodes) {
        line(&mut out, 0, &format!("{place:>3}. {}  {}", node.id, reference(node)));
        for edge in incoming(plan, node) {
            let when = edge.when.as_ref().map_or(String::new(), |when| format!(", when {}", when.source()));
            line(&mut out, 5, &format!("after {}{when}", plan.node(edge.from).id));
        }
        for detail in details(plan, node) {
            line(&mut out, 5, &detail);
        }
    }
    out.push('\n');
    bounds(&mut out, plan);
    if !notes.is_empty() {
        out.push('\n');
        for note in notes {
            line(&mut out, 0, &note.to_string());
        }
    }
    out
}

fn details(plan: &ExecutionPlan, node: &PlanNode) -> Vec<String> {
    let mut details = vec![format!("effect: {}", effect(node))];
    if !node.reads.is_empty() {
        let names: Vec<&str> = node.reads.iter().map(|slot| plan.node(*slot).id.as_str()).collect();
        details.push(format!("reads: {}", names.join(", ")));
    }
    details.extend(
        node.retry.as_ref().filter(|policy| policy.max_attempts > 1).map(|policy| format!("retry: {}", retry(policy))),
    );
    let limits: Vec<String> = [("each attempt", node.timeout), ("all attempts", node.deadline)]
        .into_iter()
        .filter_map(|(what, limit)| Some(format!("{what} within {}", duration(limit?))))
        .collect();
    if !limits.is_empty() {
        details.push(format!("limits: {}", limits.join(", ")));
    }
    if !node.credentials.is_empty() {
        let slots: Vec<_> = node.credentials.iter().map(|(slot, name)| format!("{slot} = {name}")).collect();
        details.push(format!("credentials: {}", slots.join(", ")));
    }
    details
}

fn bounds(out: &mut String, plan: &ExecutionPlan) {
    let bounds = &plan.bounds;
    line(out, 0, "one run at most");
    let calls: Vec<_> = bounds.max_calls.iter().map(|(action, calls)| format!("{action} {calls}×")).collect();
    let credentials: Vec<_> = bounds.credentials.iter().map(ToString::to_string).collect();
    let rows = [
        ("calls", calls.join(", ")),
        ("at one time", bounds.max_parallel.to_string()),
        ("lasts", plan.timeout.map_or_else(|| "without limit".to_owned(), duration)),
        ("reaches", bounds.hosts.join(", ")),
        ("credentials", credentials.join(", ")),
    ];
    for (name, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
        line(out, 2, &format!("{name:<12} {value}"));
    }
}

fn line(out: &mut String, indent: usize, text: &str) {
    let _ = writeln!(out, "{:indent$}{text}", "");
}
