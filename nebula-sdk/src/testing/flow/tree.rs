//! A run as a tree: its nodes with inputs, outputs, failures and the values that decided.

use std::fmt;

use nebula_ports::{
    model::{AttemptOutcome, JournalEntry, Node, NodeAddress},
    time::DurationText,
};
use serde_json::Value;

use super::{run::TestRun, values::values};

/// Longest value that is shown, in characters.
const LONGEST: usize = 400;

pub(super) struct Tree<'a>(pub(super) &'a TestRun);

// === impl Tree ===

impl fmt::Display for Tree<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let run = self.0;
        let workflow = &run.definition;
        write!(f, "`{}` is {} after {}", workflow.id, run.end.status, DurationText::new(run.elapsed))?;
        if run.crashes > 0 {
            write!(f, " and {} crashes", run.crashes)?;
        }
        write!(f, ", seed {}", run.seed)?;
        if let Some(error) = &run.end.error {
            write!(f, "\n  {error} [{}]", error.code)?;
        }
        if let Some(waits) = &run.end.waiting_for {
            write!(f, "\n  waits for {waits}")?;
        }
        let count = workflow.all_nodes().count();
        for (index, node) in workflow.all_nodes().enumerate() {
            let (branch, below) = if index + 1 == count { ("└─", "  ") } else { ("├─", "│ ") };
            write!(f, "\n{branch} {} ({}): {}", node.id, node.action, self.status(node))?;
            for line in self.lines(node) {
                write!(f, "\n{below}   {line}")?;
            }
        }
        if let Some(output) = &run.end.output {
            write!(f, "\noutput {}", shown(output))?;
        }
        Ok(())
    }
}

impl Tree<'_> {
    fn status(&self, node: &Node) -> &'static str {
        let Some(state) = &self.0.state else { return "unknown" };
        let address = NodeAddress::from(node.id.clone());
        match state.find(&address) {
            Some(at) => state.node(at).status.as_str(),
            // One for each item: what each did is told below.
            None => "inside",
        }
    }

    /// What the expressions of its parameters have read.
    fn values(&self, node: &Node) -> Vec<String> {
        let state = self.0.state.as_ref();
        let values = state.map(|state| values(state, &NodeAddress::from(node.id.clone()))).unwrap_or_default();
        values.into_iter().map(|(path, value)| format!("  {path} = {}", shown(&value))).collect()
    }

    fn lines(&self, node: &Node) -> Vec<String> {
        let mut lines = Vec::new();
        let mut input = None;
        for call in self.0.calls.iter().filter(|call| call.node.id() == &node.id) {
            // The input is the same for all attempts, unless a crash lies between.
            if input != Some(&call.input) {
                lines.push(format!("input {}", shown(&call.input)));
                lines.extend(self.values(node));
                input = Some(&call.input);
            }
            let when = DurationText::new(call.after);
            let what = match &call.outcome {
                Some(Ok(output)) => format!("gave {}", shown(output)),
                Some(Err(failure)) => format!("failed: {failure} [{}]", failure.code),
                None => "did not end".to_owned(),
            };
            let item = item_of(&call.node);
            lines.push(format!("{item}attempt {} at +{when} {what}", call.attempt));
        }
        let denied = self.0.denied.iter().filter(|denied| denied.node == node.id);
        lines.extend(denied.map(|denied| format!("denied `{}` in attempt {}", denied.grant, denied.attempt)));
        let entries = self.0.records.iter().map(|record| &record.entry);
        for entry in entries.filter(|entry| entry.node().map(NodeAddress::id) == Some(&node.id)) {
            match entry {
                JournalEntry::NodeSkipped { reason, .. } => {
                    for trace in &reason.connections {
                        lines.push(match &trace.when {
                            Some(when) => format!("not taken from {}: {when}", trace.from),
                            None if trace.from.port.is_some() => format!("not taken: {}", trace.from),
                            None => format!("not taken from {}, which did not complete", trace.from),
                        });
                        lines.extend(trace.values.iter().map(|(path, value)| format!("  {path} = {}", shown(value))));
                    }
                }
                JournalEntry::NodeFailed { error, .. } => {
                    lines.push(format!("failed: {error} [{}]", error.code));
                    lines.extend(self.values(node));
                }
                // What the engine itself says of an attempt, such as that its time is up.
                JournalEntry::AttemptFinished { attempt, outcome, .. } => {
                    let failure = match outcome {
                        AttemptOutcome::Retry { error, .. } | AttemptOutcome::Failed { error } => error,
                        _ => continue,
                    };
                    let is_told = self.0.calls.iter().any(|call| {
                        call.node.id() == &node.id
                            && call.attempt == *attempt
                            && matches!(&call.outcome, Some(Err(own)) if own.code == failure.code)
                    });
                    if !is_told {
                        lines.push(format!("attempt {attempt} failed: {failure} [{}]", failure.code));
                    }
                }
                _ => {}
            }
        }
        lines
    }
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}… ({} bytes)", &text[..end], text.len()),
        None => text,
    }
}

/// Which item a call worked on.
fn item_of(node: &NodeAddress) -> String {
    if node.blocks().is_empty() { String::new() } else { format!("{node}: ") }
}
