//! A journal entry as a line for people.

use nebula_ports::{
    model::{
        AttemptOutcome, ConditionTrace, ExecutionStatus, Failure, ItemOutcome, JournalEntry, NodeAddress, NodeStatus,
        Resolution, SkipReason, WakeOn,
    },
    time::Timestamp,
};

use super::Story;
use crate::when::{lasting, until};

/// What an entry says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Telling {
    pub(crate) tone: Tone,
    pub(crate) text: String,
    /// Lines to stand below, without indentation.
    pub(crate) details: Vec<String>,
}

/// How a line is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Plain,
    Good,
    Attention,
    Bad,
    Faint,
}

/// Tells an entry that `story` has taken in already. `now` says how far a time to come is.
pub(crate) fn tell(entry: &JournalEntry, story: &Story, now: Timestamp) -> Telling {
    match entry {
        JournalEntry::ExecutionStarted { workflow, trigger: None, .. } => plain(format!("{workflow} started")),
        JournalEntry::ExecutionStarted { workflow, trigger: Some(firing), .. } => {
            plain(format!("{workflow} started by the trigger `{}`, event `{}`", firing.trigger, firing.key))
        }
        JournalEntry::NodeSkipped { reason, .. } => Telling {
            details: reason.connections.iter().skip(1).map(|trace| connection(trace, story)).collect(),
            ..said(Tone::Faint, skipped(reason, story))
        },
        JournalEntry::NodeFailed { error, .. } => failed("failed", error),
        JournalEntry::AttemptStarted { attempt: 1, .. } => plain("running"),
        JournalEntry::AttemptStarted { attempt, .. } => plain(format!("running, attempt {attempt}")),
        JournalEntry::AttemptFinished { node, attempt, at, outcome } => {
            attempt_finished(story, node, *attempt, *at, outcome, now)
        }
        JournalEntry::BlockStarted { items: None, .. } => plain("begins"),
        JournalEntry::BlockStarted { items: Some(1), .. } => plain("begins with one item"),
        JournalEntry::BlockStarted { items: Some(items), .. } => plain(format!("begins with {items} items")),
        JournalEntry::ItemFinished { item, outcome, .. } => match outcome {
            ItemOutcome::Completed { .. } => said(Tone::Faint, format!("item {item} completed")),
            ItemOutcome::Failed { error } => failed(&format!("item {item} failed"), error),
        },
        JournalEntry::BlockFinished { node, at, .. } => {
            said(Tone::Good, format!("completed{}", after(story.node(node).and_then(|node| node.started_at), *at)))
        }
        JournalEntry::TimerFired { node, at } => match story.node(node) {
            Some(node) if node.status != NodeStatus::Completed => said(Tone::Plain, "its time has come: goes on"),
            node => said(Tone::Good, format!("completed{}", after(node.and_then(|node| node.started_at), *at))),
        },
        JournalEntry::SignalReceived { name, .. } => said(Tone::Attention, format!("the signal `{name}` came")),
        JournalEntry::NodeInDoubt { attempt, .. } => {
            said(Tone::Bad, format!("in doubt: attempt {attempt} was interrupted and is not repeated blindly"))
        }
        JournalEntry::NodeResolved { resolution, .. } => match resolution {
            Resolution::Retry => said(Tone::Attention, "decided: run it again"),
            Resolution::Completed { .. } => said(Tone::Good, "decided: it had completed"),
            Resolution::Failed { error } => failed("decided: given up", error),
        },
        JournalEntry::CancelRequested { reason, .. } => said(Tone::Attention, format!("asked to end: {reason}")),
        JournalEntry::DeadLettered { claims, .. } => said(
            Tone::Bad,
            format!("left as a dead letter: taken up {claims} times, and nothing came of it; somebody has to look"),
        ),
        JournalEntry::ExecutionFinished { status, at, error, .. } => {
            let tone = if *status == ExecutionStatus::Completed { Tone::Good } else { Tone::Bad };
            Telling {
                details: error.iter().flat_map(reason).collect(),
                ..said(tone, format!("{status}{}", after(story.started_at, *at)))
            }
        }
    }
}

