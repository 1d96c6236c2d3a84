//! Values of secret parameters are in no document: neither as a default nor as an example.

use serde_json::{Map, Value};

use crate::schema::walk;

/// What says that a value is secret.
const MARKS: [&str; 2] = ["writeOnly", "x-nebula-secret"];
/// Keywords that hold values.
const VALUES: [&str; 4] = ["default", "const", "enum", "examples"];
/// Nested deeper, a schema is left as it is.
const MAX_DEPTH: usize = 200;
/// Steps through one value: references may lead in circles.
const MAX_STEPS: usize = 100_000;

/// The schema without the values that it gives to secrets.
pub(super) fn without_values(schema: &Value) -> Value {
    strip(schema, schema, 0)
}

fn strip(schema: &Value, root: &Value, depth: usize) -> Value {
    let Some(map) = schema.as_object().filter(|_| depth < MAX_DEPTH) else { return schema.clone() };
    let is_secret = is_secret(map);
    let kept = map.iter().filter(|(keyword, _)| !(is_secret && VALUES.contains(&keyword.as_str())));
    kept.map(|(keyword, value)| {
        let mut value = walk::inside(keyword, value, &mut |inner| strip(inner, root, depth + 1));
        // Values of what is around a secret may hold one.
        match (keyword.as_str(), &mut value) {
            ("default", value) => Blanking { root, steps: MAX_STEPS, depth: 0 }.value(schema, value),
            ("examples", Value::Array(values)) => {
                values.iter_mut().for_each(|value| Blanking { root, steps: MAX_STEPS, depth: 0 }.value(schema, value));
            }
            _ => {}
        }
        (keyword.clone(), value)
    })
    .collect()
}

/// Takes the secrets out of a value that the schema describes.
pub(super) fn blank(schema: &Value, value: &mut Value) {
    Blanking { root: schema, steps: MAX_STEPS, depth: 0 }.value(schema, value);
}

struct Blanking<'s> {
    root: &'s Value,
    steps: usize,
    depth: usize,
}

impl Blanking<'_> {
    fn value(&mut self, schema: &Value, value: &mut Value) {
        let Some(map) = schema.as_object().filter(|_| self.steps > 0 && self.depth < MAX_DEPTH) else { return };
        self.steps -= 1;
        self.depth += 1;
        self.inside(map, value);
        self.depth -= 1;
    }

    fn inside(&mut self, map: &Map<String, Value>, value: &mut Value) {
        let target = map.get("$ref").and_then(Value::as_str).and_then(|reference| reference.strip_prefix('#'));
        if let Some(schema) = target.and_then(|pointer| self.root.pointer(pointer)) {
            self.value(schema, value);
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            for schema in map.get(keyword).and_then(Value::as_array).into_iter().flatten() {
                self.value(schema, value);
            }
        }
        match value {
            Value::Object(members) => {
                let properties = map.get("properties").and_then(Value::as_object);
                let rest = map.get("additionalProperties");
                let schema_of = |name: &str| properties.and_then(|all| all.get(name)).or(rest);
                members.retain(|name, _| !schema_of(name).and_then(Value::as_object).is_some_and(is_secret));
                for (name, member) in members.iter_mut() {
                    if let Some(schema) = schema_of(name) {
                        self.value(schema, member);
                    }
                }
            }
            Value::Array(items) => {
                if let Some(schema) = map.get("items") {
                    items.iter_mut().for_each(|item| self.value(schema, item));
                }
            }
            _ => {}
        }
    }
}

fn is_secret(schema: &Map<String, Value>) -> bool {
    MARKS.iter().any(|mark| schema.get(*mark) == Some(&Value::Bool(true)))
}
