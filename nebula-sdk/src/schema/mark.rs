//! What expressions inside parameters are told of their surroundings, and whether what is named there exists.

use serde_json::{Map, Value};

/// The parameter whose items expressions see when nothing else is said.
pub(super) const ITEMS: &str = "items";
/// Keywords of text that the action evaluates itself.
const EXPRESSIONS: [&str; 2] = ["x-nebula-expression", "x-nebula-template"];
/// Keyword of the rule for an output's type.
const RULE: &str = "x-nebula-type";
/// What holds data and no schemas.
const DATA: [&str; 4] = ["default", "examples", "enum", "const"];

/// A fact for every expression at a place and below it.
#[derive(Debug, Clone, Copy)]
pub enum Mark {
    /// The JSON pointer of the parameter whose items they see.
    Item(&'static str),
    /// The names of the JSON types that they may give.
    Result(&'static [&'static str]),
}

/// The schema with the facts at every expression in it; one that is nearer to the expression stays.
pub(super) fn applied(mut schema: Value, marks: &[Mark]) -> Value {
    if !marks.is_empty() {
        apply(&mut schema, marks);
    }
    schema
}

fn apply(schema: &mut Value, marks: &[Mark]) {
    match schema {
        Value::Object(map) => {
            for name in EXPRESSIONS {
                if let Some(Value::Object(facts)) = map.get_mut(name) {
                    marks.iter().for_each(|mark| mark.note(facts));
                }
            }
            let inner = map.iter_mut().filter(|(key, _)| !DATA.contains(&key.as_str()));
            inner.for_each(|(_, schema)| apply(schema, marks));
        }
        Value::Array(schemas) => schemas.iter_mut().for_each(|schema| apply(schema, marks)),
        _ => {}
    }
}

/// The pointers to parameters in the two schemas of an action that name no parameter of it.
pub fn dangling(input: &Value, output: &Value) -> Vec<String> {
    let mut found = Vec::new();
    pointers(input, &mut found);
    pointers(output, &mut found);
    found.retain(|pointer| {
        let name = pointer.split('/').nth(1).unwrap_or_default().replace("~1", "/").replace("~0", "~");
        // A dot is the member that is looked at.
        !pointer.starts_with('.') && !has_parameter(input, &name)
    });
    found.dedup();
    found
}

/// Whether an input's schema has the parameter, in one of its branches at least.
pub fn has_parameter(schema: &Value, name: &str) -> bool {
    let branches = schema["oneOf"].as_array().map(Vec::as_slice).unwrap_or_default();
    schema["properties"].get(name).is_some() || branches.iter().any(|branch| has_parameter(branch, name))
}

/// What rules and expressions refer to.
fn pointers(schema: &Value, found: &mut Vec<String>) {
    match schema {
        Value::Object(map) => {
            for (key, inner) in map {
                match key.as_str() {
                    key if EXPRESSIONS.contains(&key) => {
                        found.extend(inner.get("item").and_then(Value::as_str).map(str::to_owned));
                    }
                    RULE => rule(inner, found),
                    key if DATA.contains(&key) => {}
                    _ => pointers(inner, found),
                }
            }
        }
        Value::Array(schemas) => schemas.iter().for_each(|schema| pointers(schema, found)),
        _ => {}
    }
}

/// Pointers of a rule: what stands at one of the words that take one.
fn rule(rule: &Value, found: &mut Vec<String>) {
    match rule {
        Value::Object(map) => {
            for (key, inner) in map {
                match (key.as_str(), inner) {
                    ("parameter" | "expression" | "each" | "given" | "if_null", Value::String(pointer)) => {
                        found.push(pointer.clone());
                    }
                    ("schema", _) => {}
                    _ => self::rule(inner, found),
                }
            }
        }
        Value::Array(rules) => rules.iter().for_each(|rule| self::rule(rule, found)),
        _ => {}
    }
}

// === impl Mark ===

impl Mark {
    fn note(&self, facts: &mut Map<String, Value>) {
        match self {
            Self::Item(pointer) => facts.entry("item").or_insert_with(|| (*pointer).into()),
            Self::Result([only]) => facts.entry("result").or_insert_with(|| serde_json::json!({ "type": only })),
            Self::Result(names) => facts.entry("result").or_insert_with(|| serde_json::json!({ "type": names })),
        };
    }
}

#[cfg(test)]
mod tests;
