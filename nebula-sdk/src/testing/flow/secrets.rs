//! Finds secrets where none may be.

use nebula_ports::model::{Failure, JournalRecord};
use serde_json::Value;

use super::sandbox::RecordedCall;
use crate::testing::{Denied, canary::Canaries};

/// Everything that people may come to see of a run.
pub(super) struct Seen<'a> {
    pub(super) records: &'a [JournalRecord],
    pub(super) calls: &'a [RecordedCall],
    pub(super) denied: &'a [Denied],
    pub(super) output: Option<&'a Value>,
    pub(super) error: Option<&'a Failure>,
}

/// The first place that shows a secret, in words that do not.
pub(super) fn leak(canaries: &Canaries, seen: &Seen<'_>) -> Option<String> {
    if canaries.is_empty() {
        return None;
    }
    let found = |place: String, text: &str| {
        let name = canaries.find(text)?;
        Some(format!("{place} shows the secret of the credential `{name}`"))
    };
    let failed = |failure: &Failure| serde_json::to_string(failure).unwrap_or_default();
    let journal = seen.records.iter().find_map(|record| {
        let place = match record.entry.node() {
            Some(node) => format!("the journal's entry {} ({} of `{node}`)", record.seq, record.entry.kind()),
            None => format!("the journal's entry {} ({})", record.seq, record.entry.kind()),
        };
        found(place, &serde_json::to_string(&record.entry).unwrap_or_default())
    });
    // Large values are in the blob store, and stand in the journal by reference.
    let calls = || {
        seen.calls.iter().find_map(|call| {
            let outcome = match &call.outcome {
                Some(Ok(value)) => value.to_string(),
                Some(Err(failure)) => failed(failure),
                None => String::new(),
            };
            found(format!("the input of `{}`", call.node), &call.input.to_string())
                .or_else(|| found(format!("what `{}` gave back", call.node), &outcome))
        })
    };
    let denied = || {
        seen.denied.iter().find_map(|denied| {
            let place = format!("what `{}` wanted to send without the grant `{}`", denied.node, denied.grant);
            found(place, &denied.carried)
        })
    };
    journal
        .or_else(calls)
        .or_else(denied)
        .or_else(|| found("the output".to_owned(), &seen.output?.to_string()))
        .or_else(|| found("the failure of the run".to_owned(), &failed(seen.error?)))
}
