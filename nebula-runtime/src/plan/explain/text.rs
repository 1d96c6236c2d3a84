//! A plan as text for a terminal.

use std::fmt::Write as _;

use nebula_expression::{Cost, Expression};
use nebula_ports::{
    diagnostic::Diagnostic,
    model::{CapabilityKind, Grant, OnError, Target},
};

use super::{around, begins, called, costs, duration, effect, incoming, retry};
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
        line(&mut out, 0, &format!("{place:>3}. {}  {}", node.id, node.reference));
        if let Some(block) = around(plan, node) {
            line(&mut out, 5, &format!("for each item of {}", block.id));
        }
        for edge in incoming(plan, node) {
            let when = edge.when.as_ref().map_or(String::new(), |when| format!(", when {}", when.source()));
            line(&mut out, 5, &format!("after {}{when}", begins(plan, edge)));
            if let Some(cost) = edge.when.as_ref().map(Expression::cost).filter(|cost| grows(cost)) {
                line(&mut out, 7, &format!("takes {cost} steps"));
            }
        }
        for detail in details(plan, node) {
            line(&mut out, 5, &detail);
        }
    }
    if !plan.triggers.is_empty() {
        out.push_str("\nstarted by\n");
    }
    for trigger in &plan.triggers {
        let every = duration(trigger.every);
        line(&mut out, 2, &format!("{}  {} every {every}", trigger.id, trigger.reference));
        let slots: Vec<_> = trigger.credentials.iter().map(|(slot, name)| format!("{slot} = {name}")).collect();
        if !slots.is_empty() {
            line(&mut out, 5, &format!("credentials: {}", slots.join(", ")));
        }
    }
    let output = plan.root().output.iter().flat_map(|output| costs(&output.value));
    let sized: Vec<_> = output.filter(|(_, cost)| grows(cost)).collect();
    if !sized.is_empty() {
        out.push_str("\noutput\n");
    }
    for (place, cost) in sized {
        line(&mut out, 2, format!("{place} takes {cost} steps").trim_start());
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
    let mut details = match called(node) {
        Some(called) => vec![format!("calls: {} ({} nodes)", called.workflow, called.nodes.len())],
        None => vec![format!("effect: {}", effect(node))],
    };
    if !node.reads.is_empty() {
        let names: Vec<&str> = node.reads.iter().map(|slot| plan.node(*slot).id.as_str()).collect();
        details.push(format!("reads: {}", names.join(", ")));
    }
    let sized = costs(&node.parameters).into_iter().filter(|(_, cost)| grows(cost));
    details.extend(sized.map(|(place, cost)| format!("{place} takes {cost} steps")));
    details.extend(
        node.retry.as_ref().filter(|policy| policy.max_attempts > 1).map(|policy| format!("retry: {}", retry(policy))),
    );
    details.extend(match node.on_error {
        OnError::Fail => None,
        OnError::Continue => Some("on error: the run goes on without its result".to_owned()),
        OnError::Route => Some(format!("on error: the run goes on from {}.error", node.id)),
    });
    let times = [("each attempt", node.timeout), ("all attempts", node.deadline)]
        .into_iter()
        .filter_map(|(what, limit)| Some(format!("{what} within {}", duration(limit?))));
    let own = node.limits();
    let sizes = [("input", own.max_input), ("output", own.max_output)]
        .into_iter()
        .filter_map(|(what, limit)| Some(format!("{what} up to {}", limit?)));
    let together = own.concurrency.map(|most| format!("{most} at one time in a worker"));
    let rate = own.rate.map(|rate| format!("{rate} in a worker"));
    if let Some(ttl) = own.cache {
        details.push(format!("cache: for the same input {ttl} long"));
    }
    let silence = own.heartbeat.map(|silence| format!("a sign of life every {silence}"));
    let limits: Vec<String> = times.chain(silence).chain(sizes).chain(together).chain(rate).collect();
    if !limits.is_empty() {
        details.push(format!("limits: {}", limits.join(", ")));
    }
    let runs = runs(node);
    if !runs.is_empty() {
        details.push(format!("runs: {}", runs.join(", ")));
    }
    let uses = uses(node);
    if !uses.is_empty() {
        details.push(format!("uses: {}", uses.join(", ")));
    }
    if !node.credentials.is_empty() {
        let slots: Vec<_> = node.credentials.iter().map(|(slot, name)| format!("{slot} = {name}")).collect();
        details.push(format!("credentials: {}", slots.join(", ")));
    }
    if !node.resources.is_empty() {
        let slots = node.resources.iter().map(|(slot, resource)| {
            let default = if resource.is_default { ", with its defaults" } else { "" };
            format!("{slot} = {} ({}{default})", resource.name, resource.descriptor().kind)
        });
        details.push(format!("resources: {}", slots.collect::<Vec<_>>().join(", ")));
    }
    details
}

/// The programs that its action may start.
fn runs(node: &PlanNode) -> Vec<String> {
    let needs = node.action().into_iter().flat_map(|action| &action.descriptor().capabilities.0);
    needs
        .filter(|need| need.kind == CapabilityKind::Exec)
        .map(|need| match &need.target {
            Target::Exact(Grant::Exec(program)) => program.as_str().to_owned(),
            Target::Parameter(pointer) => format!("what `{}` names", pointer.trim_start_matches('/')),
            Target::Exact(_) | Target::Declared => need.kind.to_string(),
        })
        .collect()
}

/// What its action declares without bounds: no grant of the run shows it.
fn uses(node: &PlanNode) -> Vec<&'static str> {
    let needs = node.action().into_iter().flat_map(|action| &action.descriptor().capabilities.0);
    needs.filter(|need| need.target == Target::Declared).map(|need| need.kind.as_str()).collect()
}

/// Whether an expression takes a step at least for each element of something. All others are small.
fn grows(cost: &Cost) -> bool {
    const MANY: u64 = 10_000;
    cost.worst(|_| Some(MANY)).is_some_and(|worst| worst > MANY)
}

fn bounds(out: &mut String, plan: &ExecutionPlan) {
    let bounds = &plan.bounds;
    line(out, 0, "one run at most");
    let calls: Vec<_> = bounds.max_calls.iter().map(|(action, calls)| format!("{action} {calls}×")).collect();
    let in_loops = bounds.max_calls_per_item.iter().map(|(block, calls)| {
        let calls: Vec<_> = calls.iter().map(|(action, calls)| format!("{action} {calls}×")).collect();
        ("calls", format!("{} for each item of {block}", calls.join(", ")))
    });
    let in_loops: Vec<_> = in_loops.collect();
    let credentials: Vec<_> = bounds.credentials.iter().map(ToString::to_string).collect();
    let rows = [
        ("calls", calls.join(", ")),
        ("at one time", bounds.max_parallel.to_string()),
        ("lasts", plan.timeout.map_or_else(|| "without limit".to_owned(), duration)),
        ("reaches", bounds.hosts.join(", ")),
        ("credentials", credentials.join(", ")),
    ];
    let (calls, others) = rows.split_at(1);
    for (name, value) in calls.iter().chain(&in_loops).chain(others).filter(|(_, value)| !value.is_empty()) {
        line(out, 2, &format!("{name:<12} {value}"));
    }
}

fn line(out: &mut String, indent: usize, text: &str) {
    let _ = writeln!(out, "{:indent$}{text}", "");
}
