//! Two journals of one workflow: what is decided otherwise.

use std::collections::BTreeMap;

use nebula_ports::model::{AttemptOutcome, ItemOutcome, JournalEntry, JournalRecord, NodeAddress, Payload};

use super::recording::Recording;

/// What happens beside other things: a node, and of a block each of its items.
type Line<'a> = (Option<&'a NodeAddress>, Option<u32>);

/// The first entry of the recorded run that has no like now, in words; or the first thing that happens now and did not.
pub(super) fn difference(recording: &Recording, now: &[JournalRecord]) -> Option<String> {
    let (then, now) = (Lines::of(&recording.records), Lines::of(now));
    let more = || now.entries.iter().find(|(line, place, _)| then.get(*line, *place).is_none());
    for (record, (line, place, entry)) in recording.records.iter().zip(&then.entries) {
        match now.get(*line, *place) {
            Some(now) if is_same(entry, now) => {}
            Some(now) => {
                return Some(format!("entry {} of the journal: {}; now {}", record.seq, said(entry), said(now)));
            }
            // Where something else happens, that is why.
            None => {
                return Some(match (more(), line) {
                    (Some((_, _, more)), _) => beyond(more),
                    (None, (Some(node), _)) => {
                        let then = said(entry);
                        format!("entry {} of the journal: {then}; now nothing more happens to `{node}`", record.seq)
                    }
                    (None, _) => {
                        let then = said(entry);
                        format!("entry {} of the journal: {then}; now the run does not come to that", record.seq)
                    }
                });
            }
        }
    }
    // What follows on a journal without its end is open.
    more().filter(|_| recording.has_ended()).map(|(_, _, more)| beyond(more))
}

fn beyond(more: &JournalEntry) -> String {
    format!("the recorded run does not have this: {}", said(more))
}

/// A journal, each entry with its place in its line.
struct Lines<'a> {
    entries: Vec<(Line<'a>, usize, &'a JournalEntry)>,
    by_line: BTreeMap<Line<'a>, Vec<&'a JournalEntry>>,
}

// === impl Lines ===

impl<'a> Lines<'a> {
    fn of(records: &'a [JournalRecord]) -> Self {
        let mut lines = Self { entries: Vec::new(), by_line: BTreeMap::new() };
        for JournalRecord { entry, .. } in records {
            let item = match entry {
                JournalEntry::ItemFinished { item, .. } => Some(*item),
                _ => None,
            };
            let line = (entry.node(), item);
            let of_line = lines.by_line.entry(line).or_default();
            lines.entries.push((line, of_line.len(), entry));
            of_line.push(entry);
        }
        lines
    }

    fn get(&self, line: Line<'_>, place: usize) -> Option<&'a JournalEntry> {
        self.by_line.get(&line)?.get(place).copied()
    }
}

/// Whether the same was decided. Times, ids and words of messages do not count.
fn is_same(a: &JournalEntry, b: &JournalEntry) -> bool {
    use JournalEntry as Entry;
    match (a, b) {
        (Entry::ExecutionStarted { input: a, .. }, Entry::ExecutionStarted { input: b, .. }) => a.is_same(b),
        (Entry::NodeFailed { error: a, .. }, Entry::NodeFailed { error: b, .. }) => a.code == b.code,
        (Entry::AttemptStarted { attempt: a, effect: x, .. }, Entry::AttemptStarted { attempt: b, effect: y, .. }) => {
            (a, x) == (b, y)
        }
        (
            Entry::AttemptFinished { attempt: a, outcome: x, .. },
            Entry::AttemptFinished { attempt: b, outcome: y, .. },
        ) => a == b && ends_alike(x, y),
        (
            Entry::ExecutionFinished { status: a, output: x, error: e, .. },
            Entry::ExecutionFinished { status: b, output: y, error: f, .. },
        ) => {
            a == b
                && is_same_output(x.as_ref(), y.as_ref())
                && e.as_ref().map(|error| &error.code) == f.as_ref().map(|error| &error.code)
        }
        (Entry::BlockStarted { input: a, items: x, .. }, Entry::BlockStarted { input: b, items: y, .. }) => {
            a.is_same(b) && x == y
        }
        (Entry::ItemFinished { outcome: a, .. }, Entry::ItemFinished { outcome: b, .. }) => match (a, b) {
            (ItemOutcome::Completed { output: a }, ItemOutcome::Completed { output: b }) => a.is_same(b),
            (ItemOutcome::Failed { error: a }, ItemOutcome::Failed { error: b }) => a.code == b.code,
            _ => false,
        },
        (Entry::SignalReceived { name: a, payload: x, .. }, Entry::SignalReceived { name: b, payload: y, .. }) => {
            a == b && x.is_same(y)
        }
        (Entry::BlockFinished { output: a, .. }, Entry::BlockFinished { output: b, .. }) => a.is_same(b),
        _ => a.kind() == b.kind(),
    }
}

fn is_same_output(a: Option<&Payload>, b: Option<&Payload>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.is_same(b),
        (a, b) => a.is_none() && b.is_none(),
    }
}

