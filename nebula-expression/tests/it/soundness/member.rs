//! Whether a value that has left an expression is of a type: the strict question, with nothing left open.

use nebula_expression::Type;
use nebula_expression::ty::{ObjectType, Rest, TextType};
use serde_json::{Map, Value};

pub(super) fn admits(ty: &Type, value: &Value) -> bool {
    match (ty, value) {
        (Type::Any, _) | (Type::Null, Value::Null) | (Type::Bool, Value::Bool(_)) => true,
        (Type::Number, Value::Number(_)) => true,
        (Type::Integer, Value::Number(number)) => {
            number.is_i64() || number.is_u64() || number.as_f64().is_some_and(|float| float.fract() == 0.0)
        }
        (Type::Text(TextType { values: Some(values), .. }), Value::String(text)) => {
            values.iter().any(|value| value == text)
        }
        (Type::Text(_), Value::String(_)) => true,
        // What only functions make leaves as text.
        (Type::Timestamp, Value::String(text)) => text.contains('T'),
        (Type::Duration, Value::String(text)) => text.trim_start_matches('-').starts_with('P'),
        (Type::Bytes, Value::String(text)) => {
            text.len() % 4 == 0 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte))
        }
        (Type::List(element), Value::Array(items)) => items.iter().all(|item| admits(element, item)),
        (Type::Object(object), Value::Object(members)) => admits_object(object, members),
        (Type::Union(types), value) => types.iter().any(|ty| admits(ty, value)),
        _ => false,
    }
}

fn admits_object(object: &ObjectType, members: &Map<String, Value>) -> bool {
    object.members.iter().all(|(name, member)| !member.required || members.contains_key(name.as_str()))
        && members.iter().all(|(name, value)| match (object.members.get(name.as_str()), &object.rest) {
            (Some(member), _) => admits(&member.ty, value),
            (None, Rest::Closed) => false,
            (None, Rest::Open) => true,
            (None, Rest::Of(ty)) => admits(ty, value),
        })
}

#[test]
fn a_member_is_told_from_what_is_none() {
    let schema = serde_json::json!({
        "type": "object", "required": ["a"], "additionalProperties": false,
        "properties": {"a": {"type": ["integer", "null"]}, "b": {"enum": ["x", "y"]}},
    });
    let ty = Type::from_schema(&schema);
    for (value, expected) in [
        (r#"{"a": 1}"#, true),
        (r#"{"a": null, "b": "x"}"#, true),
        (r#"{"a": 1.5}"#, false),
        (r#"{"b": "x"}"#, false),
        (r#"{"a": 1, "b": "z"}"#, false),
        (r#"{"a": 1, "c": 2}"#, false),
        ("[]", false),
    ] {
        assert_eq!(admits(&ty, &value.parse().unwrap()), expected, "{value}");
    }
}
