//! Values that fit a JSON Schema, and values that do not: input for property tests.

mod invalid;
mod object;
mod pattern;
mod random;
mod scalar;

use nebula_runtime::catalogue::CompiledSchema;
use serde_json::{Map, Value, json};

use self::random::Random;

/// Candidates that are tried for one value.
const TRIES: usize = 200;
/// Nested deeper, only what must be there is made.
const DEEP: usize = 6;
/// Nested deeper, nothing is made.
const DEEPEST: usize = 40;

/// Values that fit the schema: the edge cases first (the least, the most, what the schema itself names), and then at
/// random. The same schema and seed always give the same values. There is no end, unless values that fit cannot be found:
/// a schema may be impossible, or ask for more than this tries.
///
/// ```
/// use nebula_sdk::testing::{generate, generate_invalid};
/// use serde_json::json;
///
/// let schema = json!({ "type": "integer", "minimum": 1, "maximum": 14 });
/// let days: Vec<_> = generate(&schema, 7).take(20).collect();
/// assert_eq!(days[..2], [json!(1), json!(14)]);
/// assert!(days.iter().all(|day| (1..=14).contains(&day.as_i64().unwrap())));
/// assert!(generate_invalid(&schema, 7).take(20).all(|day| day.as_i64().is_none_or(|day| !(1..=14).contains(&day))));
/// ```
///
/// # Panics
/// When the schema is no JSON Schema.
#[track_caller]
pub fn generate(schema: &Value, seed: u64) -> impl Iterator<Item = Value> + use<> {
    Generate::new(schema, seed)
}

/// Values that do not fit the schema, each next to one that does.
///
/// # Panics
/// When the schema is no JSON Schema.
#[track_caller]
pub fn generate_invalid(schema: &Value, seed: u64) -> impl Iterator<Item = Value> + use<> {
    invalid::Invalid::new(Generate::new(schema, seed))
}

/// How values are chosen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// The smallest.
    Least,
    /// Everything, and large.
    Most,
    /// What the schema names: defaults and examples.
    Named,
    /// Ends of ranges and odd texts, mixed.
    Edges,
    Any,
}

struct Generate {
    schema: Value,
    compiled: CompiledSchema,
    random: Random,
    made: usize,
}

/// One value in the making.
struct Maker<'g> {
    root: &'g Value,
    random: &'g mut Random,
    mode: Mode,
}

// === impl Generate ===

impl Generate {
    #[track_caller]
    fn new(schema: &Value, seed: u64) -> Self {
        let compiled = CompiledSchema::new(schema.clone());
        if let Err(error) = compiled.compile() {
            panic!("this is no JSON Schema: {error}");
        }
        Self { schema: schema.clone(), compiled, random: Random::new(seed), made: 0 }
    }

    fn mode(&mut self) -> Mode {
        match self.made {
            0 => Mode::Least,
            1 => Mode::Most,
            2 => Mode::Named,
            3..=15 => Mode::Edges,
            _ if self.random.one_in(4) => Mode::Edges,
            _ => Mode::Any,
        }
    }
}

impl Iterator for Generate {
    type Item = Value;

    fn next(&mut self) -> Option<Value> {
        for attempt in 0..TRIES {
            // What the plain modes cannot do, chance may.
            let mode = if attempt < 3 { self.mode() } else { Mode::Any };
            let mut maker = Maker { root: &self.schema, random: &mut self.random, mode };
            let value = maker.value(&self.schema, 0);
            if self.compiled.check(&value).is_empty() {
                self.made += 1;
                return Some(value);
            }
        }
        None
    }
}

// === impl Maker ===

