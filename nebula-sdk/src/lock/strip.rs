//! A schema without what is said to people only.

use serde_json::Value;

use crate::schema::walk;

/// Words for people, and what forms look at.
const ANNOTATIONS: [&str; 7] = ["$schema", "$comment", "title", "description", "examples", "x-nebula", "deprecated"];

pub(super) fn stripped(schema: &Value) -> Value {
    let Value::Object(map) = schema else { return schema.clone() };
    let kept = map.iter().filter(|(keyword, _)| !ANNOTATIONS.contains(&keyword.as_str()));
    kept.map(|(keyword, value)| (keyword.clone(), walk::inside(keyword, value, &mut stripped))).collect()
}
