//! A document in lines that people read: what `x-nebula` says, and each definition as a tree of members.

use nebula_ports::model::{CapabilityRequest, CredentialScheme, Target};
use nebula_sdk::document::Document;
use serde_json::{Map, Value};

use crate::{
    command::action::schema::{members, type_name},
    console::Paint,
};

/// Deeper members are not shown: the document has them.
const MAX_DEPTH: usize = 8;

/// The outline of a document.
pub(super) fn draw(document: &Document, paint: Paint) -> String {
    let json = document.as_json();
    let text = |keyword: &str| json.get(keyword).and_then(Value::as_str).unwrap_or_default();
    let mut lines = vec![paint.strong(text("$id")), text("title").to_owned()];
    lines.extend(text("description").lines().map(str::to_owned));
    lines.extend([String::new(), paint.strong("x-nebula")]);
    let mut facts = Vec::new();
    for (name, value) in json["x-nebula"].as_object().into_iter().flatten() {
        fact(name, value, &mut facts);
    }
    let width = facts.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    lines.extend(facts.iter().map(|(name, value)| format!("  {name:<width$}  {value}")));
    for (name, schema) in json["$defs"].as_object().into_iter().flatten() {
        lines.extend([String::new(), format!("{}  {}", paint.strong(format!("$defs.{name}")), words(schema, json))]);
        branch(schema, json, 1, paint, &mut lines);
    }
    lines.join("\n")
}

/// A member of `x-nebula`, and what is inside of it, a line each.
fn fact(name: &str, value: &Value, lines: &mut Vec<(String, String)>) {
    match (name, value) {
        ("capabilities", Value::Array(needs)) if needs.is_empty() => lines.push((name.to_owned(), "none".to_owned())),
        ("capabilities", Value::Array(needs)) => {
            lines.extend(needs.iter().map(|value| (name.to_owned(), need(value))));
        }
        ("credentials" | "resources", Value::Array(slots)) => {
            lines.extend(slots.iter().map(|value| (format!("{name}.{}", word(value, "name")), slot(value))));
        }
        (_, Value::Object(inner)) => {
            inner.iter().for_each(|(key, value)| fact(&format!("{name}.{key}"), value, lines));
        }
        (_, Value::Array(items)) if items.iter().all(|item| item.is_string()) => {
            let items: Vec<_> = items.iter().filter_map(Value::as_str).collect();
            lines.push((name.to_owned(), items.join(", ")));
        }
        (_, Value::String(text)) => lines.push((name.to_owned(), text.clone())),
        (_, other) => lines.push((name.to_owned(), other.to_string())),
    }
}

fn need(value: &Value) -> String {
    match serde_json::from_value(value.clone()) {
        Ok(CapabilityRequest { target: Target::Exact(grant), .. }) => grant.to_string(),
        Ok(CapabilityRequest { kind, target: Target::Parameter(pointer) }) => format!("{kind}: as {pointer} says"),
        Ok(CapabilityRequest { kind, target: Target::Declared }) => format!("{kind}: without a grant"),
        Err(_) => value.to_string(),
    }
}

fn slot(value: &Value) -> String {
    let kind = [word(value, "credential"), word(value, "resource")].concat();
    let scheme = value.get("scheme").and_then(|scheme| serde_json::from_value::<CredentialScheme>(scheme.clone()).ok());
    let scheme = scheme.map(|scheme| format!(", {scheme}")).unwrap_or_default();
    let presence = if value["required"] == true { "required" } else { "optional" };
    format!("{kind}{scheme}, {presence}: {}", word(value, "description"))
}

fn word<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The members below a schema.
fn branch(schema: &Value, root: &Value, depth: usize, paint: Paint, lines: &mut Vec<String>) {
    if depth > MAX_DEPTH {
        return;
    }
    let indent = "  ".repeat(depth);
    let below = members(schema);
    let width = below.iter().map(|member| member.name.chars().count() + 2).max().unwrap_or_default();
    for member in &below {
        let name = format!("{}{}", member.name, if member.required { " *" } else { "" });
        let words = words(member.schema, root);
        let description = member.schema.get("description").and_then(Value::as_str).unwrap_or_default();
        let first = description.lines().next().unwrap_or_default();
        lines.push(format!("{indent}{name:<width$}  {words}  {}", paint.hint(first)).trim_end().to_owned());
        branch(member.schema, root, depth + 1, paint, lines);
    }
    let items = schema.get("items").filter(|items| !members(items).is_empty());
    if let Some(items) = items {
        lines.push(format!("{indent}[]"));
        branch(items, root, depth + 1, paint, lines);
    }
    for alternative in ["oneOf", "anyOf"].iter().filter_map(|keyword| schema.get(keyword)?.as_array()).flatten() {
        if !members(alternative).is_empty() {
            let title = alternative.get("title").and_then(Value::as_str).unwrap_or("or");
            lines.push(format!("{indent}({title})"));
            branch(alternative, root, depth + 1, paint, lines);
        }
    }
}

/// Type, bounds and what is only known here, in a line.
fn words(schema: &Value, root: &Value) -> String {
    const SHOWN: [&str; 14] = [
        "default",
        "format",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "pattern",
        "minItems",
        "maxItems",
        "uniqueItems",
        "writeOnly",
    ];
    let nothing = Map::new();
    let map = schema.as_object().unwrap_or(&nothing);
    let shown = |keyword: &str| SHOWN.contains(&keyword) || keyword.starts_with("x-nebula");
    let rest = map.iter().filter(|(keyword, _)| shown(keyword)).filter_map(|(keyword, value)| {
        // The order is that of the lines, and the options are in the type.
        let value = match (keyword.as_str(), value) {
            ("x-nebula", Value::Object(hints)) => {
                let hints: Map<String, Value> = hints
                    .iter()
                    .filter(|(name, _)| !["order", "options"].contains(&name.as_str()))
                    .map(|(k, v)| (k.clone(), v.clone()))
                    .collect();
                if hints.is_empty() {
                    return None;
                }
                Value::Object(hints)
            }
            (_, value) => value.clone(),
        };
        Some(format!("{keyword}={value}"))
    });
    [type_name(schema, root)].into_iter().chain(rest).collect::<Vec<_>>().join(" ")
}
