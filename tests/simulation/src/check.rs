//! What must hold whatever went wrong.

use nebula_ports::model::{ExecutionStatus, JournalEntry, JournalRecord, Payload};

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
