//! Who starts executions, sends signals and cancels: tries again, with the same key, until it is told.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use nebula_ports::model::{ExecutionId, Grants, Request, SignalName, StartKey};
use nebula_runtime::engine::{StartRequest, Started};
use nebula_sdk::prelude::json;

use crate::{cluster::Cluster, schedule::OUTSIDE};

/// Executions of one run.
const EXECUTIONS: i64 = 4;

/// What was started, by its number. Clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Client(Arc<Mutex<BTreeMap<i64, Known>>>);

/// An execution as its client knows it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    pub(crate) id: ExecutionId,
    /// Whether a cancellation may have come through.
    pub(crate) is_cancelled: bool,
}

// === impl Client ===

impl Client {
    /// Begins to start all of them, each at its own time.
    pub(crate) fn begin(cluster: &Cluster) -> Self {
        let client = Self::default();
        for number in 0..EXECUTIONS {
            let (client, cluster) = (client.clone(), cluster.clone());
            cluster.schedule.clone().spawn(OUTSIDE, async move {
                let wait = cluster.chance.between(Duration::ZERO, Duration::from_mins(4));
                cluster.sleep(wait).await;
                client.start(&cluster, number).await;
                client.ask(&cluster, number).await;
            });
        }
        client
    }

    pub(crate) fn known(&self) -> BTreeMap<i64, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn has_started_all(&self) -> bool {
        self.known().len() == usize::try_from(EXECUTIONS).unwrap_or(0)
    }

    fn know(&self, number: i64, known: Known) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(number, known);
    }

    async fn start(&self, cluster: &Cluster, number: i64) {
        let once_more = cluster.chance.one_in(3);
        let mut answers = Vec::new();
        while answers.len() < if once_more { 2 } else { 1 } {
            if let Some(engine) = cluster.any_engine() {
                let request = StartRequest {
                    definition: Arc::clone(&cluster.prepared.definition),
                    plan: Arc::clone(&cluster.prepared.plan),
                    input: json!({ "n": number }),
                    grants: Grants::default(),
                    key: Some(StartKey(format!("key-{number}").into())),
                    trigger: None,
                };
                match engine.start(&cluster.scope, request).await {
                    Ok(Started { id, existing }) => {
                        if existing {
                            cluster.counters.count("execution started twice with its key");
                        }
                        answers.push(id);
                        self.know(number, Known { id, is_cancelled: false });
                    }
                    Err(_) => cluster.counters.count("start not answered"),
                }
            }
            let pause = cluster.chance.between(Duration::ZERO, Duration::from_secs(10));
            cluster.sleep(pause).await;
        }
        if answers.windows(2).any(|pair| pair[0] != pair[1]) {
            cluster.outside.wrong(format!("one key has started several executions: {answers:?}"));
        }
    }

    /// Sends the signal, or cancels, or does nothing, so that the wait ends by its deadline.
    async fn ask(&self, cluster: &Cluster, number: i64) {
        let Some(known) = self.known().get(&number).copied() else { return };
        let wait = cluster.chance.between(Duration::ZERO, Duration::from_mins(8));
        cluster.sleep(wait).await;
        let request = match cluster.chance.below(6) {
            0 => Request::Cancel { reason: "the simulation".to_owned() },
            1 => return,
            _ => {
                let Ok(name) = SignalName::new("go") else { return };
                Request::Signal { name, payload: json!(number) }
            }
        };
        if matches!(request, Request::Cancel { .. }) {
            // Before it is asked: the answer may be lost.
            self.know(number, Known { is_cancelled: true, ..known });
        }
        if cluster.chance.one_in(2) {
            // As another program would that knows the store alone: no engine is told, no hint is left.
            cluster.counters.count("signal sent past every engine");
            cluster.outside.ask(known.id, cluster.ids.request_id(), request).await;
            return;
        }
        loop {
            if let Some(engine) = cluster.any_engine()
                && engine.request(&cluster.scope, known.id, request.clone()).await.is_ok()
            {
                cluster.counters.count("signal sent");
                return;
            }
            cluster.sleep(Duration::from_secs(1)).await;
        }
    }
}
