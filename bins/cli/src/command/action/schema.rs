//! Schemas in a few words.

use serde_json::Value;

use crate::table;

/// A member of an object.
pub(in crate::command) struct Member<'a> {
    pub(in crate::command) name: &'a str,
    pub(in crate::command) schema: &'a Value,
    pub(in crate::command) required: bool,
}

/// The members of an object's schema, in the order of its form.
pub(in crate::command) fn members(schema: &Value) -> Vec<Member<'_>> {
    let required: Vec<&str> =
        schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let order: Vec<&str> = schema
        .pointer("/x-nebula/order")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let mut members: Vec<Member<'_>> = schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(name, schema)| Member { name, schema, required: required.contains(&name.as_str()) })
        .collect();
    // Stable: what the form does not order stays behind, by name.
    members.sort_by_key(|member| order.iter().position(|name| *name == member.name).unwrap_or(usize::MAX));
    members
}

/// The members of an object's schema; anything else in one line.
pub(in crate::command) fn table(schema: &Value) -> String {
    let members = members(schema);
    if members.is_empty() {
        let is_closed = schema.get("properties").is_some();
        return format!("  {}", if is_closed { "none".to_owned() } else { type_name(schema, schema) });
    }
    let mut rows = table::new(["NAME", "TYPE", "DESCRIPTION"]);
    for member in members {
        let description = member.schema.get("description").and_then(Value::as_str).unwrap_or_default();
        rows.add_row([member.name.to_owned(), type_name(member.schema, schema), description.to_owned()]);
    }
    table::draw(&rows)
}

/// What a schema allows, in a few words.
pub(in crate::command) fn type_name(schema: &Value, root: &Value) -> String {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let target = reference.strip_prefix('#').and_then(|pointer| root.pointer(pointer));
        // One step only: a reference to a reference is named, not followed.
        return match target {
            Some(target) if target.get("$ref").is_none() => type_name(target, root),
            _ => reference.rsplit('/').next().unwrap_or(reference).to_owned(),
        };
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | ");
    }
    if let Some(value) = schema.get("const") {
        return value.to_string();
    }
    for key in ["oneOf", "anyOf"] {
        if let Some(parts) = schema.get(key).and_then(Value::as_array) {
            let mut names: Vec<String> = parts.iter().map(|part| type_name(part, root)).collect();
            names.dedup();
            return names.join(" | ");
        }
    }
    match schema.get("type") {
        Some(Value::String(name)) if name == "array" => {
            let items = schema.get("items").map_or_else(|| "anything".to_owned(), |items| type_name(items, root));
            format!("list of {items}")
        }
        Some(Value::String(name)) => name.clone(),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | "),
        _ => "anything".to_owned(),
    }
}
