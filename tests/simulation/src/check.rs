//! What must hold whatever went wrong.

use std::collections::BTreeMap;

use nebula_ports::model::{
    AttemptOutcome, ExecutionStatus, JournalEntry, JournalRecord, NodeAddress, Payload, Resolution,
};

use crate::{
    client::{Client, Known},
    cluster::Cluster,
    workflow,
};

/// Everything that does not hold.
pub(crate) fn check(cluster: &Cluster, client: &Client) -> Vec<String> {
    let mut wrongs = cluster.outside.wrongs();
    for (number, known) in client.known() {
        let journal = cluster.outside.journal(known.id);
        let mut wrong = |what: String| wrongs.push(format!("execution {number}: {what}"));
        shape(&journal, &mut wrong);
        nodes(&journal, &mut wrong);
        end(cluster, number, known, &journal, &mut wrong);
        requests(cluster, known, &journal, &mut wrong);
        for ((id, node), effects) in cluster.outside.effects().iter() {
            if *id != known.id {
                continue;
            }
            if node == "announce" && effects.count > 1 {
                wrong(format!("`{node}` must not be repeated, and had its effect {} times", effects.count));
            }
            if effects.keys.windows(2).any(|keys| keys[0] != keys[1]) {
                wrong(format!("`{node}` was called with several idempotency keys"));
            }
        }
    }
    wrongs
}

/// No gap, a beginning, one end, and nothing of an older claim behind something of a newer one.
fn shape(journal: &[JournalRecord], wrong: &mut impl FnMut(String)) {
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
fn nodes(journal: &[JournalRecord], wrong: &mut impl FnMut(String)) {
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

/// What was accepted is dealt with by the next claim at the latest.
fn requests(cluster: &Cluster, known: Known, journal: &[JournalRecord], wrong: &mut impl FnMut(String)) {
    for accepted in cluster.outside.accepted().into_iter().filter(|accepted| accepted.execution == known.id) {
        let is_recorded = journal.iter().any(|record| match &record.entry {
            JournalEntry::CancelRequested { request, .. } | JournalEntry::SignalReceived { request, .. } => {
                *request == accepted.request
            }
            _ => false,
        });
        if !is_recorded && journal.iter().any(|record| record.fence > accepted.fence) {
            wrong(format!("the request {:?} was accepted, and nothing has come of it", accepted.request));
        }
    }
}

/// The end that it would have come to without any fault.
fn end(cluster: &Cluster, number: i64, known: Known, journal: &[JournalRecord], wrong: &mut impl FnMut(String)) {
    let Some(JournalEntry::ExecutionFinished { status, output, error, .. }) = journal.last().map(|last| &last.entry)
    else {
        return;
    };
    let asked = journal.iter().any(|record| matches!(record.entry, JournalEntry::CancelRequested { .. }));
    match status {
        ExecutionStatus::Completed => {
            cluster.counters.count("execution completed");
            let expected = workflow::output(number);
            let is_expected = matches!(output, Some(Payload::Inline(value)) if **value == expected);
            if !is_expected {
                wrong(format!("it gives {output:?}, and should {expected}"));
            }
        }
        ExecutionStatus::Cancelled if known.is_cancelled && asked => cluster.counters.count("execution cancelled"),
        _ => wrong(format!("it has ended {status}: {error:?}")),
    }
    let waits = journal.iter().any(
        |record| matches!(&record.entry, JournalEntry::AttemptFinished { node, .. } if node.to_string() == "approval"),
    );
    let came = journal.iter().any(|record| matches!(record.entry, JournalEntry::SignalReceived { .. }));
    if waits && !came && *status == ExecutionStatus::Completed {
        cluster.counters.count("wait ended by its deadline");
    }
}
