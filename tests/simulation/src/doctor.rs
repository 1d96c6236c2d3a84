//! Somebody who looks after nodes in doubt: sees what happened outside, and decides.

use std::{collections::BTreeMap, time::Duration};

use nebula_ports::{
    clock::Clock as _,
    model::{ExecutionId, ExecutionStatus, JournalEntry, NodeAddress, Request, Resolution},
    time::Timestamp,
};
use nebula_sdk::prelude::json;

use crate::{client::Client, cluster::Cluster, schedule::OUTSIDE, workflow};

/// Nobody who looks sooner knows whether a worker that seems dead is still at it.
const PATIENCE: Duration = Duration::from_mins(5);

pub(crate) fn begin(cluster: &Cluster, client: &Client) {
    let (cluster, client) = (cluster.clone(), client.clone());
    cluster.schedule.clone().spawn(OUTSIDE, async move {
        let mut seen: BTreeMap<(ExecutionId, NodeAddress), Timestamp> = BTreeMap::new();
        loop {
            cluster.sleep(Duration::from_secs(30)).await;
            for (number, known) in client.known() {
                revive(&cluster, known.id).await;
                for node in in_doubt(&cluster, known.id) {
                    let now = cluster.clock.now();
                    let since = *seen.entry((known.id, node.clone())).or_insert(now);
                    // A frozen worker may have its effect yet.
                    if now.since(since) < PATIENCE || cluster.schedule.any_frozen() {
                        continue;
                    }
                    let resolution = if cluster.outside.count(known.id, &node.to_string()) == 0 {
                        cluster.counters.count("node in doubt, retried by hand");
                        Resolution::Retry
                    } else {
                        cluster.counters.count("node in doubt, completed by hand");
                        Resolution::Completed { output: json!(workflow::announced(number)), port: None }
                    };
                    seen.remove(&(known.id, node.clone()));
                    let request = Request::Resolve { node, resolution };
                    let _ = cluster.store.request(&cluster.scope, known.id, cluster.ids.request_id(), request).await;
                }
            }
        }
    });
}

/// Has a dead letter taken up again, sooner or later: what ended the workers may be gone.
async fn revive(cluster: &Cluster, id: ExecutionId) {
    let record = cluster.store.get(&cluster.scope, id).await;
    let is_dead = matches!(record, Ok(Some(record)) if record.status == ExecutionStatus::DeadLetter);
    if !is_dead || !cluster.chance.one_in(4) {
        return;
    }
    let Some((process, engine)) = cluster.any_living() else { return };
    let cluster = cluster.clone();
    // In that process: it may end of it, and what is asked of it then has no answer.
    cluster.schedule.clone().spawn(process, async move {
        if engine.resume(&cluster.scope, id).await.is_ok() {
            cluster.counters.count("dead letter taken up again");
        }
    });
}

fn in_doubt(cluster: &Cluster, id: ExecutionId) -> Vec<NodeAddress> {
    let mut doubts = Vec::new();
    for record in cluster.outside.journal(id) {
        match record.entry {
            JournalEntry::NodeInDoubt { node, .. } => doubts.push(node),
            JournalEntry::NodeResolved { node, .. } => doubts.retain(|other| *other != node),
            JournalEntry::ExecutionFinished { .. } => doubts.clear(),
            _ => {}
        }
    }
    doubts
}
