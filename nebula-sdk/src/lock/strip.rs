//! A schema without what is said to people only.

use serde_json::{Map, Value};

/// Words for people, and what forms look at.
const ANNOTATIONS: [&str; 7] = ["$schema", "$comment", "title", "description", "examples", "x-nebula", "deprecated"];
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

pub(super) fn stripped(schema: &Value) -> Value {
    let Value::Object(map) = schema else { return schema.clone() };
    let mut found = Map::new();
    for (keyword, value) in map.iter().filter(|(keyword, _)| !ANNOTATIONS.contains(&keyword.as_str())) {
        let name = keyword.as_str();
        let value = match value {
            Value::Object(schemas) if NAMED.contains(&name) => {
                schemas.iter().map(|(name, schema)| (name.clone(), stripped(schema))).collect()
            }
            Value::Array(schemas) if LIST.contains(&name) => schemas.iter().map(stripped).collect(),
            schema if ONE.contains(&name) => stripped(schema),
            other => other.clone(),
        };
        found.insert(keyword.clone(), value);
    }
    found.into()
}
