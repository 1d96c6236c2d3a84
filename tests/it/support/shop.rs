//! The outside world: a service that counts what it is asked and what it does, and knows idempotency keys.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};

use super::{Answer, Request, Server};

/// What came of one address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Requests that came whole.
    pub(crate) calls: usize,
    /// How often something happened, by key; without a key each call has an effect.
    pub(crate) effects: BTreeMap<String, usize>,
}

/// A service of one scenario.
#[derive(Debug)]
pub(crate) struct Shop {
    pub(crate) server: Server,
    tallies: Arc<Mutex<BTreeMap<String, Tally>>>,
}

// === impl Shop ===

impl Shop {
    pub(crate) fn open() -> Self {
        let tallies = Arc::new(Mutex::new(BTreeMap::<String, Tally>::new()));
        let server = Server::start({
            let tallies = Arc::clone(&tallies);
            move |request| {
                let name = request.path.trim_start_matches('/').to_owned();
                let mut tallies = tallies.lock().unwrap();
                let tally = tallies.entry(name.clone()).or_default();
                tally.calls += 1;
                let effects = tally.effects.entry(key(request)).or_default();
                // A key that was seen has no further effect; reading has none at all.
                if request.method != "GET" && (*effects == 0 || key(request).is_empty()) {
                    *effects += 1;
                }
                if name == "refused" { Answer::refused() } else { Answer::ok(receipt(&name)) }
            }
        });
        Self { server, tallies }
    }

    /// Idempotent steps: one key each, and whatever was asked again with it had no second effect.
    pub(crate) fn did_once_with_one_key(&self, names: &[&str]) {
        for name in names {
            let tally = self.tally(name);
            assert_eq!(tally.effects.len(), 1, "{name} was asked with one key: {tally:?}");
            assert!(tally.effects.values().all(|effects| *effects == 1), "{name}: {tally:?}");
            assert!((1..=2).contains(&tally.calls), "{name} is repeated at most once: {tally:?}");
        }
    }

    /// Steps that must not be repeated.
    pub(crate) fn was_asked_once(&self, names: &[&str]) {
        for name in names {
            assert_eq!(self.tally(name).calls, 1, "{name} is never repeated");
        }
    }

    pub(crate) fn tally(&self, name: &str) -> Tally {
        self.tallies.lock().unwrap().get(name).cloned().unwrap_or_default()
    }

    /// The result of the node that asks `name`, as somebody would write it down who has found out that it worked.
    pub(crate) fn result(name: &str) -> Value {
        json!({ "status": 200, "headers": {}, "body": receipt(name) })
    }
}

/// What the node at this address asks for: `charge` itself, and `charge-1` in the second item of a loop.
pub(crate) fn path_of(address: &str) -> String {
    let (around, node) = address.rsplit_once('/').unwrap_or(("", address));
    match around.rsplit_once('[') {
        Some((_, index)) => format!("{node}-{}", index.trim_end_matches(']')),
        None => node.to_owned(),
    }
}

fn receipt(name: &str) -> Value {
    json!({ "receipt": format!("{name}-1") })
}

/// What tells two calls apart: the key that was sent, or what a `PUT` puts.
fn key(request: &Request) -> String {
    if request.method == "PUT" {
        return format!("put {}", String::from_utf8_lossy(&request.body));
    }
    request.headers.get("idempotency-key").cloned().unwrap_or_default()
}
