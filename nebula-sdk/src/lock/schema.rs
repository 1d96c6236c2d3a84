//! What has changed between two JSON Schemas, and whom it hurts.
//!
//! What goes in may become wider and not narrower, what comes out the other way round. Where neither can be told, the
//! change counts as breaking.

mod bounds;
mod shape;

use std::{
    collections::{BTreeSet, HashSet},
    sync::LazyLock,
};

use serde_json::{Map, Value};

use super::Impact;

/// Nested deeper, schemas are compared as a whole.
const MAX_DEPTH: usize = 64;

/// Which of an action's two schemas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Input,
    Output,
}

/// Place, what is so now, and what that means.
pub(super) type Found = (String, String, Impact);

/// The changes from one schema to the other.
pub(super) fn compare(old: &Value, new: &Value, side: Side) -> Vec<Found> {
    let mut differ = Differ { old, new, side, found: Vec::new(), entered: HashSet::new() };
    let root = if side == Side::Input { "input" } else { "output" };
    differ.schemas(old, new, root, MAX_DEPTH);
    differ.found.dedup();
    differ.found
}

struct Differ<'d> {
    old: &'d Value,
    new: &'d Value,
    side: Side,
    found: Vec<Found>,
    /// Pairs of places that references lead to, so that types that contain themselves come to an end.
    entered: HashSet<(*const Value, *const Value)>,
}

impl<'d> Differ<'d> {
    fn schemas(&mut self, old: &'d Value, new: &'d Value, at: &str, depth: usize) {
        let (old, new) = (target(self.old, old), target(self.new, new));
        if old == new && !refers(old) {
            return;
        }
        if depth == 0 {
            return self.say(at, "what is nested here has changed", Impact::Breaking);
        }
        if !self.entered.insert((std::ptr::from_ref(old), std::ptr::from_ref(new))) {
            return;
        }
        let (before, now) = match (old, new) {
            (Value::Bool(false), _) => return self.wider(at, "values are possible, and none were"),
            (_, Value::Bool(false)) => return self.narrower(at, "no value is possible any more"),
            _ => (old.as_object().unwrap_or(nothing()), new.as_object().unwrap_or(nothing())),
        };
        if !self.types(before, now, at) {
            return;
        }
        self.values(before, now, at);
        self.bounds(before, now, at);
        self.members(before, now, at, depth - 1);
        self.parts(before, now, at, depth - 1);
        self.branches(before, now, at, depth - 1);
        self.rules(before, now, at);
    }

    /// Compares the types; whether they have anything in common.
    fn types(&mut self, old: &Map<String, Value>, new: &Map<String, Value>, at: &str) -> bool {
        let (Some(before), Some(now)) = (types(old), types(new)) else {
            match (types(old), types(new)) {
                (None, Some(now)) if values(old).is_none() => {
                    self.narrower(at, &format!("it is {} now, and was anything", either(&now)));
                }
                (Some(before), None) if values(new).is_none() => {
                    self.wider(at, &format!("it may be anything, and was {}", either(&before)));
                }
                _ => {}
            }
            return true;
        };
        let holds =
            |set: &BTreeSet<String>, one: &String| set.contains(one) || (one == "integer" && set.contains("number"));
        let gone: BTreeSet<String> = before.iter().filter(|one| !holds(&now, one)).cloned().collect();
        let added: BTreeSet<String> = now.iter().filter(|one| !holds(&before, one)).cloned().collect();
        // Not even a part of it is as it was; but a number that is a whole one now is narrower.
        let is_narrower = gone.contains("number") && now.contains("integer");
        if !is_narrower && gone.len() == before.len() && added.len() == now.len() {
            self.say(at, &format!("it is {} now, and was {}", either(&now), either(&before)), Impact::Breaking);
            return false;
        }
        if !gone.is_empty() {
            let rest = if now.contains("integer") && gone.contains("number") {
                "it is a whole number now".to_owned()
            } else {
                format!("it is no more {}", either(&gone))
            };
            self.narrower(at, &rest);
        }
        // Every whole number was a number before.
        let is_nothing_new = added.contains("integer") && before.contains("number");
        if !added.is_empty() && !is_nothing_new {
            self.wider(at, &format!("it may be {} too", either(&added)));
        }
        true
    }

    /// Compares what is chosen from.
    fn values(&mut self, old: &Map<String, Value>, new: &Map<String, Value>, at: &str) {
        match (values(old), values(new)) {
            (Some(before), Some(now)) => {
                for gone in before.difference(&now) {
                    self.narrower(at, &format!("{gone} is no choice any more"));
                }
                for added in now.difference(&before) {
                    self.wider(at, &format!("{added} is a new choice"));
                }
            }
            (None, Some(now)) => {
                let list: Vec<String> = now.into_iter().collect();
                self.narrower(at, &format!("only {} is possible", list.join(", ")));
            }
            (Some(_), None) => self.wider(at, "it is not only chosen from a list any more"),
            (None, None) => {}
        }
    }

    fn narrower(&mut self, at: &str, message: &str) {
        self.say(at, message, if self.side == Side::Input { Impact::Breaking } else { Impact::Addition });
    }

    fn wider(&mut self, at: &str, message: &str) {
        self.say(at, message, if self.side == Side::Input { Impact::Addition } else { Impact::Breaking });
    }

    fn say(&mut self, at: &str, message: &str, impact: Impact) {
        self.found.push((at.to_owned(), message.to_owned(), impact));
    }
}

/// The schema of anything.
fn nothing() -> &'static Map<String, Value> {
    static NOTHING: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);
    &NOTHING
}

/// What a reference leads to; anything else is itself.
fn target<'s>(root: &'s Value, schema: &'s Value) -> &'s Value {
    let mut here = schema;
    for _ in 0..MAX_DEPTH {
        let reference = here.get("$ref").and_then(Value::as_str).and_then(|reference| reference.strip_prefix('#'));
        match reference.and_then(|pointer| root.pointer(pointer)) {
            Some(next) => here = next,
            None => break,
        }
    }
    here
}

/// Whether equal text may still mean different things, as what is referred to stands elsewhere.
fn refers(schema: &Value) -> bool {
    match schema {
        Value::Object(map) => map.contains_key("$ref") || map.values().any(refers),
        Value::Array(items) => items.iter().any(refers),
        _ => false,
    }
}

fn types(schema: &Map<String, Value>) -> Option<BTreeSet<String>> {
    match schema.get("type")? {
        Value::String(name) => Some([name.clone()].into()),
        Value::Array(names) => Some(names.iter().filter_map(Value::as_str).map(str::to_owned).collect()),
        _ => None,
    }
}

/// The values of a choice, as JSON.
fn values(schema: &Map<String, Value>) -> Option<BTreeSet<String>> {
    if let Some(only) = schema.get("const") {
        return Some([only.to_string()].into());
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return Some(values.iter().map(Value::to_string).collect());
    }
    let options = schema.get("oneOf").and_then(Value::as_array)?;
    options
        .iter()
        .map(|option| Some(option.as_object().filter(|map| map.len() == 1)?.get("const")?.to_string()))
        .collect()
}

/// `a text or a number`
fn either(names: &BTreeSet<String>) -> String {
    let words: Vec<&str> = names
        .iter()
        .map(|name| match name.as_str() {
            "string" => "a text",
            "integer" => "a whole number",
            "number" => "a number",
            "boolean" => "true or false",
            "array" => "a list",
            "object" => "an object",
            other => other,
        })
        .collect();
    words.join(" or ")
}
