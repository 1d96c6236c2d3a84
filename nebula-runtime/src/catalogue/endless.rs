//! Finds references in a schema that would be followed for ever.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::plan::pointer;

/// Applicators that look at the same value again; `dependentSchemas` does too, one level further down.
const SAME_PLACE: [&str; 7] = ["allOf", "anyOf", "oneOf", "not", "if", "then", "else"];

/// Where the schemas of schemas are.
const DIALECTS: &str = "https://json-schema.org/draft/";

/// What can be referred to by name, by pointer.
#[derive(Default)]
struct Names {
    anchors: HashMap<String, Vec<String>>,
    /// Every place with an `$id`.
    resources: Vec<String>,
    /// These.
    ids: HashSet<String>,
    references: Vec<String>,
}

enum Step {
    Enter(String),
    Leave(String),
}

/// The place of a `$ref` that leads back to itself without looking at any part of the value: checking would never end.
/// References that pass through `properties`, `items` and the like end with the value.
pub(super) fn endless_reference(schema: &Value) -> Option<String> {
    let names = Names::collect(schema);
    let mut is_done: HashMap<String, bool> = HashMap::new();
    for start in &names.references {
        let mut stack = vec![Step::Enter(start.clone())];
        while let Some(step) = stack.pop() {
            let at = match step {
                Step::Leave(at) => {
                    is_done.insert(at, true);
                    continue;
                }
                Step::Enter(at) => at,
            };
            match is_done.get(&at) {
                Some(true) => continue,
                // It is on the way that leads here. The way passed a reference, as nothing else leads upwards.
                Some(false) => return Some(start.clone()),
                None => {}
            }
            is_done.insert(at.clone(), false);
            stack.push(Step::Leave(at.clone()));
            stack.extend(names.next(schema, &at).into_iter().map(Step::Enter));
        }
    }
    None
}

impl Names {
    fn collect(schema: &Value) -> Self {
        let mut names = Self::default();
        let mut stack = vec![(schema, String::new())];
        while let Some((value, at)) = stack.pop() {
            match value {
                Value::Object(fields) => {
                    if fields.contains_key("$ref") || fields.contains_key("$dynamicRef") {
                        names.references.push(at.clone());
                    }
                    if let Some(id) = fields.get("$id") {
                        names.resources.push(at.clone());
                        names.ids.extend(id.as_str().map(str::to_owned));
                    }
                    for key in ["$anchor", "$dynamicAnchor"] {
                        if let Some(name) = fields.get(key).and_then(Value::as_str) {
                            names.anchors.entry(name.to_owned()).or_default().push(at.clone());
                        }
                    }
                    stack.extend(fields.iter().map(|(key, value)| (value, pointer::join(&at, key))));
                }
                Value::Array(items) => {
                    stack.extend(items.iter().enumerate().map(|(i, value)| (value, pointer::join_index(&at, i))));
                }
                _ => {}
            }
        }
        names.references.sort();
        names
    }

    /// The schemas that the one at `at` applies to the same value.
    fn next(&self, schema: &Value, at: &str) -> Vec<String> {
        let Some(Value::Object(here)) = schema.pointer(at) else { return Vec::new() };
        let mut next = Vec::new();
        for key in ["$ref", "$dynamicRef"] {
            if let Some(target) = here.get(key).and_then(Value::as_str) {
                self.targets(target, &mut next);
            }
        }
        for key in SAME_PLACE {
            match here.get(key) {
                Some(Value::Array(items)) => {
                    next.extend((0..items.len()).map(|i| pointer::join_index(&pointer::join(at, key), i)));
                }
                Some(Value::Object(_)) => next.push(pointer::join(at, key)),
                _ => {}
            }
        }
        if let Some(Value::Object(schemas)) = here.get("dependentSchemas") {
            let at = pointer::join(at, "dependentSchemas");
            next.extend(schemas.keys().map(|name| pointer::join(&at, name)));
        }
        next
    }

    /// What a reference may mean; rather too much than too little.
    fn targets(&self, target: &str, next: &mut Vec<String>) {
        let (resource, fragment) = target.split_once('#').unwrap_or((target, ""));
        if resource.starts_with(DIALECTS) && !self.ids.contains(resource) {
            // The schema of schemas is known without being fetched, and looks at parts of the value before it refers back.
        } else if !fragment.is_empty() && !fragment.starts_with('/') {
            next.extend(self.anchors.get(fragment).into_iter().flatten().cloned());
        } else if resource.is_empty() && self.resources.is_empty() {
            next.push(fragment.to_owned());
        } else {
            // Inside a schema with an `$id`, pointers start there.
            next.extend(self.resources.iter().map(|resource| format!("{resource}{fragment}")));
            next.push(fragment.to_owned());
        }
    }
}
