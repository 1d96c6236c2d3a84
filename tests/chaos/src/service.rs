//! The outside world: a service that counts what it is asked and what it does, and knows idempotency keys. It is slow at
//! times and busy at times.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{Json, Router, extract::State, http::StatusCode, routing::post};
use fastrand::Rng;
use tokio::net::TcpListener;

use crate::workflow::{Call, announced};

/// An attempt of a node of an execution.
pub(crate) type Attempt = (String, String, u32);

/// What has happened.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// How often each attempt called.
    pub(crate) calls: BTreeMap<Attempt, usize>,
    /// How often each node of each execution had its effect.
    pub(crate) effects: BTreeMap<(String, String), usize>,
    /// The keys that each node of each execution came with.
    pub(crate) keys: BTreeMap<(String, String), BTreeSet<String>>,
    /// Calls that were turned away.
    pub(crate) busy: usize,
}

/// The service. Clones are the same.
#[derive(Debug, Clone)]
pub(crate) struct Service {
    tally: Arc<Mutex<Tally>>,
    chance: Arc<Mutex<Rng>>,
}

// === impl Service ===

impl Service {
    /// Answers on loopback until the process ends.
    pub(crate) async fn start(seed: u64) -> std::io::Result<(Self, SocketAddr)> {
        let service = Self { tally: Arc::default(), chance: Arc::new(Mutex::new(Rng::with_seed(seed))) };
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let router =
            Router::new().route("/double", post(double)).route("/announce", post(announce)).with_state(service.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok((service, address))
    }

    pub(crate) fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn chance<T>(&self, of: impl FnOnce(&mut Rng) -> T) -> T {
        of(&mut self.chance.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A while: mostly short, now and then long enough for anything to happen meanwhile.
    async fn work(&self) {
        let millis = self.chance(|rng| if rng.u8(..20) == 0 { rng.u64(500..3_000) } else { rng.u64(..40) });
        tokio::time::sleep(Duration::from_millis(millis)).await;
    }

    fn asked(&self, call: &Call) {
        let attempt = (call.execution.clone(), call.node.clone(), call.attempt);
        *self.tally().calls.entry(attempt).or_default() += 1;
    }

    fn does(&self, call: &Call) {
        let node = (call.execution.clone(), call.node.clone());
        let mut tally = self.tally();
        let is_new =
            call.key.as_ref().is_none_or(|key| tally.keys.entry(node.clone()).or_default().insert(key.clone()));
        if is_new {
            *tally.effects.entry(node).or_default() += 1;
        }
    }
}

async fn double(State(service): State<Service>, Json(call): Json<Call>) -> Result<Json<i64>, StatusCode> {
    service.asked(&call);
    service.work().await;
    if service.chance(|rng| rng.u8(..10) == 0) {
        service.tally().busy += 1;
        return Err(StatusCode::SERVICE_UNAVAILABLE);
    }
    service.does(&call);
    service.work().await;
    Ok(Json(call.n * 2))
}

async fn announce(State(service): State<Service>, Json(call): Json<Call>) -> Json<i64> {
    service.asked(&call);
    service.work().await;
    service.does(&call);
    service.work().await;
    Json(announced(call.n))
}
