//! How large a value is, and what is in it.

use serde_json::Value;

use super::place::Hop;
use super::{Place, Polynomial};
use crate::function::Shape as Signed;
use crate::ty::Type;

/// What is known of the size of a value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    /// What stands at a place of the data.
    At(Place),
    /// A value of this size, whose elements (if it has any) are all like `each`.
    Made { size: Polynomial, each: Option<Box<Shape>> },
    /// A constant, and the units of a copy of it; `each` is as large as any of its elements.
    Constant { size: u64, copy: u64, each: Option<Box<Shape>> },
    /// What becomes text only when it leaves: an instant, a duration, bytes.
    Opaque { size: Polynomial },
    /// Nothing is known: small, and the estimate is not exact.
    Unknown,
}

impl Shape {
    pub(super) fn small() -> Self {
        Self::text(1)
    }

    /// A string of so many bytes.
    pub(super) fn text(bytes: u64) -> Self {
        Self::Made { size: Polynomial::constant(bytes), each: None }
    }

    pub(super) fn is_small(&self) -> bool {
        matches!(self, Self::Made { size, each: None } if *size == Polynomial::constant(1))
    }

    /// As large as the largest of these constants, in each of their parts.
    pub(super) fn of_values(values: &[&Value]) -> Self {
        let scalar = |value: &Value| matches!(value, Value::Null | Value::Bool(_) | Value::Number(_));
        if values.iter().all(|value| scalar(value)) {
            return Self::small();
        }
        let len = |value: &&Value| match value {
            Value::String(text) => text.len(),
            Value::Array(items) => items.len(),
            Value::Object(members) => members.len(),
            Value::Null | Value::Bool(_) | Value::Number(_) => 1,
        };
        let mut below: Vec<&Value> = Vec::new();
        for value in values {
            match value {
                Value::Array(items) => below.extend(items),
                Value::Object(members) => below.extend(members.values()),
                _ => {}
            }
        }
        let holds = values.iter().any(|value| value.is_array() || value.is_object());
        Self::Constant {
            size: values.iter().map(len).max().unwrap_or(0) as u64,
            copy: values.iter().map(|value| copy_of(value)).max().unwrap_or(0),
            each: holds.then(|| Box::new(Self::of_values(&below))),
        }
    }

    pub(super) fn size(&self) -> Polynomial {
        match self {
            Self::At(place) => Polynomial::size_of(place.clone()),
            Self::Made { size, .. } | Self::Opaque { size } => size.clone(),
            Self::Constant { size, .. } => Polynomial::constant(*size),
            Self::Unknown => Polynomial::constant(1),
        }
    }

    pub(super) fn each(&self) -> Self {
        match self {
            Self::At(place) => Self::At(place.clone().hop(Hop::Each)),
            Self::Made { each: Some(each), .. } | Self::Constant { each: Some(each), .. } => (**each).clone(),
            _ => Self::Unknown,
        }
    }

    /// Whether it can be a list or an object.
    pub(super) fn may_hold(&self) -> bool {
        match self {
            Self::At(_) | Self::Unknown => true,
            Self::Made { each, .. } | Self::Constant { each, .. } => each.is_some(),
            Self::Opaque { .. } => false,
        }
    }
}

/// Units of a copy of a constant.
fn copy_of(value: &Value) -> u64 {
    match value {
        Value::String(text) => 1 + text.len() as u64 / 16,
        Value::Array(items) => 1 + items.iter().map(|item| 1 + copy_of(item)).sum::<u64>(),
        Value::Object(members) => {
            1 + members.iter().map(|(name, member)| 1 + name.len() as u64 / 8 + 3 + copy_of(member)).sum::<u64>()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => 1,
    }
}

/// What a function gives, as far as it matters here.
pub(super) enum Gives {
    Scalar,
    Text,
    Opaque,
    /// A list or an object.
    Many,
    /// Whatever its arguments are made of.
    Any,
}

impl Gives {
    pub(super) fn of(shape: &Signed) -> Self {
        match shape {
            Signed::List(_) | Signed::Map(_) => Self::Many,
            Signed::Nullable(inner) => Self::of(inner),
            Signed::Type(ty) => match ty.without_null() {
                Type::Bool | Type::Number | Type::Integer | Type::Null => Self::Scalar,
                Type::Text(_) => Self::Text,
                Type::Timestamp | Type::Duration | Type::Bytes => Self::Opaque,
                Type::List(_) | Type::Object(_) => Self::Many,
                _ => Self::Any,
            },
            _ => Self::Any,
        }
    }
}