fn ends_alike(a: &AttemptOutcome, b: &AttemptOutcome) -> bool {
    use AttemptOutcome as Outcome;
    match (a, b) {
        (Outcome::Completed { output: a, .. }, Outcome::Completed { output: b, .. }) => a.is_same(b),
        (Outcome::CompletesAt { until: a, output: x }, Outcome::CompletesAt { until: b, output: y }) => {
            a == b && x.is_same(y)
        }
        (Outcome::Routed { port: a, output: x }, Outcome::Routed { port: b, output: y }) => a == b && x.is_same(y),
        (Outcome::Paused { wake: a, state: x }, Outcome::Paused { wake: b, state: y }) => a == b && x.is_same(y),
        (Outcome::Retry { error: a, .. }, Outcome::Retry { error: b, .. })
        | (Outcome::Failed { error: a }, Outcome::Failed { error: b }) => a.code == b.code,
        (Outcome::Cancelled, Outcome::Cancelled) => true,
        _ => false,
    }
}

/// An entry in words.
fn said(entry: &JournalEntry) -> String {
    use JournalEntry as Entry;
    match entry {
        Entry::ExecutionStarted { input, .. } => format!("the run begins with {}", shown(input)),
        Entry::NodeSkipped { node, .. } => format!("`{node}` is skipped"),
        Entry::NodeFailed { node, error, .. } => format!("`{node}` cannot run: {error} [{}]", error.code),
        Entry::AttemptStarted { node, attempt, effect, .. } => {
            format!("`{node}` begins attempt {attempt} ({effect})")
        }
        Entry::AttemptFinished { node, attempt, outcome, .. } => {
            let end = match outcome {
                AttemptOutcome::Completed { output, .. } => format!("completes with {}", shown(output)),
                AttemptOutcome::CompletesAt { until, output } => {
                    format!("completes at {until} with {}", shown(output))
                }
                AttemptOutcome::Routed { port, output } => format!("leaves by `{port}` with {}", shown(output)),
                AttemptOutcome::Paused { state, .. } => format!("pauses with {}", shown(state)),
                AttemptOutcome::Retry { error, .. } => {
                    format!("fails and is to be repeated: {error} [{}]", error.code)
                }
                AttemptOutcome::Failed { error } => format!("fails for good: {error} [{}]", error.code),
                AttemptOutcome::Cancelled => "is cancelled".to_owned(),
            };
            format!("attempt {attempt} of `{node}` {end}")
        }
        Entry::BlockStarted { node, items: Some(items), .. } => format!("`{node}` begins with {items} items"),
        Entry::BlockStarted { node, input, .. } => format!("`{node}` begins with {}", shown(input)),
        Entry::ItemFinished { node, item, outcome, .. } => match outcome {
            ItemOutcome::Completed { output } => format!("item {item} of `{node}` completes with {}", shown(output)),
            ItemOutcome::Failed { error } => format!("item {item} of `{node}` fails: {error} [{}]", error.code),
        },
        Entry::BlockFinished { node, output, .. } => format!("`{node}` completes with {}", shown(output)),
        Entry::TimerFired { node, .. } => format!("`{node}` has waited long enough"),
        Entry::NodeInDoubt { node, .. } => format!("`{node}` is in doubt"),
        Entry::NodeResolved { node, .. } => format!("somebody decides about `{node}`"),
        Entry::SignalReceived { name, payload, .. } => format!("the signal `{name}` comes with {}", shown(payload)),
        Entry::CancelRequested { .. } => "somebody cancels the run".to_owned(),
        Entry::DeadLettered { claims, .. } => format!("it is left as a dead letter after {claims} claims"),
        Entry::ExecutionFinished { status, output, error, .. } => {
            let output = output.as_ref().map(|output| format!(" with {}", shown(output))).unwrap_or_default();
            let error = error.as_ref().map(|error| format!(": {error} [{}]", error.code)).unwrap_or_default();
            format!("the run ends {status}{output}{error}")
        }
    }
}

fn shown(payload: &Payload) -> String {
    match payload {
        Payload::Inline(value) => value.to_string(),
        Payload::Blob(blob) => format!("<{} bytes>", blob.size),
    }
}
