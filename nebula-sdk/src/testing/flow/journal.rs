//! The journal of a run, in a form that stays the same from run to run.

use std::fmt;

use nebula_ports::{
    model::{AttemptOutcome, ItemOutcome, JournalEntry, JournalRecord, Payload, Resolution, WakeOn},
    time::{DurationText, Timestamp},
};

use crate::testing::snapshot;

/// The journal of a run. Displayed, it is one line for each entry: times are counted from the start, ids of the run are
/// left out, so that it can be kept, see [`assert_snapshot`](Self::assert_snapshot).
///
/// ```
/// use nebula_sdk::{prelude::*, testing::TestFlow};
///
/// let run = TestFlow::new(7)
///     .flow("{ nebula: 1, id: pay, nodes: [{ id: charge, action: shop.charge@1, parameters: { cents: 42 } }] }")
///     .mock_id("shop.charge", |input| Ok(input["cents"].clone()))
///     .run_blocking(json!({}));
///
/// assert_eq!(
///     run.journal().to_string(),
///     r#"   +0s  execution_started pay {}
///    +0s  attempt_started charge #1 idempotent
///    +0s  attempt_finished charge #1 completed 42
///    +0s  execution_finished completed {"charge":42}"#
/// );
/// ```
#[derive(Debug, Clone, Copy)]
pub struct TestJournal<'a> {
    records: &'a [JournalRecord],
}

// === impl TestJournal ===

impl<'a> TestJournal<'a> {
    pub(super) const fn new(records: &'a [JournalRecord]) -> Self {
        Self { records }
    }

    /// The entries, in order.
    pub fn entries(self) -> impl ExactSizeIterator<Item = &'a JournalEntry> + DoubleEndedIterator {
        self.records.iter().map(|record| &record.entry)
    }

    /// The entries with their places.
    #[must_use]
    pub const fn records(self) -> &'a [JournalRecord] {
        self.records
    }

    /// Compares it with what is kept of it: `snapshots/<test>__journal.snap` in the folder of the test's file, where
    /// `<test>` is the name of the file and of the test. A second one in the same test is `journal_2`.
    ///
    /// What is not there yet is written, and to be committed; where the variable `CI` is set, it is missing. What differs
    /// fails the test with the difference, and is replaced with `NEBULA_SNAPSHOTS=update` only.
    ///
    /// # Panics
    /// When it is another, or missing in CI; when it is not known which test this is, as without threads of their own.
    #[track_caller]
    pub fn assert_snapshot(self) {
        snapshot::assert("journal", &self.to_string());
    }

    /// The entries as `nebula execution journal ID --json` prints them, each on a line of its own: what
    /// [`replay`](super::TestFlow::replay) reads.
    #[must_use]
    pub fn to_json(self) -> String {
        let line = |record| serde_json::to_string(record).unwrap_or_default();
        self.records.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// The kind of each entry with its node, as in `attempt_started fetch`: for short assertions.
    #[must_use]
    pub fn outline(self) -> Vec<String> {
        self.entries()
            .map(|entry| match entry.node() {
                Some(node) => format!("{} {node}", entry.kind()),
                None => entry.kind().to_owned(),
            })
            .collect()
    }
}

impl fmt::Display for TestJournal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let begun = self.entries().find_map(at).unwrap_or_default();
        for (index, entry) in self.entries().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            // Entries without a time of their own belong to what stands around them.
            let time = at(entry).map(|at| since(begun, at)).unwrap_or_default();
            write!(f, "{time:>6}  {}", entry.kind())?;
            if let Some(node) = entry.node() {
                write!(f, " {node}")?;
            }
            facts(f, entry, begun)?;
        }
        Ok(())
    }
}

fn at(entry: &JournalEntry) -> Option<Timestamp> {
    match entry {
        JournalEntry::ExecutionStarted { at, .. }
        | JournalEntry::AttemptStarted { at, .. }
        | JournalEntry::AttemptFinished { at, .. }
        | JournalEntry::BlockStarted { at, .. }
        | JournalEntry::ItemFinished { at, .. }
        | JournalEntry::BlockFinished { at, .. }
        | JournalEntry::TimerFired { at, .. }
        | JournalEntry::NodeResolved { at, .. }
        | JournalEntry::NodeFailed { at, .. }
        | JournalEntry::SignalReceived { at, .. }
        | JournalEntry::DeadLettered { at, .. }
        | JournalEntry::ExecutionFinished { at, .. } => Some(*at),
        JournalEntry::NodeSkipped { .. } | JournalEntry::NodeInDoubt { .. } | JournalEntry::CancelRequested { .. } => {
            None
        }
    }
}