impl Maker<'_> {
    fn value(&mut self, schema: &Value, depth: usize) -> Value {
        let Some(map) = schema.as_object().filter(|map| !map.is_empty() && depth < DEEPEST) else {
            return self.anything(depth);
        };
        if self.mode == Mode::Named || (self.mode == Mode::Edges && self.random.one_in(4)) {
            let named = map
                .get("default")
                .into_iter()
                .chain(map.get("examples").and_then(Value::as_array).into_iter().flatten());
            let named: Vec<&Value> = named.collect();
            if !named.is_empty() {
                return (*self.random.pick(&named)).clone();
            }
        }
        if let Some(only) = map.get("const") {
            return only.clone();
        }
        if let Some(values) = map.get("enum").and_then(Value::as_array).filter(|values| !values.is_empty()) {
            return match self.mode {
                Mode::Least => values[0].clone(),
                Mode::Most => values[values.len() - 1].clone(),
                _ => self.random.pick(values).clone(),
            };
        }
        let schema = self.flat(map.clone(), depth);
        if schema.contains_key("const") || schema.contains_key("enum") {
            return self.value(&Value::Object(schema), depth + 1);
        }
        match self.kind(&schema).as_str() {
            "null" => Value::Null,
            "boolean" => Value::Bool(match self.mode {
                Mode::Least => false,
                Mode::Most => true,
                _ => self.random.one_in(2),
            }),
            "integer" => self.integer(&schema),
            "number" => self.number(&schema),
            "string" => self.text(&schema),
            "array" => self.list(&schema, depth),
            "object" => self.object(&schema, depth),
            _ => self.anything(depth),
        }
    }

    /// The schema with one way through its references and alternatives put into it.
    fn flat(&mut self, mut schema: Map<String, Value>, depth: usize) -> Map<String, Value> {
        for _ in 0..DEEP {
            if let Some(target) = schema.remove("$ref").and_then(|reference| self.target(&reference)) {
                merge(&mut schema, target);
                continue;
            }
            let Some(branches) = ["oneOf", "anyOf"].iter().find_map(|name| schema.remove(*name)) else { break };
            let branches = branches.as_array().cloned().unwrap_or_default();
            let branch = match self.mode {
                Mode::Least => branches.first(),
                // A type that contains itself has to end: what holds the least is tried.
                _ if depth > DEEP => branches.iter().min_by_key(|branch| branch.to_string().len()),
                Mode::Most => branches.last(),
                _ if branches.is_empty() => None,
                _ => Some(self.random.pick(&branches)),
            };
            if let Some(Value::Object(branch)) = branch {
                merge(&mut schema, branch.clone());
            }
        }
        // Conditions are looked at when the object is there.
        let parts = schema.get("allOf").and_then(Value::as_array).cloned().unwrap_or_default();
        for part in parts.into_iter().filter(|part| part.get("if").is_none()) {
            if let Value::Object(part) = part {
                let part = self.flat(part, depth + 1);
                merge(&mut schema, part);
            }
        }
        schema
    }

    fn target(&self, reference: &Value) -> Option<Map<String, Value>> {
        self.root.pointer(reference.as_str()?.strip_prefix('#')?)?.as_object().cloned()
    }

    fn kind(&mut self, schema: &Map<String, Value>) -> String {
        match schema.get("type") {
            Some(Value::String(name)) => name.clone(),
            Some(Value::Array(names)) if !names.is_empty() => {
                let name = match self.mode {
                    Mode::Most => &names[0],
                    Mode::Least => &names[names.len() - 1],
                    _ => self.random.pick(names),
                };
                name.as_str().unwrap_or_default().to_owned()
            }
            _ => {
                let hints = [
                    ("properties", "object"),
                    ("required", "object"),
                    ("items", "array"),
                    ("pattern", "string"),
                    ("format", "string"),
                    ("minLength", "string"),
                    ("minimum", "number"),
                ];
                hints.iter().find(|(name, _)| schema.contains_key(*name)).map_or("", |(_, kind)| kind).to_owned()
            }
        }
    }

    /// JSON of any shape.
    fn anything(&mut self, depth: usize) -> Value {
        let simple = [json!(null), json!(true), json!(0), json!(-1.5), json!(""), json!("text"), json!([]), json!({})];
        if depth >= DEEP || self.mode == Mode::Least || !self.random.one_in(4) {
            return if self.mode == Mode::Least { Value::Null } else { self.random.pick(&simple).clone() };
        }
        let inner = self.anything(depth + 1);
        if self.random.one_in(2) { json!([inner]) } else { json!({ "a": inner }) }
    }
}

/// Puts a schema into another: members and what is required together, of the rest what is new.
fn merge(schema: &mut Map<String, Value>, part: Map<String, Value>) {
    for (keyword, value) in part {
        match (schema.get_mut(&keyword), value) {
            (Some(Value::Object(known)), Value::Object(more)) if keyword == "properties" => {
                for (name, property) in more {
                    known.entry(name).or_insert(property);
                }
            }
            (Some(Value::Array(known)), Value::Array(more)) if keyword == "required" || keyword == "allOf" => {
                known.extend(more);
            }
            (Some(_), _) => {}
            (None, value) => {
                schema.insert(keyword, value);
            }
        }
    }
}

#[cfg(test)]
mod tests;
