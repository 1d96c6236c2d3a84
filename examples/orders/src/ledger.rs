//! What the service has done, by endpoint and idempotency key.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde::Serialize;
use serde_json::Value;

/// What came of one key at one endpoint.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Effect {
    /// Such as `/charge`.
    pub endpoint: String,
    /// The caller's key; empty when it sent none.
    pub key: String,
    /// Calls that came, the refused ones included.
    pub calls: u32,
    /// How often something happened.
    pub effects: u32,
}

/// Counts calls and effects, and keeps the answers that are given again.
#[derive(Debug)]
pub(crate) struct Ledger {
    lines: Mutex<BTreeMap<(&'static str, String), Line>>,
    refusals_left: Mutex<u32>,
}

#[derive(Debug, Default)]
struct Line {
    calls: u32,
    effects: u32,
    answer: Option<Value>,
}

// === impl Ledger ===

impl Ledger {
    /// An empty one that lets this many reservations be refused before the first is taken.
    pub(crate) const fn new(refusals: u32) -> Self {
        Self { lines: Mutex::new(BTreeMap::new()), refusals_left: Mutex::new(refusals) }
    }

    /// Whether a reservation is refused, as a busy stock keeper would; the call is counted then.
    pub(crate) fn refuses(&self, endpoint: &'static str, key: &str) -> bool {
        let mut left = lock(&self.refusals_left);
        if *left == 0 {
            return false;
        }
        *left -= 1;
        lock(&self.lines).entry((endpoint, key.to_owned())).or_default().calls += 1;
        true
    }

    /// Does something once for each key, and answers later calls with the same key as the first one.
    pub(crate) fn once(&self, endpoint: &'static str, key: &str, effect: impl FnOnce() -> Value) -> Value {
        let mut lines = lock(&self.lines);
        let line = lines.entry((endpoint, key.to_owned())).or_default();
        line.calls += 1;
        if let Some(answer) = &line.answer {
            return answer.clone();
        }
        let answer = effect();
        line.effects += 1;
        line.answer = Some(answer.clone());
        answer
    }

    /// Does something at each call: nothing tells two calls apart.
    pub(crate) fn always(&self, endpoint: &'static str) {
        let mut lines = lock(&self.lines);
        let line = lines.entry((endpoint, String::new())).or_default();
        line.calls += 1;
        line.effects += 1;
    }

    /// All of it, by endpoint and key.
    pub(crate) fn effects(&self) -> Vec<Effect> {
        let effect = |((endpoint, key), line): (&(&'static str, String), &Line)| Effect {
            endpoint: (*endpoint).to_owned(),
            key: key.clone(),
            calls: line.calls,
            effects: line.effects,
        };
        lock(&self.lines).iter().map(effect).collect()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing panics while a lock is held.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