fn attempt_finished(
    story: &Story,
    node: &NodeAddress,
    attempt: u32,
    at: Timestamp,
    outcome: &AttemptOutcome,
    now: Timestamp,
) -> Telling {
    let node = story.node(node);
    match outcome {
        AttemptOutcome::Completed { cached: true, .. } => said(Tone::Good, "completed, as it was kept from before"),
        AttemptOutcome::Completed { .. } => {
            said(Tone::Good, format!("completed{}", after(node.and_then(|node| node.attempt_at), at)))
        }
        AttemptOutcome::Routed { port, .. } => {
            let duration = after(node.and_then(|node| node.attempt_at), at);
            said(Tone::Good, format!("completed{duration}: {port}"))
        }
        AttemptOutcome::Paused { wake, .. } => said(Tone::Attention, paused(wake, now)),
        AttemptOutcome::CompletesAt { until: when, .. } => {
            said(Tone::Attention, format!("waits until {}", until(*when, now)))
        }
        AttemptOutcome::Retry { error, next_at } => Telling {
            details: error.help.iter().map(|help| format!("help: {help}")).collect(),
            ..said(
                Tone::Attention,
                format!("attempt {attempt} failed: {error}; tries again in {}", lasting(next_at.since(at))),
            )
        },
        AttemptOutcome::Failed { error } => {
            let times = if attempt > 1 { format!(" after {attempt} attempts") } else { String::new() };
            failed(&format!("failed{times}"), error)
        }
        AttemptOutcome::Cancelled => said(Tone::Faint, "cancelled"),
    }
}

fn paused(wake: &WakeOn, now: Timestamp) -> String {
    match wake {
        WakeOn::Now => "goes on".to_owned(),
        WakeOn::Time { at } => format!("pauses until {}", until(*at, now)),
        WakeOn::Signal { name, deadline: None } => format!("waits for the signal `{name}`"),
        WakeOn::Signal { name, deadline: Some(at) } => {
            format!("waits for the signal `{name}`, until {}", until(*at, now))
        }
    }
}

/// Why a node was skipped, in one line; the first connection decides the words.
pub(crate) fn skipped(reason: &SkipReason, story: &Story) -> String {
    match reason.connections.first() {
        Some(first) => format!("skipped: {}", connection(first, story)),
        None => "skipped".to_owned(),
    }
}

fn connection(trace: &ConditionTrace, story: &Story) -> String {
    let Some(when) = &trace.when else {
        let status = story.node(&trace.from.node.clone().into()).map(|node| node.status);
        return match (status, &trace.from.port) {
            (Some(NodeStatus::Completed | NodeStatus::Failed), Some(_)) => {
                format!("`{}` was not taken", trace.from)
            }
            (Some(NodeStatus::Failed), None) => format!("`{}` failed", trace.from),
            _ => format!("`{}` was skipped", trace.from.node),
        };
    };
    let values: Vec<String> = trace.values.iter().map(|(path, value)| format!("{path} = {value}")).collect();
    let with = if values.is_empty() { String::new() } else { format!(" ({})", values.join(", ")) };
    format!("after `{}`, `{when}` did not hold{with}", trace.from)
}

fn failed(what: &str, error: &Failure) -> Telling {
    Telling {
        details: error.help.iter().map(|help| format!("help: {help}")).collect(),
        ..said(Tone::Bad, format!("{what}: {error} [{}]", error.code))
    }
}

fn reason(error: &Failure) -> impl Iterator<Item = String> + '_ {
    let help = error.help.iter().map(|help| format!("help: {help}"));
    std::iter::once(format!("{error} [{}]", error.code)).chain(help)
}

fn after(from: Option<Timestamp>, to: Timestamp) -> String {
    from.map_or_else(String::new, |from| format!(" in {}", lasting(to.since(from))))
}

fn plain(text: impl Into<String>) -> Telling {
    said(Tone::Plain, text)
}

fn said(tone: Tone, text: impl Into<String>) -> Telling {
    Telling { tone, text: text.into(), details: Vec::new() }
}
