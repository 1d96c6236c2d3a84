//! The keywords that say what kind of value it is.

use serde_json::{Map, Value};

use super::Reader;
use super::part::Part;
use crate::ty::{TextFormat, TextType, Type, value};

const OBJECT: [&str; 5] =
    ["properties", "required", "additionalProperties", "patternProperties", "unevaluatedProperties"];
const LIST: [&str; 4] = ["items", "prefixItems", "additionalItems", "contains"];

/// Names in a `type`; there are seven.
const MOST_NAMES: usize = 16;

impl<'a> Reader<'a> {
    /// What the schema says itself, without the schemas it is made of.
    pub(super) fn read_own(&mut self, schema: &'a Map<String, Value>) -> Part<'a> {
        let mut part = self.read_type(schema);
        if let Some(only) = schema.get("const") {
            let only = Part::of(value::of(only, &mut self.fuel));
            part = part.and(&only, &mut self.merging);
        }
        if let Some(Value::Array(values)) = schema.get("enum") {
            let mut types = Vec::new();
            for value in values {
                if !self.fuel.spend(1) {
                    types.push(Type::Any);
                    break;
                }
                types.push(value::of(value, &mut self.fuel));
            }
            part = part.and(&Part::of(Type::union(types)), &mut self.merging);
        }
        part
    }

    fn read_type(&mut self, schema: &'a Map<String, Value>) -> Part<'a> {
        let names: Vec<&str> = match schema.get("type") {
            Some(Value::String(name)) => vec![name],
            Some(Value::Array(names)) => names.iter().take(MOST_NAMES).filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let mut parts = Vec::new();
        for name in names {
            let ty = match name {
                "object" => {
                    parts.push(self.read_object(schema));
                    continue;
                }
                "array" => {
                    parts.push(self.read_list(schema));
                    continue;
                }
                "string" => read_text(schema),
                "number" => Type::Number,
                "integer" => Type::Integer,
                "boolean" => Type::Bool,
                "null" => Type::Null,
                _ => Type::Any,
            };
            parts.push(Part::of(ty));
        }
        if !parts.is_empty() {
            return Part::either(parts);
        }
        // Without a type, the keywords for one kind of value mean that kind.
        let has = |keywords: &[&str]| keywords.iter().any(|keyword| schema.contains_key(*keyword));
        if has(&OBJECT) {
            parts.push(self.read_object(schema));
        }
        if has(&LIST) {
            parts.push(self.read_list(schema));
        }
        if parts.is_empty() {
            match read_text(schema) {
                // The format may be one of numbers.
                Type::Text(TextType { format: None | Some(TextFormat::Other(_)), .. }) => {
                    return Part { implied: true, ..Part::of(Type::Any) };
                }
                text => parts.push(Part::of(text)),
            }
        }
        Part { implied: true, ..Part::either(parts) }
    }

    fn read_list(&mut self, schema: &'a Map<String, Value>) -> Part<'a> {
        let mut elements = Vec::new();
        let (first, rest) = match (schema.get("prefixItems"), schema.get("items")) {
            // Drafts before 2020-12 had the list in `items`.
            (None, Some(first @ Value::Array(_))) => (Some(first), schema.get("additionalItems")),
            other => other,
        };
        let mut secret = false;
        for schema in first.and_then(Value::as_array).into_iter().flatten().chain(rest) {
            if self.fuel.is_spent() {
                elements.push(Type::Any);
                break;
            }
            let part = self.read(schema);
            secret |= part.secret;
            elements.push(part.ty);
        }
        let element = if elements.is_empty() { Type::Any } else { Type::union(elements) };
        Part { secret, ..Part::of(Type::List(std::sync::Arc::new(element))) }
    }
}

fn read_text(schema: &Map<String, Value>) -> Type {
    let named = |keyword| schema.get(keyword).and_then(Value::as_str);
    let format = match named("contentEncoding") {
        Some("base64") => Some(TextFormat::Base64),
        _ => named("format").map(TextFormat::named),
    };
    Type::Text(TextType { format, values: None })
}
