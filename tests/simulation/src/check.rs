//! What must hold whatever went wrong.

use nebula_ports::model::{ExecutionStatus, Fence, JournalEntry, JournalRecord, Payload};
use nebula_runtime::engine::EngineConfig;

use crate::{
    client::{Client, Known},
    cluster::Cluster,
    rules::{nodes, shape},
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
        dead_letters(cluster, &journal, &mut wrong);
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

/// An execution is put away when it was claimed again and again with nothing coming of it, and not before.
fn dead_letters(cluster: &Cluster, journal: &[JournalRecord], wrong: &mut impl FnMut(String)) {
    let mut last = Fence(0);
    for record in journal {
        if let JournalEntry::DeadLettered { claims, .. } = record.entry {
            cluster.counters.count("dead letter");
            let most = EngineConfig::default().max_claims_without_progress;
            if claims < most || record.fence.0 - last.0 <= u64::from(most) {
                wrong(format!(
                    "entry {}: it was put away under claim {} after {claims} claims, though something came of claim {last}",
                    record.seq, record.fence
                ));
            }
        }
        if record.entry.is_progress() {
            last = record.fence;
        }
    }
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
        if !is_recorded && !ended_unread(journal) && journal.iter().any(|record| record.fence > accepted.fence) {
            wrong(format!("the request {:?} was accepted, and nothing has come of it", accepted.request));
        }
    }
}

/// Whether it was cancelled by a worker that did not take it up, as it had ended too many: nothing else was looked at.
fn ended_unread(journal: &[JournalRecord]) -> bool {
    let [.., before, cancel, end] = journal else { return false };
    matches!(cancel.entry, JournalEntry::CancelRequested { .. })
        && before.fence < cancel.fence
        && cancel.fence == end.fence
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
