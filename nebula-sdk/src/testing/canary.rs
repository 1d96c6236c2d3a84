//! Secrets that sing: where a text shows one of them, in whatever spelling, a test fails.

use nebula_ports::model::CredentialName;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::Credential;

/// Shortest text that cannot be taken for something else.
pub(super) const SHORTEST: usize = 8;
/// The one part of a stored credential that is meant to be seen: the name of `basic`.
const SEEN: &str = "username";
/// Makes a canary unlike any other text.
const SONG: &str = "b7d4f1a92c";

/// The secrets of a test, in all spellings.
#[derive(Default)]
pub(super) struct Canaries(Vec<(CredentialName, Spellings)>);

/// One secret as texts may show it.
struct Spellings {
    /// In lower case: to be found in any.
    any_case: Vec<String>,
    /// As they are.
    exact: Vec<String>,
}

// === impl Canaries ===

impl Canaries {
    pub(super) fn new<'a>(secrets: impl IntoIterator<Item = &'a (CredentialName, SecretString)>) -> Self {
        let mut all = Vec::new();
        for (name, secret) in secrets {
            for part in parts(secret.expose_secret()) {
                all.push((name.clone(), Spellings::of(&part)));
            }
        }
        Self(all)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The credential whose secret the text shows.
    pub(super) fn find(&self, text: &str) -> Option<&CredentialName> {
        if self.is_empty() {
            return None;
        }
        let lower = text.to_lowercase();
        let shows = |spellings: &Spellings| {
            spellings.any_case.iter().any(|spelling| lower.contains(spelling))
                || spellings.exact.iter().any(|spelling| text.contains(spelling))
        };
        self.0.iter().find(|(_, spellings)| shows(spellings)).map(|(name, _)| name)
    }
}

/// The secret whole, and the texts of one that is a JSON object.
fn parts(secret: &str) -> Vec<String> {
    let mut parts = vec![secret.to_owned()];
    if let Ok(Value::Object(fields)) = serde_json::from_str(secret) {
        let texts = fields.into_iter().filter(|(name, _)| name != SEEN);
        parts.extend(texts.filter_map(|(_, value)| match value {
            Value::String(text) if text.chars().count() >= SHORTEST => Some(text),
            _ => None,
        }));
    }
    parts
}

impl std::fmt::Debug for Canaries {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

// === impl Spellings ===

impl Spellings {
    fn of(secret: &str) -> Self {
        let escaped = escaped(secret);
        let percent = percent(secret);
        let mut any_case = vec![
            secret.to_owned(),
            secret.chars().rev().collect(),
            hex(secret),
            percent.replace("%20", "+"),
            percent,
            self::escaped(&escaped),
            escaped,
        ];
        for spelling in &mut any_case {
            *spelling = spelling.to_lowercase();
        }
        any_case.sort();
        any_case.dedup();
        let standard = (0..3).map(|before| base64(before, secret.as_bytes()));
        let exact = standard.flat_map(|text| [text.replace('+', "-").replace('/', "_"), text]).collect();
        Self { any_case, exact }
    }
}

/// As inside of a JSON text.
fn escaped(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// As in an address.
fn percent(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02x}"));
        }
    }
    out
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// The characters of Base64 that the bytes alone decide, when so many others stand before them (modulo three), and any
/// behind.
fn base64(before: usize, bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let padded: Vec<u8> = std::iter::repeat_n(0, before).chain(bytes.iter().copied()).collect();
    let bit = |at: usize| (padded[at / 8] >> (7 - at % 8)) & 1;
    let (first, last) = ((before * 8).div_ceil(6), padded.len() * 8 / 6);
    (first..last)
        .map(|place| (0..6).fold(0, |digit, at| digit << 1 | bit(place * 6 + at)))
        .map(|digit| char::from(ALPHABET[usize::from(digit)]))
        .collect()
}

/// A secret of the form that a kind of credential has, with canaries for texts.
pub(crate) fn canary<T: Credential>(slot: &str) -> SecretString {
    let song = |part: &str| format!("canary-{part}-{SONG}");
    let fake = T::fake_secret();
    let candidate = match serde_json::from_str(fake.expose_secret()) {
        Ok(Value::Object(mut fields)) => {
            for (name, value) in &mut fields {
                *value = song(name).into();
            }
            Value::Object(fields).to_string()
        }
        _ => song(slot),
    };
    let candidate = SecretString::from(candidate);
    if T::from_secret(candidate.clone()).is_ok() { candidate } else { fake }
}

#[cfg(test)]
mod tests;
