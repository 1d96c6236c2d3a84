//! Types as JSON Schema.

use serde_json::{Map, Value, json};

use super::bounds::Fuel;
use super::{Member, ObjectType, Rest, TextFormat, TextType, Type};

impl Type {
    /// A JSON Schema of the values of this type as they are outside an expression: timestamps, durations and bytes
    /// are strings with a format. [`Type::from_schema`] reads the same type back, those three aside.
    pub fn to_schema(&self) -> Value {
        emit(self, &mut Fuel::for_type())
    }
}

fn emit(ty: &Type, fuel: &mut Fuel) -> Value {
    if !fuel.enter() {
        return Value::Bool(true);
    }
    let schema = match ty {
        Type::Any => Value::Bool(true),
        Type::Never => Value::Bool(false),
        Type::Null => json!({"type": "null"}),
        Type::Bool => json!({"type": "boolean"}),
        Type::Number => json!({"type": "number"}),
        Type::Integer => json!({"type": "integer"}),
        Type::Text(text) => emit_text(text),
        Type::Timestamp => json!({"type": "string", "format": "date-time"}),
        Type::Duration => json!({"type": "string", "format": "duration"}),
        Type::Bytes => json!({"type": "string", "contentEncoding": "base64"}),
        Type::List(element) => match emit(element, fuel) {
            Value::Bool(true) => json!({"type": "array"}),
            items => json!({"type": "array", "items": items}),
        },
        Type::Object(object) => emit_object(object, fuel),
        Type::Union(types) => emit_union(types, fuel),
    };
    fuel.leave();
    schema
}

fn emit_text(text: &TextType) -> Value {
    let mut schema = json!({"type": "string"});
    match &text.format {
        None => {}
        Some(TextFormat::Base64) => schema["contentEncoding"] = json!("base64"),
        Some(format) => schema["format"] = json!(format.name()),
    }
    if let Some(values) = &text.values {
        match &**values {
            [one] => schema["const"] = json!(one),
            many => schema["enum"] = json!(many),
        }
    }
    schema
}

fn emit_union(types: &[Type], fuel: &mut Fuel) -> Value {
    let mut parts: Vec<Value> = types.iter().map(|ty| emit(ty, fuel)).collect();
    // `type: [string, null]` is what people write, and what reads best. Not with values: null would need to be one.
    if let [one, Value::Object(null)] = parts.as_slice()
        && null.get("type").is_some_and(|ty| ty == "null")
        && one.get("type").is_some_and(Value::is_string)
        && one.get("const").is_none()
        && one.get("enum").is_none()
    {
        let mut one = parts.swap_remove(0);
        one["type"] = json!([one["type"], "null"]);
        return one;
    }
    json!({"anyOf": parts})
}

fn emit_object(object: &ObjectType, fuel: &mut Fuel) -> Value {
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("object"));
    if !object.members.is_empty() {
        let members = object.members.iter().map(|(name, member)| (name.to_string(), emit_member(member, fuel)));
        schema.insert("properties".to_owned(), Value::Object(members.collect()));
    }
    let required: Vec<&str> = object.members.iter().filter(|(_, m)| m.required).map(|(name, _)| &**name).collect();
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    match &object.rest {
        Rest::Open => {}
        Rest::Closed => {
            schema.insert("additionalProperties".to_owned(), json!(false));
        }
        Rest::Of(ty) => {
            schema.insert("additionalProperties".to_owned(), emit(ty, fuel));
        }
    }
    Value::Object(schema)
}

fn emit_member(member: &Member, fuel: &mut Fuel) -> Value {
    let schema = emit(&member.ty, fuel);
    if !member.secret && member.doc.is_none() {
        return schema;
    }
    let mut schema = match schema {
        Value::Object(schema) => schema,
        Value::Bool(false) => Map::from_iter([("not".to_owned(), json!({})), ("enum".to_owned(), json!([]))]),
        _ => Map::new(),
    };
    if member.secret {
        schema.insert("writeOnly".to_owned(), json!(true));
    }
    if let Some(doc) = &member.doc {
        schema.insert("description".to_owned(), json!(&**doc));
    }
    Value::Object(schema)
}
