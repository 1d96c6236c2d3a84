//! What goes wrong with processes, and how long it does.

use std::{sync::atomic::Ordering, time::Duration};

use crate::{
    client::Client,
    cluster::Cluster,
    schedule::{OUTSIDE, ProcessId},
};

/// Processes at one time, when all are there.
const PROCESSES: usize = 3;
/// From when on nothing goes wrong any more.
const CALM_AFTER: Duration = Duration::from_mins(25);
/// A process dies after this many steps, on average.
const STEPS_BETWEEN_DEATHS: u32 = 4_000;

/// Starts the processes, and lets things go wrong until it is calm.
pub(crate) fn begin(cluster: &Cluster) {
    for _ in 0..PROCESSES {
        cluster.boot();
    }
    let calm = cluster.clone();
    cluster.schedule.spawn(OUTSIDE, async move {
        calm.sleep(CALM_AFTER).await;
        calm.is_calm.store(true, Ordering::SeqCst);
    });
    let cluster = cluster.clone();
    cluster.schedule.clone().spawn(OUTSIDE, async move {
        while !cluster.is_calm() {
            let pause = cluster.chance.between(Duration::ZERO, Duration::from_secs(50));
            cluster.sleep(pause).await;
            if let Some(process) = cluster.any_process() {
                strike(&cluster, process);
            }
        }
    });
}

/// Makes one of the executions end whatever process folds its journal, for a while.
pub(crate) fn begin_poison(cluster: &Cluster, client: &Client) {
    if cluster.chance.one_in(2) {
        return;
    }
    let (cluster, client) = (cluster.clone(), client.clone());
    cluster.schedule.clone().spawn(OUTSIDE, async move {
        cluster.sleep(cluster.chance.between(Duration::ZERO, Duration::from_mins(6))).await;
        let known: Vec<_> = client.known().into_values().collect();
        if known.is_empty() || cluster.is_calm() {
            return;
        }
        cluster.poison.set(Some(known[cluster.chance.below(known.len())].id));
        cluster.sleep(cluster.chance.between(Duration::from_mins(2), Duration::from_mins(15))).await;
        cluster.poison.set(None);
    });
}

/// After a step of a process: it may have been its last.
pub(crate) fn after_step(cluster: &Cluster, process: ProcessId) {
    if cluster.is_doomed(process) {
        cluster.counters.count("process ended by what it took up");
        crash(cluster, process);
        return;
    }
    if process != OUTSIDE && !cluster.is_calm() && cluster.chance.one_in(STEPS_BETWEEN_DEATHS) {
        cluster.counters.count("process crashed between two steps");
        crash(cluster, process);
    }
}

fn strike(cluster: &Cluster, process: ProcessId) {
    match cluster.chance.below(3) {
        0 => {
            cluster.counters.count("process crashed");
            crash(cluster, process);
        }
        1 => {
            cluster.counters.count("process frozen");
            cluster.schedule.freeze(process);
            later(cluster, Duration::from_secs(100), move |cluster| cluster.schedule.thaw(process));
        }
        _ => {
            cluster.counters.count("process cut off");
            cluster.cut(process, true);
            later(cluster, Duration::from_secs(100), move |cluster| cluster.cut(process, false));
        }
    }
}

fn crash(cluster: &Cluster, process: ProcessId) {
    if !cluster.is_living(process) {
        return;
    }
    cluster.kill(process);
    later(cluster, Duration::from_secs(40), |cluster| {
        cluster.boot();
    });
}

/// Does something after a while, at most this one.
fn later(cluster: &Cluster, most: Duration, act: impl FnOnce(&Cluster) + Send + 'static) {
    let wait = cluster.chance.between(Duration::ZERO, most);
    let cluster = cluster.clone();
    cluster.schedule.clone().spawn(OUTSIDE, async move {
        cluster.sleep(wait).await;
        act(&cluster);
    });
}
