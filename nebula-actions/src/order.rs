//! The order of JSON values of one kind.

use std::cmp::Ordering;

use nebula_sdk::{ActionError, Result};
use serde_json::{Number, Value};

/// What a value that has an order is. Null is no value here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Bool,
    Number,
    Text,
}

/// Holds values to the kind of the first one.
#[derive(Debug, Default)]
pub(crate) struct OneKind {
    first: Option<(Kind, usize)>,
}

/// A number, so that a whole one is the same however it is written.
enum Exact {
    Whole(i128),
    /// With a fraction, or too large to be told from its neighbours.
    Other(f64),
}

// === impl OneKind ===

impl OneKind {
    /// Accepts the value of the item with this index, when it has an order and is of the kind of those before; null is
    /// always accepted.
    pub(crate) fn accept(&mut self, value: &Value, index: usize) -> Result<()> {
        let kind = match value {
            Value::Null => return Ok(()),
            Value::Bool(_) => Kind::Bool,
            Value::Number(_) => Kind::Number,
            Value::String(_) => Kind::Text,
            Value::Array(_) => {
                return Err(invalid(index, format!("the value of item {index} is a list, which has no order")));
            }
            Value::Object(_) => {
                return Err(invalid(index, format!("the value of item {index} is an object, which has no order")));
            }
        };
        match self.first {
            None => self.first = Some((kind, index)),
            Some((first, _)) if first == kind => {}
            Some((first, at)) => {
                let (kind, first) = (kind.words(), first.words());
                let message = format!("the value of item {index} is {kind}, that of item {at} is {first}");
                return Err(invalid(index, message));
            }
        }
        Ok(())
    }
}

fn invalid(index: usize, message: String) -> ActionError {
    ActionError::invalid(format!("/items/{index}"), message).with_code("data.no_order").with_help(
        "write an expression that gives all items numbers, all texts or all true and false; null may be among them",
    )
}

// === impl Kind ===

impl Kind {
    fn words(self) -> &'static str {
        match self {
            Self::Bool => "true or false",
            Self::Number => "a number",
            Self::Text => "a text",
        }
    }
}

/// Compares values of one kind: numbers exactly, texts by code point (which is by time for timestamps of one form), false
/// before true. Null comes first; a caller that wants it elsewhere looks for it before.
pub(crate) fn compare(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => numbers(a, b),
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (a, b) => b.is_null().cmp(&a.is_null()),
    }
}

/// Exact also where a double cannot tell neighbours apart: an order that is not consistent could not be sorted by.
fn numbers(a: &Number, b: &Number) -> Ordering {
    match (Exact::of(a), Exact::of(b)) {
        (Exact::Whole(a), Exact::Whole(b)) => a.cmp(&b),
        (Exact::Other(a), Exact::Other(b)) => a.total_cmp(&b),
        (Exact::Whole(a), Exact::Other(b)) => whole_to_other(a, b),
        (Exact::Other(a), Exact::Whole(b)) => whole_to_other(b, a).reverse(),
    }
}

/// The two are never equal.
fn whole_to_other(whole: i128, other: f64) -> Ordering {
    // Saturates for what is too large, which keeps the order.
    if whole <= other.floor() as i128 { Ordering::Less } else { Ordering::Greater }
}

// === impl Exact ===

impl Exact {
    fn of(number: &Number) -> Self {
        /// Below it every whole double is an `i128`.
        const LARGEST: f64 = 1e38;
        if let Some(whole) = number.as_i64() {
            return Self::Whole(whole.into());
        }
        if let Some(whole) = number.as_u64() {
            return Self::Whole(whole.into());
        }
        let float = number.as_f64().unwrap_or_default();
        if float.fract() == 0.0 && float.abs() < LARGEST { Self::Whole(float as i128) } else { Self::Other(float) }
    }
}

#[cfg(test)]
mod tests;
