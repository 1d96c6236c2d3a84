//! What a JSON Schema says about one place of a value: its keywords, however the schema is put together.

use serde_json::{Map, Value};

/// Ways to read a schema that are kept apart; of more, nothing is said.
const MAX_WAYS: usize = 64;
/// Schemas that are looked at for one place, and how deep they are nested: references may lead in circles.
const MAX_LOOKS: usize = 1_000;
const MAX_HOPS: usize = 32;

/// A place in a schema. A schema with alternatives can be read in several ways.
#[derive(Debug, Clone)]
pub(super) struct Place<'s> {
    root: &'s Value,
    /// Each holds the schemas that apply together; empty = anything.
    ways: Vec<Vec<&'s Map<String, Value>>>,
}

impl<'s> Place<'s> {
    /// The whole value.
    pub(super) fn root(schema: &'s Value) -> Self {
        Self { root: schema, ways: Looking { root: schema, looks: MAX_LOOKS }.ways(schema, MAX_HOPS) }
    }

    /// A member of an object.
    pub(super) fn member(&self, name: &str) -> Self {
        self.step("object", |schema| {
            if let Some(property) = schema.get("properties").and_then(|properties| properties.get(name)) {
                return Part::Is(property);
            }
            if schema.contains_key("patternProperties") {
                return Part::Unsaid;
            }
            schema.get("additionalProperties").map_or(Part::Unsaid, Part::Is)
        })
    }

    /// An element of a list.
    pub(super) fn element(&self, index: usize) -> Self {
        self.step("array", |schema| {
            let prefix = schema.get("prefixItems").and_then(|items| items.get(index));
            prefix.or_else(|| schema.get("items")).map_or(Part::Unsaid, Part::Is)
        })
    }

    /// A keyword that every way to read a text here has.
    pub(super) fn keyword(&self, name: &str) -> Option<&'s Value> {
        let mut found = None;
        for way in self.ways.iter().filter(|way| may_be(way, "string")) {
            let keyword = way.iter().find_map(|schema| schema.get(name))?;
            found = found.or(Some(keyword));
        }
        found
    }

    /// A keyword that some way to read a text here has.
    pub(super) fn any_keyword(&self, name: &str) -> Option<&'s Value> {
        self.ways.iter().flatten().find_map(|schema| schema.get(name))
    }

    /// The name of a property somewhere below, whose schema is as asked.
    pub(super) fn named(&self, is_meant: impl Fn(&Map<String, Value>) -> bool) -> Option<&'s str> {
        let mut looks = MAX_LOOKS;
        let mut open: Vec<&'s Map<String, Value>> = self.ways.iter().flatten().copied().collect();
        while let Some(schema) = open.pop() {
            looks = looks.checked_sub(1)?;
            for (keyword, value) in schema {
                match value {
                    Value::Object(properties) if keyword == "properties" => {
                        for (name, property) in properties {
                            let Value::Object(property) = property else { continue };
                            if is_meant(property) {
                                return Some(name);
                            }
                            open.push(property);
                        }
                    }
                    Value::Object(inner) if keyword == "items" || keyword == "additionalProperties" => open.push(inner),
                    Value::Array(parts) => open.extend(parts.iter().filter_map(Value::as_object)),
                    _ => {}
                }
            }
        }
        None
    }

    /// The most elements, members or bytes that a value here has, if every way to read it says so.
    pub(super) fn most(&self) -> Option<u64> {
        let most = |way: &Vec<&Map<String, Value>>| {
            let bound = |kind: &str, keyword: &str, each: u64| match may_be(way, kind) {
                false => Some(1),
                true => {
                    let bounds = way.iter().filter_map(|schema| schema.get(keyword)?.as_u64());
                    bounds.min().map(|most| most.saturating_mul(each))
                }
            };
            // A character has four bytes at most.
            let bounds = [
                bound("array", "maxItems", 1)?,
                bound("object", "maxProperties", 1)?,
                bound("string", "maxLength", 4)?,
            ];
            bounds.into_iter().max()
        };
        let all: Option<Vec<u64>> = self.ways.iter().map(most).collect();
        all?.into_iter().max()
    }

    /// Whether nothing is said of what stands here and below.
    pub(super) fn is_unsaid(&self) -> bool {
        self.ways.iter().all(Vec::is_empty)
    }

    /// The place of a part of a value of the kind.
    fn step(&self, kind: &str, part: impl Fn(&'s Map<String, Value>) -> Part<'s>) -> Self {
        let mut looking = Looking { root: self.root, looks: MAX_LOOKS };
        let mut next = Vec::new();
        for way in self.ways.iter().filter(|way| may_be(way, kind)) {
            let mut here: Vec<Vec<&'s Map<String, Value>>> = vec![Vec::new()];
            for schema in way {
                let Part::Is(schema) = part(schema) else { continue };
                here = combined(&here, &looking.ways(schema, MAX_HOPS));
            }
            next.append(&mut here);
        }
        if next.len() > MAX_WAYS {
            next = vec![Vec::new()];
        }
        Self { root: self.root, ways: next }
    }
}

/// What a schema says of a part.
enum Part<'s> {
    Is(&'s Value),
    Unsaid,
}

/// A walk through a schema and what it refers to.
struct Looking<'s> {
    root: &'s Value,
    looks: usize,
}

impl<'s> Looking<'s> {
    /// The ways to read a schema; none when it allows nothing.
    fn ways(&mut self, schema: &'s Value, hops: usize) -> Vec<Vec<&'s Map<String, Value>>> {
        let map = match schema {
            Value::Bool(false) => return Vec::new(),
            Value::Object(map) if hops > 0 && self.looks > 0 => map,
            _ => return vec![Vec::new()],
        };
        self.looks -= 1;
        let mut found = vec![vec![map]];
        if let Some(target) = map.get("$ref").and_then(Value::as_str) {
            let target = target.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer));
            let target = target.map_or_else(|| vec![Vec::new()], |target| self.ways(target, hops - 1));
            found = combined(&found, &target);
        }
        for part in map.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            found = combined(&found, &self.ways(part, hops - 1));
        }
        for keyword in ["anyOf", "oneOf"] {
            let Some(branches) = map.get(keyword).and_then(Value::as_array) else { continue };
            let mut all = Vec::new();
            for branch in branches {
                all.append(&mut self.ways(branch, hops - 1));
            }
            found = combined(&found, &all);
        }
        found
    }
}

/// Both together, in every combination.
fn combined<'s>(
    one: &[Vec<&'s Map<String, Value>>],
    other: &[Vec<&'s Map<String, Value>>],
) -> Vec<Vec<&'s Map<String, Value>>> {
    if one.len() * other.len() > MAX_WAYS {
        return vec![Vec::new()];
    }
    one.iter().flat_map(|one| other.iter().map(move |other| one.iter().chain(other).copied().collect())).collect()
}

/// Whether a value may be of the kind.
fn may_be(way: &[&Map<String, Value>], kind: &str) -> bool {
    way.iter().all(|schema| match schema.get("type") {
        Some(Value::String(name)) => name == kind,
        Some(Value::Array(names)) => names.iter().any(|name| name == kind),
        _ => true,
    })
}

#[cfg(test)]
mod tests;
