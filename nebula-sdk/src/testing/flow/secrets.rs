//! Finds secrets where none may be.

use nebula_ports::model::{CredentialName, JournalRecord};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::sandbox::RecordedCall;

/// The first place that shows a secret, in words that do not.
pub(super) fn leak(
    secrets: &[(CredentialName, SecretString)],
    records: &[JournalRecord],
    calls: &[RecordedCall],
    output: Option<&Value>,
) -> Option<String> {
    secrets.iter().find_map(|(name, secret)| {
        let secret = Spellings::of(secret.expose_secret());
        let place = records
            .iter()
            .find(|record| secret.are_in(&serde_json::to_string(&record.entry).unwrap_or_default()))
            .map(|record| match record.entry.node() {
                Some(node) => format!("the journal's entry {} ({} of `{node}`)", record.seq, record.entry.kind()),
                None => format!("the journal's entry {} ({})", record.seq, record.entry.kind()),
            })
            // Large values are in the blob store, and stand in the journal by reference.
            .or_else(|| {
                let shows = |call: &&RecordedCall| {
                    secret.are_in(&call.input.to_string())
                        || matches!(&call.outcome, Some(Ok(value)) if secret.are_in(&value.to_string()))
                };
                calls.iter().find(shows).map(|call| format!("the input or output of `{}`", call.node))
            })
            .or_else(|| {
                output.is_some_and(|output| secret.are_in(&output.to_string())).then(|| "the output".to_owned())
            })?;
        Some(format!("{place} shows the secret of the credential `{name}`"))
    })
}

/// A text as JSON may show it.
struct Spellings {
    plain: String,
    escaped: String,
}

// === impl Spellings ===

impl Spellings {
    fn of(secret: &str) -> Self {
        let quoted = Value::from(secret).to_string();
        Self { plain: secret.to_owned(), escaped: quoted[1..quoted.len() - 1].to_owned() }
    }

    fn are_in(&self, text: &str) -> bool {
        text.contains(&self.plain) || text.contains(&self.escaped)
    }
}
