//! What repeating a node's call may do, and whether its retries are allowed.

use std::collections::HashSet;

use nebula_ports::{
    diagnostic::Diagnostic,
    model::{EffectClass, Node},
};
use serde_json::{Map, Value};

use super::{code, pointer};
use crate::catalogue::CatalogueEntry;

/// Most inputs tried to find out on what the class depends.
const MAX_PROBES: usize = 16;

/// The class, when all parameters are data.
pub(super) fn known(entry: &CatalogueEntry, value: &Value, unknown: &HashSet<String>) -> Option<EffectClass> {
    unknown.is_empty().then(|| entry.action.effect(value))
}

/// Checks a `retry` of the node at `/nodes/<index>`, whose parameters fit as far as they are known.
pub(super) fn check_retry(
    node: &Node,
    index: usize,
    entry: &CatalogueEntry,
    value: &Value,
    unknown: &HashSet<String>,
    found: &mut Vec<Diagnostic>,
) {
    if node.retry.as_ref().is_none_or(|retry| retry.max_attempts <= 1) {
        return;
    }
    let classes: Vec<EffectClass> = if unknown.is_empty() {
        vec![entry.action.effect(value)]
    } else {
        let probes = probes(entry.input.schema(), value, unknown);
        let fitting: Vec<_> = probes.iter().filter(|probe| entry.input.check(probe).is_empty()).collect();
        if fitting.is_empty() {
            vec![entry.action.descriptor().effect]
        } else {
            fitting.into_iter().map(|probe| entry.action.effect(probe)).collect()
        }
    };
    let unsafe_ones = classes.iter().filter(|class| !class.is_repeatable()).count();
    let at = format!("/nodes/{index}/retry");
    let has_switch = entry.input.schema().pointer("/properties/idempotent").is_some();
    if unsafe_ones == classes.len() {
        let help = if has_switch {
            "remove `retry`; or, if the other side ignores repetitions, say `idempotent: true` in the parameters"
        } else {
            "remove `retry`: whether an interrupted attempt had its effect is decided by a person"
        };
        found.push(
            Diagnostic::error(
                code::UNSAFE_RETRY,
                at,
                format!("`{}` may be done only once: a retry could do it twice", node.action),
            )
            .with_node(node.id.clone())
            .with_help(help),
        );
    } else if unsafe_ones > 0 {
        found.push(
            Diagnostic::note(
                code::RETRY_UNSURE,
                at,
                format!("whether `{}` may be retried depends on values that only the run knows", node.action),
            )
            .with_node(node.id.clone())
            .with_help("attempts that may be done only once are not repeated"),
        );
    }
}

/// Inputs that the parameters could turn out to be. Unknown parameters with a closed set of values take each of them,
/// one parameter at a time; others take something that fits.
fn probes(schema: &Value, value: &Value, unknown: &HashSet<String>) -> Vec<Value> {
    let Value::Object(known) = value else { return Vec::new() };
    let mut base = Map::new();
    let mut choices: Vec<(&String, Vec<Value>)> = Vec::new();
    for (name, value) in known {
        let at = pointer::join("", name);
        let inside = format!("{at}/");
        if !unknown.iter().any(|unknown| *unknown == at || unknown.starts_with(&inside)) {
            base.insert(name.clone(), value.clone());
            continue;
        }
        let samples = samples(schema, schema.get("properties").and_then(|all| all.get(name)).unwrap_or(&Value::Null));
        if let Some(first) = samples.first() {
            base.insert(name.clone(), first.clone());
        }
        choices.push((name, samples));
    }
    let mut probes = vec![Value::Object(base.clone())];
    for (name, samples) in choices {
        for sample in samples.into_iter().skip(1).take(MAX_PROBES.saturating_sub(probes.len())) {
            let mut probe = base.clone();
            probe.insert(name.clone(), sample);
            probes.push(Value::Object(probe));
        }
    }
    probes
}

/// Values that fit a schema, as far as that can be seen at a glance.
fn samples(root: &Value, schema: &Value) -> Vec<Value> {
    let referred =
        schema.get("$ref").and_then(Value::as_str).and_then(|target| root.pointer(target.strip_prefix('#')?));
    let schema = referred.unwrap_or(schema);
    if let Some(options) = schema.get("enum").and_then(Value::as_array) {
        return options.clone();
    }
    if let Some(only) = schema.get("const") {
        return vec![only.clone()];
    }
    if let Some(branches) = schema.get("oneOf").or_else(|| schema.get("anyOf")).and_then(Value::as_array) {
        // As deep as the schema of an enum of constants.
        return branches
            .iter()
            .filter(|branch| branch.get("oneOf").is_none())
            .flat_map(|branch| shallow(root, branch))
            .collect();
    }
    shallow(root, schema)
}

fn shallow(root: &Value, schema: &Value) -> Vec<Value> {
    if let Some(only) = schema.get("const") {
        return vec![only.clone()];
    }
    if let Some(options) = schema.get("enum").and_then(Value::as_array) {
        return options.clone();
    }
    let referred =
        schema.get("$ref").and_then(Value::as_str).and_then(|target| root.pointer(target.strip_prefix('#')?));
    let schema = referred.unwrap_or(schema);
    let kind = match schema.get("type") {
        Some(Value::Array(kinds)) => kinds.first().and_then(Value::as_str),
        kind => kind.and_then(Value::as_str),
    };
    match kind {
        Some("boolean") => vec![Value::Bool(false), Value::Bool(true)],
        Some("integer" | "number") => vec![schema.get("minimum").cloned().unwrap_or_else(|| 1.into())],
        Some("array") => vec![Value::Array(Vec::new())],
        Some("object") => vec![Value::Object(Map::new())],
        Some("null") => vec![Value::Null],
        _ => vec![Value::from(match schema.get("format").and_then(Value::as_str) {
            Some("uri" | "url" | "iri") => "https://example.invalid/",
            Some("date-time") => "2000-01-01T00:00:00Z",
            Some("email") => "someone@example.invalid",
            _ => "x",
        })],
    }
}
