//! What must hold afterwards, whatever went wrong: read from the journals and from the service's own book.

use std::collections::BTreeSet;

use futures_util::TryStreamExt as _;
use nebula_blob_fs::FsBlobs;
use nebula_ports::{
    error::Result,
    model::{ExecutionId, ExecutionStatus, JournalEntry, JournalRecord, Payload, Seq},
};
use nebula_runtime::verify::{Stores, verify};
use nebula_simulation::rules;

use crate::{service::Attempt, workflow, world::World};

/// How much was read.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Read {
    pub(crate) executions: usize,
    pub(crate) entries: usize,
    /// Large values.
    pub(crate) values: u64,
    pub(crate) calls: usize,
    /// Calls beyond the first of their node.
    pub(crate) repeated: usize,
}

/// Reads every accepted execution; what does not hold is written down in the world.
pub(crate) async fn check(world: &World, blobs: &FsBlobs) -> Result<Read> {
    let stores = Stores { executions: world.store.as_ref(), workflows: world.workflows.as_ref(), blobs };
    let known: Vec<(i64, ExecutionId)> = world.facts().known.iter().map(|(n, id)| (*n, *id)).collect();
    let mut read = Read::default();
    let mut started: BTreeSet<Attempt> = BTreeSet::new();
    for (n, id) in known {
        let mut wrong = |what: String| world.wrong(format!("execution {n} ({id}): {what}"));
        let Some(record) = world.store.get(&world.scope, id).await? else {
            wrong("it was accepted, and is not there".to_owned());
            continue;
        };
        let journal: Vec<_> = world.store.journal(&world.scope, id, Seq(0)).try_collect().await?;
        read.executions += 1;
        read.entries += journal.len();
        if record.seq.0 != journal.len() as u64 {
            wrong(format!("its row ends at {}, its journal has {} entries", record.seq, journal.len()));
        }
        if !record.status.is_terminal() {
            wrong(format!("it has not ended: {}, waiting for {:?}", record.status, record.waiting_for));
            continue;
        }
        // The chain, the definition, and every large value.
        let verified = verify(stores, &world.scope, id).await?;
        read.values += verified.values;
        verified.findings.into_iter().for_each(|finding| wrong(finding.message));
        rules::shape(&journal, &mut wrong);
        rules::nodes(&journal, &mut wrong);
        end(world, n, id, &journal, &mut wrong);
        for entry in &journal {
            if let JournalEntry::AttemptStarted { node, attempt, .. } = &entry.entry {
                started.insert((id.to_string(), node.to_string(), *attempt));
            }
        }
    }
    outside(world, &started, &mut read);
    Ok(read)
}

/// The end that it would have come to without any fault.
fn end(world: &World, n: i64, id: ExecutionId, journal: &[JournalRecord], wrong: &mut impl FnMut(String)) {
    match journal.last().map(|last| &last.entry) {
        Some(JournalEntry::ExecutionFinished { status: ExecutionStatus::Completed, output, .. }) => {
            let expected = workflow::output(n);
            if !matches!(output, Some(Payload::Inline(value)) if **value == expected) {
                wrong(format!("it gives {output:?}, and should {expected}"));
            }
        }
        Some(JournalEntry::ExecutionFinished { status, error, .. }) => {
            wrong(format!("it has ended {status}: {error:?}"));
        }
        _ => {}
    }
    let came = journal.iter().any(|record| matches!(record.entry, JournalEntry::SignalReceived { .. }));
    if came {
        world.count("signal recorded");
    } else if world.facts().signalled.contains(&id) {
        // It may come while the last commit is being written, and is then accepted by an execution that ends.
        world.count("signal accepted as the execution ended");
    }
}

/// What the service saw: every call is journaled, and nothing had more effects than its class allows.
fn outside(world: &World, started: &BTreeSet<Attempt>, read: &mut Read) {
    let tally = world.service.tally();
    let mut nodes = BTreeSet::new();
    for (attempt, calls) in &tally.calls {
        let (execution, node, number) = attempt;
        read.calls += calls;
        if !nodes.insert((execution.clone(), node.clone())) {
            read.repeated += 1;
        }
        if *calls > 1 {
            world.wrong(format!("attempt {number} of `{node}` of {execution} called {calls} times"));
        }
        if !started.contains(attempt) {
            world.wrong(format!("attempt {number} of `{node}` of {execution} called, and no journal has it"));
        }
    }
    for ((execution, node), effects) in &tally.effects {
        if *effects > 1 {
            world.wrong(format!("`{node}` of {execution} had its effect {effects} times"));
        }
    }
    for ((execution, node), keys) in &tally.keys {
        if keys.len() > 1 {
            world.wrong(format!("`{node}` of {execution} came with {} keys", keys.len()));
        }
    }
}
