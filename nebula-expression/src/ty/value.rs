//! The type of one value.

use std::sync::Arc;

use serde_json::Value;
use smol_str::SmolStr;

use super::bounds::{Fuel, LONGEST_VALUE, MOST_NODES};
use super::union::join;
use super::{Member, ObjectType, Rest, Type};

/// Values nested deeper are `Any` from there on.
const DEEPEST_VALUE: usize = 64;

impl Type {
    /// The narrowest type of a JSON value: its texts as literals, its objects closed and with every member required.
    pub fn of_value(value: &Value) -> Self {
        let whole = of(value, &mut Fuel::new(usize::MAX, DEEPEST_VALUE));
        // Of a value too large, the first members are better than none.
        if whole.is_bounded() { whole } else { whole.cut(&mut Fuel::new(MOST_NODES, DEEPEST_VALUE)) }
    }
}

/// The type of a value, `Any` where the fuel ends.
pub(super) fn of(value: &Value, fuel: &mut Fuel) -> Type {
    match value {
        Value::Null => Type::Null,
        Value::Bool(_) => Type::Bool,
        Value::Number(number) => {
            let whole = number.is_i64() || number.is_u64() || number.as_f64().is_some_and(|float| float.fract() == 0.0);
            if whole { Type::Integer } else { Type::Number }
        }
        // A long one is not copied, so it costs nothing.
        Value::String(text) if text.len() > LONGEST_VALUE || !fuel.spend_text(text) => Type::text(),
        Value::String(text) => Type::literal(text),
        Value::Array(_) | Value::Object(_) if !fuel.enter() => Type::Any,
        Value::Array(items) => {
            let mut elements = Vec::new();
            for item in items {
                if !fuel.spend(1) {
                    elements.push(Type::Any);
                    break;
                }
                elements.push(of(item, fuel));
            }
            fuel.leave();
            Type::List(Arc::new(join(&elements, &mut Fuel::new(MOST_NODES, DEEPEST_VALUE))))
        }
        Value::Object(map) => {
            let mut object = ObjectType::default();
            for (name, value) in map {
                if !fuel.spend(1) || !fuel.spend_text(name) {
                    object.rest = Rest::Open;
                    break;
                }
                object.members.insert(SmolStr::new(name), Member::required(of(value, fuel)));
            }
            fuel.leave();
            Type::Object(Arc::new(object))
        }
    }
}
