//! Several schemas in the `$defs` of one document. Each brings its own definitions, which move beside it, so that what
//! refers to them has to be told.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::schema::walk;

/// Where the output is.
pub(super) const OUTPUT: &str = "#/$defs/output";
/// Deeper in a schema nothing is changed: nobody writes such, and the stack is not endless.
const MAX_DEPTH: usize = 200;

/// Definitions by name.
#[derive(Default)]
pub(super) struct Defs(Map<String, Value>);

/// What has another name in the document.
struct Names<'n> {
    /// The schema itself.
    root: &'n str,
    /// Its own definitions.
    own: BTreeMap<&'n str, String>,
}

// === impl Defs ===

impl Defs {
    /// Adds a schema, and the definitions that it brings: under their names when they are the same as those that are there,
    /// or else under names that begin with this one.
    pub(super) fn add(&mut self, name: &str, schema: &Value) {
        let Some(map) = schema.as_object().filter(|map| !map.contains_key("$id")) else {
            // One with an address of its own stays whole: its references start from there.
            self.0.insert(name.to_owned(), schema.clone());
            return;
        };
        let own = map.get("$defs").and_then(Value::as_object);
        let keys = || own.into_iter().flatten().map(|(key, _)| key.as_str());
        let mut names = Names { root: name, own: keys().map(|key| (key, key.to_owned())).collect() };
        let moved = |names: &Names<'_>| -> Vec<(String, Value)> {
            let all = own.into_iter().flatten();
            all.map(|(key, schema)| (names.own[key.as_str()].clone(), names.applied(schema, 0))).collect()
        };
        let is_free =
            |key: &str, schema: &Value| !is_reserved(key) && self.0.get(key).is_none_or(|known| known == schema);
        let mut definitions = moved(&names);
        if !definitions.iter().all(|(key, schema)| is_free(key, schema)) {
            names.own = keys().map(|key| (key, format!("{name}.{key}"))).collect();
            definitions = moved(&names);
        }
        self.0.extend(definitions);
        let rest: Map<String, Value> =
            map.iter().filter(|(key, _)| !["$schema", "$defs"].contains(&key.as_str())).map(clone).collect();
        self.0.insert(name.to_owned(), names.applied(&rest.into(), 0));
    }

    pub(super) fn into_map(self) -> Map<String, Value> {
        self.0
    }
}

/// Names that mean something in a document.
fn is_reserved(name: &str) -> bool {
    ["input", "output"].contains(&name) || ["input.", "output.", "port."].iter().any(|begin| name.starts_with(begin))
}

fn clone((key, value): (&String, &Value)) -> (String, Value) {
    (key.clone(), value.clone())
}

// === impl Names ===

impl Names<'_> {
    /// The schema with its references led to where things are now.
    fn applied(&self, schema: &Value, depth: usize) -> Value {
        let Some(map) = schema.as_object().filter(|map| depth < MAX_DEPTH && !map.contains_key("$id")) else {
            return schema.clone();
        };
        map.iter()
            .map(|(keyword, value)| {
                let value = match (keyword.as_str(), value) {
                    ("$ref", Value::String(reference)) => self.reference(reference).into(),
                    _ => walk::inside(keyword, value, &mut |schema| self.applied(schema, depth + 1)),
                };
                (keyword.clone(), value)
            })
            .collect()
    }

    fn reference(&self, reference: &str) -> String {
        let Some(pointer) = reference.strip_prefix('#') else { return reference.to_owned() };
        if let Some(inner) = pointer.strip_prefix("/$defs/") {
            let (key, rest) = inner.find('/').map_or((inner, ""), |at| inner.split_at(at));
            let key = key.replace("~1", "/").replace("~0", "~");
            return match self.own.get(key.as_str()) {
                Some(name) => format!("#/$defs/{}{rest}", escaped(name)),
                None => reference.to_owned(),
            };
        }
        if pointer.is_empty() || pointer.starts_with('/') {
            return format!("#/$defs/{}{pointer}", escaped(self.root));
        }
        // An anchor, which is found wherever it stands.
        reference.to_owned()
    }
}

/// A name as a step of a JSON pointer.
pub(super) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
