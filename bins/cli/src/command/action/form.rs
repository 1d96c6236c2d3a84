//! An action's parameters as the form that one fills in: a line with the label and the place for the value, and below it
//! what it is for.

use serde_json::Value;

use super::schema::{members, type_name};
use crate::console::Paint;

/// Narrowest and widest place for a value, in characters.
const PLACE: std::ops::RangeInclusive<usize> = 12..=40;

/// The members of an object's schema, each drawn as its field; anything else as one place.
pub(super) fn draw(schema: &Value, paint: Paint) -> String {
    let members = members(schema);
    if members.is_empty() {
        let is_closed = schema.get("properties").is_some();
        return if is_closed {
            "  nothing to fill in".to_owned()
        } else {
            format!("  [ {} ]", type_name(schema, schema))
        };
    }
    let lines = members.iter().flat_map(|member| {
        let label = member.schema.get("title").and_then(Value::as_str).unwrap_or(member.name);
        let mark = if member.required { " *" } else { "" };
        let head = format!("  {}{mark}  {}", paint.strong(label), paint.faint(member.name));
        let description = member.schema.get("description").and_then(Value::as_str).unwrap_or_default();
        let first = description.split("\n\n").next().unwrap_or_default();
        let help = (!first.is_empty()).then(|| format!("    {}", paint.hint(first.replace('\n', " "))));
        [head, format!("    {}", control(member.schema, schema))].into_iter().chain(help).chain([String::new()])
    });
    let mut lines: Vec<String> = lines.collect();
    lines.push("  * must be given".to_owned());
    lines.join("\n")
}

/// The place for a value, filled with its default.
fn control(schema: &Value, root: &Value) -> String {
    let default = schema.get("default");
    if let Some(options) = schema.get("enum").and_then(Value::as_array) {
        let option = |value: &Value| {
            let dot = if Some(value) == default { "•" } else { " " };
            format!("({dot}) {}", plain(value))
        };
        return options.iter().map(option).collect::<Vec<_>>().join("  ");
    }
    let kind = type_name(schema, root);
    if kind == "boolean" {
        return if default == Some(&Value::Bool(true)) { "[x]".to_owned() } else { "[ ]".to_owned() };
    }
    let shown = match default.or_else(|| schema.get("examples").and_then(|all| all.get(0))) {
        Some(value) if default.is_some() => plain(value),
        Some(example) => format!("e.g. {}", plain(example)),
        None => String::new(),
    };
    let shown: String = if shown.chars().count() > *PLACE.end() {
        shown.chars().take(*PLACE.end() - 1).chain(['…']).collect()
    } else {
        shown
    };
    let width = PLACE.start().max(&shown.chars().count()).to_owned();
    let bounds = bounds(schema);
    format!("[ {shown:<width$} ]  {kind}{bounds}")
}

/// What the value must keep to, in a few words.
fn bounds(schema: &Value) -> String {
    let range = |least: &str, most: &str, unit: &str| {
        // The bounds of the machine's numbers are no bounds that anybody meets.
        let bound = |key: &str| schema.get(key).filter(|value| value.as_f64().is_some_and(|n| n.abs() < 1e9));
        match (bound(least), bound(most)) {
            (Some(least), Some(most)) => Some(format!("{least} to {most}{unit}")),
            (Some(least), None) if least.as_f64() != Some(0.0) => Some(format!("from {least}{unit}")),
            (None, Some(most)) => Some(format!("up to {most}{unit}")),
            _ => None,
        }
    };
    let format = schema.get("format").and_then(Value::as_str).map(str::to_owned);
    let all = [
        format,
        range("minimum", "maximum", ""),
        range("minLength", "maxLength", " characters"),
        range("minItems", "maxItems", " items"),
    ];
    let all: Vec<String> = all.into_iter().flatten().collect();
    if all.is_empty() { String::new() } else { format!(" ({})", all.join(", ")) }
}

/// A value as one would type it.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), |text| text.escape_debug().to_string())
}

#[cfg(test)]
mod tests;
