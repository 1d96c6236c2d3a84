//! Somebody who looks after nodes in doubt, asks the service what has happened, and decides; and who takes up dead letters
//! again: nothing is wrong with them.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use futures_util::TryStreamExt as _;
use nebula_ports::{
    error::Result,
    execution_repo::ExecutionFilter,
    model::{ExecutionId, ExecutionRecord, ExecutionStatus, JournalEntry, NodeAddress, Resolution, Seq},
};
use serde_json::json;

use crate::{
    talk::Order,
    workflow,
    world::{World, sleep},
};

/// Longer than any freeze, and any call of the service: whoever was at it has had its effect, or will have none.
const PATIENCE: Duration = Duration::from_secs(12);
/// Executions looked at in one go.
const PAGE: usize = 1_000;

/// Looks until it is dropped.
pub(crate) async fn look(world: World) {
    let mut chance = world.chance(5);
    let mut seen: BTreeMap<(ExecutionId, NodeAddress), Instant> = BTreeMap::new();
    loop {
        sleep(1_000).await;
        // A store that is away now is asked again.
        let Ok(doubts) = doubts(&world).await else { continue };
        seen.retain(|doubt, _| doubts.contains_key(doubt));
        for (doubt, n) in doubts {
            let since = *seen.entry(doubt.clone()).or_insert_with(Instant::now);
            if since.elapsed() < PATIENCE {
                continue;
            }
            let (execution, node) = doubt.clone();
            let effect = (execution.to_string(), node.to_string());
            let resolution = if world.service.tally().effects.contains_key(&effect) {
                world.count("node in doubt, completed by hand");
                Resolution::Completed { output: json!(workflow::announced(n)), port: None }
            } else {
                world.count("node in doubt, retried by hand");
                Resolution::Retry
            };
            seen.remove(&doubt);
            world.crew.tell(chance.usize(..world.crew.size()), &Order::Resolve { execution, node, resolution });
        }
    }
}

/// Every node in doubt, with the number its execution was started with. Notes how many executions are open.
async fn doubts(world: &World) -> Result<BTreeMap<(ExecutionId, NodeAddress), i64>> {
    let numbers: BTreeMap<ExecutionId, i64> = world.facts().known.iter().map(|(n, id)| (*id, *n)).collect();
    let open = open(world).await?;
    world.facts().open = open.len();
    let mut doubts = BTreeMap::new();
    for record in open {
        if record.status == ExecutionStatus::DeadLetter {
            world.count("dead letter taken up again by hand");
            world.crew.tell(fastrand::usize(..world.crew.size()), &Order::Resume { execution: record.id });
        }
        let stands = record.status == ExecutionStatus::Waiting && record.wake_at.is_none() && record.holder.is_none();
        let Some(n) = numbers.get(&record.id).filter(|_| stands) else { continue };
        let journal: Vec<_> = world.store.journal(&world.scope, record.id, Seq(0)).try_collect().await?;
        for entry in journal {
            match entry.entry {
                JournalEntry::NodeInDoubt { node, .. } => drop(doubts.insert((record.id, node), *n)),
                JournalEntry::NodeResolved { node, .. } => drop(doubts.remove(&(record.id, node))),
                _ => {}
            }
        }
    }
    Ok(doubts)
}

/// Every execution that has not ended.
pub(crate) async fn open(world: &World) -> Result<Vec<ExecutionRecord>> {
    let mut open = Vec::new();
    for status in [
        ExecutionStatus::Pending,
        ExecutionStatus::Running,
        ExecutionStatus::Waiting,
        ExecutionStatus::Cancelling,
        ExecutionStatus::DeadLetter,
    ] {
        let filter = ExecutionFilter { status: Some(status), limit: PAGE, ..ExecutionFilter::default() };
        open.extend(world.store.list(&world.scope, &filter).await?);
    }
    Ok(open)
}
