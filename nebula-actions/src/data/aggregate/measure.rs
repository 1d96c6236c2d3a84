//! What is gathered of a list, one item after the other.

use std::{borrow::Cow, cmp::Ordering};

use nebula_sdk::prelude::*;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::Value;

use crate::{
    order::{OneKind, compare},
    sum::Sum,
};

/// What is gathered. Null values are left out of `sum`, `avg`, `min` and `max`.
#[derive(Debug, Parameters)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// How many items there are.
    Count(True),
    /// The sum; 0 of nothing.
    #[param(gives = "number?")]
    Sum(ItemExpr),
    /// The mean; null of nothing.
    #[param(gives = "number?")]
    Avg(ItemExpr),
    /// The smallest value; null of nothing.
    Min(ItemExpr),
    /// The largest value; null of nothing.
    Max(ItemExpr),
    /// The value for the first item; null of nothing.
    First(ItemExpr),
    /// The value for the last item; null of nothing.
    Last(ItemExpr),
    /// All values, in order.
    Collect(ItemExpr),
}

/// `true`: a name needs a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(into = "bool")]
pub struct True;

/// What is known after some of the items.
pub(super) enum Running {
    Count(u64),
    Sum(Sum),
    /// The best value so far, and the kind that all have.
    Extreme(Value, OneKind),
    First(Option<Value>),
    /// The last item, by index.
    Last(Option<usize>),
    Collect(Vec<Value>),
}

// === impl Running ===

impl Running {
    pub(super) fn of(measure: &Measure) -> Self {
        match measure {
            Measure::Count(True) => Self::Count(0),
            Measure::Sum(_) | Measure::Avg(_) => Self::Sum(Sum::default()),
            Measure::Min(_) | Measure::Max(_) => Self::Extreme(Value::Null, OneKind::default()),
            Measure::First(_) => Self::First(None),
            Measure::Last(_) => Self::Last(None),
            Measure::Collect(_) => Self::Collect(Vec::new()),
        }
    }

    /// Adds an item. `place` is the pointer of the measure.
    pub(super) fn take(
        &mut self,
        measure: &Measure,
        item: &Value,
        index: usize,
        place: &dyn Fn() -> String,
    ) -> Result<()> {
        let eval = || measure.eval(item, index, place);
        match self {
            Self::Count(count) => *count += 1,
            Self::First(Some(_)) => {}
            Self::First(first) => *first = Some(eval()?),
            Self::Last(last) => *last = Some(index),
            Self::Collect(all) => all.push(eval()?),
            Self::Sum(sum) => match eval()? {
                Value::Null => {}
                Value::Number(number) => sum.add(&number),
                other => {
                    let message = format!("the value of item {index} is {}, not a number", words(&other));
                    return Err(ActionError::invalid(format!("/items/{index}"), message)
                        .with_code("data.not_a_number")
                        .with_help("write an expression that gives numbers; null is left out"));
                }
            },
            Self::Extreme(best, kind) => {
                let value = eval()?;
                kind.accept(&value, index)?;
                let wanted = if matches!(measure, Measure::Min(_)) { Ordering::Less } else { Ordering::Greater };
                if !value.is_null() && (best.is_null() || compare(&value, best) == wanted) {
                    *best = value;
                }
            }
        }
        Ok(())
    }

    /// The value for all items.
    pub(super) fn finish(self, measure: &Measure, items: &[Value], place: &dyn Fn() -> String) -> Result<Value> {
        Ok(match self {
            Self::Count(count) => count.into(),
            Self::Sum(sum) => {
                let value = if matches!(measure, Measure::Avg(_)) { sum.mean() } else { sum.total() };
                value.ok_or_else(|| {
                    ActionError::permanent("data.overflow", "the sum is larger than any number can be").at(place())
                })?
            }
            Self::Extreme(best, _) => best,
            Self::First(first) => first.unwrap_or_default(),
            Self::Last(Some(index)) => measure.eval(&items[index], index, place)?,
            Self::Last(None) => Value::Null,
            Self::Collect(all) => all.into(),
        })
    }
}

// === impl Measure ===

impl Measure {
    fn eval(&self, item: &Value, index: usize, place: &dyn Fn() -> String) -> Result<Value> {
        let (name, expr) = match self {
            Self::Count(True) => return Ok(Value::Null),
            Self::Sum(expr) => ("sum", expr),
            Self::Avg(expr) => ("avg", expr),
            Self::Min(expr) => ("min", expr),
            Self::Max(expr) => ("max", expr),
            Self::First(expr) => ("first", expr),
            Self::Last(expr) => ("last", expr),
            Self::Collect(expr) => ("collect", expr),
        };
        expr.eval(item, index as u64).map_err(|error| error.at(format!("{}/{name}", place())))
    }
}

fn words(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

// === impl True ===

impl From<True> for bool {
    fn from(_: True) -> Self {
        true
    }
}

impl<'de> Deserialize<'de> for True {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match bool::deserialize(deserializer)? {
            true => Ok(Self),
            false => Err(D::Error::custom("write `true`, or leave it out")),
        }
    }
}

impl JsonSchema for True {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "True".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "boolean", "enum": [true] })
    }
}