pub(super) fn since(begun: Timestamp, at: Timestamp) -> String {
    format!("+{}", DurationText::new(at.since(begun)))
}

fn facts(f: &mut fmt::Formatter<'_>, entry: &JournalEntry, begun: Timestamp) -> fmt::Result {
    match entry {
        JournalEntry::ExecutionStarted { workflow, input, .. } => write!(f, " {workflow} {}", shown(input)),
        JournalEntry::NodeSkipped { reason, .. } => {
            for trace in &reason.connections {
                write!(f, "; from {}", trace.from)?;
                match &trace.when {
                    Some(when) => write!(f, " when {when}")?,
                    None if trace.from.port.is_some() => f.write_str(", not taken")?,
                    None => f.write_str(", which did not complete")?,
                }
                for (path, value) in &trace.values {
                    write!(f, ", {path} = {value}")?;
                }
            }
            Ok(())
        }
        JournalEntry::NodeFailed { error, .. } => write!(f, ": {error} [{}]", error.code),
        JournalEntry::AttemptStarted { attempt, effect, .. } => write!(f, " #{attempt} {effect}"),
        JournalEntry::AttemptFinished { attempt, outcome, .. } => {
            write!(f, " #{attempt} ")?;
            match outcome {
                AttemptOutcome::Completed { output, cached } => {
                    let from = if *cached { " from the cache" } else { "" };
                    write!(f, "completed{from} {}", shown(output))
                }
                AttemptOutcome::Routed { port, output } => write!(f, "completed by {port} {}", shown(output)),
                AttemptOutcome::Paused { wake, state } => {
                    f.write_str("paused ")?;
                    match wake {
                        WakeOn::Now => f.write_str("for nothing")?,
                        WakeOn::Time { at } => write!(f, "until {}", since(begun, *at))?,
                        WakeOn::Signal { name, deadline } => {
                            write!(f, "for the signal {name}")?;
                            if let Some(at) = deadline {
                                write!(f, " until {}", since(begun, *at))?;
                            }
                        }
                    }
                    write!(f, ", keeping {}", shown(state))
                }
                AttemptOutcome::CompletesAt { until, output } => {
                    write!(f, "completes at {} {}", since(begun, *until), shown(output))
                }
                AttemptOutcome::Retry { error, next_at } => {
                    write!(f, "retry at {}: {error} [{}]", since(begun, *next_at), error.code)
                }
                AttemptOutcome::Failed { error } => write!(f, "failed: {error} [{}]", error.code),
                AttemptOutcome::Cancelled => f.write_str("cancelled"),
            }
        }
        JournalEntry::BlockStarted { input, items, .. } => match items {
            Some(items) => write!(f, " {items} items {}", shown(input)),
            None => write!(f, " {}", shown(input)),
        },
        JournalEntry::ItemFinished { item, outcome, .. } => match outcome {
            ItemOutcome::Completed { output } => write!(f, " [{item}] completed {}", shown(output)),
            ItemOutcome::Failed { error } => write!(f, " [{item}] failed: {error} [{}]", error.code),
        },
        JournalEntry::BlockFinished { output, .. } => write!(f, " {}", shown(output)),
        JournalEntry::TimerFired { .. } => Ok(()),
        JournalEntry::SignalReceived { name, payload, .. } => write!(f, " {name} {}", shown(payload)),
        JournalEntry::NodeInDoubt { attempt, .. } => write!(f, " #{attempt}"),
        JournalEntry::NodeResolved { resolution, .. } => match resolution {
            Resolution::Completed { output, port: Some(port) } => write!(f, " completed by {port} {output}"),
            Resolution::Completed { output, port: None } => write!(f, " completed {output}"),
            other => write!(f, " {other:?}"),
        },
        JournalEntry::CancelRequested { reason, .. } => write!(f, ": {reason}"),
        JournalEntry::DeadLettered { claims, .. } => write!(f, " after {claims} claims"),
        JournalEntry::ExecutionFinished { status, output, error, .. } => {
            write!(f, " {status}")?;
            if let Some(output) = output {
                write!(f, " {}", shown(output))?;
            }
            match error {
                Some(error) => write!(f, ": {error} [{}]", error.code),
                None => Ok(()),
            }
        }
    }
}

fn shown(payload: &Payload) -> String {
    match payload {
        Payload::Inline(value) => value.to_string(),
        Payload::Blob(blob) => format!("<{} bytes>", blob.size),
    }
}
