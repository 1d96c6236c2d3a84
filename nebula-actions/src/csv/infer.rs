//! What the texts of a column stand for.

use nebula_sdk::prelude::*;
use serde_json::{Number, Value};

/// What values become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Parameters)]
#[serde(rename_all = "snake_case")]
pub enum Types {
    /// A column of numbers only becomes numbers, one of `true` and `false` only becomes booleans, empty values become null;
    /// every other column stays text.
    Infer,
    /// Every value stays text.
    Text,
}

/// What may still be true of a column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    numbers: bool,
    booleans: bool,
    infer: bool,
}

// === impl Column ===

impl Column {
    pub(super) fn new(types: Types) -> Self {
        let infer = types == Types::Infer;
        Self { numbers: infer, booleans: infer, infer }
    }

    /// Looks at one more value.
    pub(super) fn see(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.numbers = self.numbers && number(text).is_some();
        self.booleans = self.booleans && matches!(text, "true" | "false");
    }

    /// The value of a text that was seen.
    pub(super) fn value(self, text: &str) -> Value {
        if self.infer && text.is_empty() {
            return Value::Null;
        }
        if self.booleans {
            return (text == "true").into();
        }
        match self.numbers.then(|| number(text)).flatten() {
            Some(number) => number.into(),
            None => text.into(),
        }
    }
}

/// A number as JSON has it, so neither `007` nor `+1`: such texts are codes, not quantities. A whole number that does not
/// fit into 64 bits stays text, because a double would change its digits.
fn number(text: &str) -> Option<Number> {
    let bytes = text.as_bytes();
    if !(matches!(bytes.first(), Some(b'-' | b'0'..=b'9')) && matches!(bytes.last(), Some(b'0'..=b'9'))) {
        return None;
    }
    let number: Number = serde_json::from_str(text).ok()?;
    let is_whole = !bytes.iter().any(|byte| matches!(byte, b'.' | b'e' | b'E'));
    (!is_whole || !number.is_f64()).then_some(number)
}

#[cfg(test)]
mod tests;
