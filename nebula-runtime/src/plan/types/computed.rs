//! Parameters that must be known before the run, and parameters that must not be.

use std::collections::HashSet;

use nebula_ports::{diagnostic::Diagnostic, model::NodeId};
use serde_json::Value;

use super::place::Place;
use crate::plan::{code, pointer};

/// The keyword of such a parameter: `never` takes no expression, `only` nothing else.
pub(super) const KEYWORD: &str = "x-nebula-computed";

/// Compares what the schema says with what is computed among the parameters of the node at `base`.
pub(super) fn check(
    value: &Value,
    unknown: &HashSet<String>,
    schema: &Value,
    base: &str,
    node: &NodeId,
    found: &mut Vec<Diagnostic>,
) {
    let mut computed: Vec<&String> = unknown.iter().collect();
    computed.sort();
    for at in computed {
        if let Some(diagnostic) = never(value, schema, base, at) {
            found.push(diagnostic.with_node(node.clone()));
        }
    }
    let mut walk = Walk { unknown, base, node, found };
    walk.only(value, &Place::root(schema), &mut String::new());
}

/// An expression at or below a parameter that takes none, or above one.
fn never(value: &Value, schema: &Value, base: &str, at: &str) -> Option<Diagnostic> {
    let mut place = Place::root(schema);
    let mut here = value;
    let mut name = String::new();
    for piece in pointer::pieces(at) {
        let index = if here.is_array() { piece.parse::<usize>().ok() } else { None };
        place = index.map_or_else(|| place.member(&piece), |index| place.element(index));
        here = index.map_or_else(|| here.get(&piece), |index| here.get(index)).unwrap_or(&Value::Null);
        if index.is_none() {
            name = piece;
        }
        if is(&place, "never") {
            return Some(
                Diagnostic::error(code::COMPUTED, format!("{base}{at}"), format!("`{name}` takes no expression"))
                    .with_help("its value must be known before the run: write it down"),
            );
        }
    }
    let inner = place.named(|schema| schema.get(KEYWORD).is_some_and(|rule| rule == "never"))?;
    Some(
        Diagnostic::error(
            code::COMPUTED,
            format!("{base}{at}"),
            format!("`{name}` cannot be computed as a whole: `{inner}` in it takes no expression"),
        )
        .with_help("write the object, with expressions in its other members"),
    )
}

fn is(place: &Place<'_>, rule: &str) -> bool {
    place.any_keyword(KEYWORD).is_some_and(|found| found == rule)
}

struct Walk<'w> {
    unknown: &'w HashSet<String>,
    base: &'w str,
    node: &'w NodeId,
    found: &'w mut Vec<Diagnostic>,
}

impl Walk<'_> {
    /// Finds values that are written down where only expressions are taken.
    fn only(&mut self, value: &Value, place: &Place<'_>, at: &mut String) {
        if place.is_unsaid() || self.unknown.contains(at.as_str()) {
            return;
        }
        if is(place, "only") {
            let below = format!("{at}/");
            if !self.unknown.iter().any(|pointer| pointer.starts_with(&below)) {
                let name = pointer::pieces(at).last().unwrap_or_default();
                self.found.push(
                    Diagnostic::error(
                        code::WRITTEN,
                        format!("{}{at}", self.base),
                        format!("`{name}` takes an expression, and this is a value"),
                    )
                    .with_help("write an expression, as in `!expr $input.value`")
                    .with_node(self.node.clone()),
                );
            }
            return;
        }
        let length = at.len();
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    pointer::push(at, name);
                    self.only(value, &place.member(name), at);
                    at.truncate(length);
                }
            }
            Value::Array(items) => {
                for (index, value) in items.iter().enumerate() {
                    pointer::push_index(at, index);
                    self.only(value, &place.element(index), at);
                    at.truncate(length);
                }
            }
            _ => {}
        }
    }
}
