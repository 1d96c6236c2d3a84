//! Where in a schema other schemas stand.

use serde_json::Value;

/// Keywords that hold schemas by name, one schema, or a list of them.
const NAMED: [&str; 4] = ["properties", "patternProperties", "$defs", "dependentSchemas"];
const ONE: [&str; 11] = [
    "items",
    "additionalProperties",
    "unevaluatedItems",
    "unevaluatedProperties",
    "propertyNames",
    "contains",
    "not",
    "if",
    "then",
    "else",
    "contentSchema",
];
const LIST: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];

/// The value of a keyword, with every schema that is directly in it changed.
pub(crate) fn inside(keyword: &str, value: &Value, change: &mut dyn FnMut(&Value) -> Value) -> Value {
    match value {
        Value::Object(schemas) if NAMED.contains(&keyword) => {
            schemas.iter().map(|(name, schema)| (name.clone(), change(schema))).collect()
        }
        Value::Array(schemas) if LIST.contains(&keyword) => schemas.iter().map(change).collect(),
        schema if ONE.contains(&keyword) => change(schema),
        other => other.clone(),
    }
}
