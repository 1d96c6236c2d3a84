//! What holds for every journal, whatever went wrong while it was written.

use std::collections::BTreeMap;

use nebula_ports::model::{AttemptOutcome, JournalEntry, JournalRecord, NodeAddress, Resolution};

/// No gap, a beginning, one end, and nothing of an older claim behind something of a newer one.
pub fn shape(journal: &[JournalRecord], wrong: &mut impl FnMut(String)) {
    for (seq, record) in (1_u64..).zip(journal) {
        if record.seq.0 != seq {
            return wrong(format!("entry {} stands at place {seq}", record.seq));
        }
    }
    for pair in journal.windows(2) {
        if pair[1].fence < pair[0].fence {
            wrong(format!("entry {} was written under an older claim than the one before it", pair[1].seq));
        }
    }
    let is_start = |record: &JournalRecord| matches!(record.entry, JournalEntry::ExecutionStarted { .. });
    let is_end = |record: &JournalRecord| matches!(record.entry, JournalEntry::ExecutionFinished { .. });
    if !journal.first().is_some_and(is_start) || journal.iter().filter(|record| is_start(record)).count() != 1 {
        wrong("it does not begin with its start, once".to_owned());
    }
    if !journal.last().is_some_and(is_end) || journal.iter().filter(|record| is_end(record)).count() != 1 {
        wrong("it does not end with its end, once".to_owned());
    }
}

/// Each node ends once, and its attempts follow each other.
pub fn nodes(journal: &[JournalRecord], wrong: &mut impl FnMut(String)) {
    let mut attempts: BTreeMap<&NodeAddress, u32> = BTreeMap::new();
    let mut ends: BTreeMap<&NodeAddress, usize> = BTreeMap::new();
    for record in journal {
        match &record.entry {
            JournalEntry::AttemptStarted { node, attempt, .. } => {
                let last = attempts.insert(node, *attempt).unwrap_or(0);
                if *attempt != last + 1 {
                    wrong(format!("attempt {attempt} of `{node}` follows attempt {last}"));
                }
                if ends.contains_key(node) {
                    wrong(format!("`{node}` begins after its end"));
                }
            }
            JournalEntry::AttemptFinished {
                node,
                outcome:
                    AttemptOutcome::Completed { .. } | AttemptOutcome::Routed { .. } | AttemptOutcome::Failed { .. },
                ..
            } => *ends.entry(node).or_default() += 1,
            JournalEntry::TimerFired { node, .. } if !is_step(journal, node) => *ends.entry(node).or_default() += 1,
            JournalEntry::NodeFailed { node, .. } | JournalEntry::BlockFinished { node, .. } => {
                *ends.entry(node).or_default() += 1;
            }
            JournalEntry::NodeResolved {
                node,
                resolution: Resolution::Completed { .. } | Resolution::Failed { .. },
                ..
            } => *ends.entry(node).or_default() += 1,
            _ => {}
        }
    }
    for (node, count) in ends {
        if count > 1 {
            wrong(format!("`{node}` ends {count} times"));
        }
    }
}

/// Whether the node's timer begins a next step, and does not end it.
fn is_step(journal: &[JournalRecord], of: &NodeAddress) -> bool {
    journal.iter().any(|record| {
        matches!(&record.entry, JournalEntry::AttemptFinished { node, outcome: AttemptOutcome::Paused { .. }, .. } if node == of)
    })
}
