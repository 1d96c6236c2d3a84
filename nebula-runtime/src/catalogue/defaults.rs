//! Defaults of a schema: put into a value, and so much as required.
//!
//! A default counts where it is sure to apply: at the properties of the schema itself, and at those of what stands in
//! its properties and lists. Alternatives and references are left alone, for what of them applies is not known.

use serde_json::{Map, Value};

/// Schemas nested deeper have no defaults.
const MAX_DEPTH: usize = 32;

/// Puts in what is absent and has a default.
pub(crate) fn fill(schema: &Value, value: &mut Value) {
    fill_at(schema, value, MAX_DEPTH);
}

fn fill_at(schema: &Value, value: &mut Value, depth: usize) {
    let Some(schema) = schema.as_object().filter(|_| depth > 0) else { return };
    match value {
        Value::Object(members) => {
            for (name, property) in properties(schema) {
                if let Some(default) = property.get("default") {
                    members.entry(name).or_insert_with(|| default.clone());
                }
                if let Some(member) = members.get_mut(name) {
                    fill_at(property, member, depth - 1);
                }
            }
        }
        Value::Array(items) => {
            if let Some(schema) = schema.get("items").filter(|_| !schema.contains_key("prefixItems")) {
                items.iter_mut().for_each(|item| fill_at(schema, item, depth - 1));
            }
        }
        _ => {}
    }
}

/// The schema of values into which the defaults were put.
pub(crate) fn filled(schema: &Value) -> Value {
    let mut schema = schema.clone();
    require_at(&mut schema, MAX_DEPTH);
    schema
}

fn require_at(schema: &mut Value, depth: usize) {
    let Some(schema) = schema.as_object_mut().filter(|_| depth > 0) else { return };
    let names: Vec<Value> = properties(schema)
        .filter(|(_, property)| property.get("default").is_some())
        .map(|(name, _)| name.as_str().into())
        .collect();
    if !names.is_empty()
        && let Some(required) = schema.entry("required").or_insert_with(|| Value::Array(Vec::new())).as_array_mut()
    {
        required.extend(names);
    }
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.values_mut().for_each(|property| require_at(property, depth - 1));
    }
    if !schema.contains_key("prefixItems")
        && let Some(items) = schema.get_mut("items")
    {
        require_at(items, depth - 1);
    }
}

fn properties(schema: &Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    schema.get("properties").and_then(Value::as_object).into_iter().flatten()
}

#[cfg(test)]
mod tests;
