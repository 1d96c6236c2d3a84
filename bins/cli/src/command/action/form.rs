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
    // Groups stay together, where their first member is; what is in none comes first.
    let mut groups: Vec<Option<&str>> = vec![None];
    for member in &members {
        let group = hint(member.schema, "group");
        if !groups.contains(&group) {
            groups.push(group);
        }
    }
    let mut lines: Vec<String> = Vec::new();
    for group in groups {
        if let Some(name) = group {
            lines.extend([format!("  {}", paint.faint(format!("── {name} ──"))), String::new()]);
        }
        let own = members.iter().filter(|member| hint(member.schema, "group") == group);
        lines.extend(own.flat_map(|member| {
            let label = member.schema.get("title").and_then(Value::as_str).unwrap_or(member.name);
            let mark = if member.required { " *" } else { "" };
            let head = format!("  {}{mark}  {}", paint.strong(label), paint.faint(member.name));
            let description = member.schema.get("description").and_then(Value::as_str).unwrap_or_default();
            let first = description.split("\n\n").next().unwrap_or_default();
            let help = (!first.is_empty()).then(|| format!("    {}", paint.hint(first.replace('\n', " "))));
            let rules = rules(member.schema, paint);
            [head, format!("    {}", control(member.schema, schema))]
                .into_iter()
                .chain(help)
                .chain(rules)
                .chain([String::new()])
        }));
    }
    lines.push("  * must be given".to_owned());
    lines.join("\n")
}

/// A word for forms that a schema carries.
fn hint<'s>(schema: &'s Value, name: &str) -> Option<&'s str> {
    schema.get("x-nebula")?.get(name)?.as_str()
}

/// When the parameter is for, and whether it may be computed.
fn rules(schema: &Value, paint: Paint) -> Vec<String> {
    let rules = [
        hint(schema, "visible_if").map(|text| format!("only when {text}")),
        hint(schema, "required_if").map(|text| format!("must be given when {text}")),
        schema.get("x-nebula-computed").and_then(Value::as_str).map(|rule| match rule {
            "never" => "takes no expression".to_owned(),
            _ => "takes an expression only".to_owned(),
        }),
    ];
    rules.into_iter().flatten().map(|rule| format!("    {}", paint.hint(rule))).collect()
}

/// Values with the labels that people read.
fn labelled(schema: &Value) -> Option<Vec<(&Value, &str)>> {
    let options = schema.get("oneOf")?.as_array()?;
    options.iter().map(|option| Some((option.get("const")?, option.get("title")?.as_str()?))).collect()
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
    if let Some(options) = labelled(schema) {
        let option = |(value, label): &(&Value, &str)| {
            let dot = if Some(*value) == default { "•" } else { " " };
            format!("({dot}) {} — {label}", plain(value))
        };
        return options.iter().map(option).collect::<Vec<_>>().join("\n    ");
    }
    let kind = match (type_name(schema, root), hint(schema, "widget")) {
        (
            kind,
            Some(
                widget
                @ ("textarea" | "password" | "slider" | "date" | "time" | "datetime" | "code" | "file" | "color"),
            ),
        ) => {
            format!("{kind}, {widget}")
        }
        (kind, _) => kind,
    };
    if kind == "boolean" {
        return if default == Some(&Value::Bool(true)) { "[x]".to_owned() } else { "[ ]".to_owned() };
    }
    let placeholder = hint(schema, "placeholder").filter(|_| default.is_none());
    let shown = match default.or_else(|| schema.get("examples").and_then(|all| all.get(0))) {
        Some(value) if default.is_some() => plain(value),
        _ if placeholder.is_some() => placeholder.unwrap_or_default().to_owned(),
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
        schema.get("multipleOf").map(|step| format!("in steps of {step}")),
        (schema.get("uniqueItems") == Some(&Value::Bool(true))).then(|| "each once".to_owned()),
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
