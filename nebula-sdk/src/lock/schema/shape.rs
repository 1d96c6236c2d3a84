//! Members, items and alternatives.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Differ, Impact, Side, types, values};

static ANY: Value = Value::Bool(true);

impl<'d> Differ<'d> {
    pub(super) fn members(&mut self, old: &'d Map<String, Value>, new: &'d Map<String, Value>, at: &str, depth: usize) {
        let (before, now) = (properties(old), properties(new));
        let (needed, needs) = (required(old), required(new));
        for (name, schema) in before.into_iter().flatten() {
            let place = format!("{at}/{name}");
            let Some(other) = now.and_then(|now| now.get(name)) else {
                let message = if self.side == Side::Input { "the parameter is gone" } else { "it is gone" };
                self.say(&place, message, Impact::Breaking);
                continue;
            };
            self.presence(needed.contains(name.as_str()), needs.contains(name.as_str()), &place);
            self.schemas(schema, other, &place, depth);
        }
        let added =
            now.into_iter().flatten().filter(|(name, _)| before.is_none_or(|before| !before.contains_key(*name)));
        for (name, _) in added {
            let place = format!("{at}/{name}");
            match (self.side, needs.contains(name.as_str())) {
                (Side::Input, true) => self.say(&place, "it is new and must be given", Impact::Breaking),
                (Side::Input, false) => self.say(&place, "the parameter is new", Impact::Addition),
                (Side::Output, _) => self.say(&place, "it is new", Impact::Addition),
            }
        }
        let open = |schema: &Map<String, Value>| schema.get("additionalProperties") != Some(&Value::Bool(false));
        let is_object = |schema: &Map<String, Value>| {
            types(schema).is_some_and(|types| types.contains("object")) || schema.contains_key("properties")
        };
        if is_object(old) && is_object(new) {
            match (open(old), open(new), self.side) {
                (true, false, Side::Input) => self.say(at, "no other members are taken", Impact::Breaking),
                (true, false, Side::Output) | (false, true, _) => {
                    let word = if open(new) { "it may have other members too" } else { "it has no other members" };
                    self.say(at, word, Impact::Addition);
                }
                _ => {
                    let part = |schema: &'d Map<String, Value>| schema.get("additionalProperties").unwrap_or(&ANY);
                    self.schemas(part(old), part(new), &format!("{at}/*"), depth);
                }
            }
        }
    }

    fn presence(&mut self, before: bool, now: bool, place: &str) {
        match (self.side, before, now) {
            (Side::Input, false, true) => self.say(place, "it must be given", Impact::Breaking),
            (Side::Input, true, false) => self.say(place, "it need not be given", Impact::Addition),
            (Side::Output, false, true) => self.say(place, "it is always there", Impact::Addition),
            (Side::Output, true, false) => self.say(place, "it may be absent", Impact::Breaking),
            _ => {}
        }
    }

    /// Items of lists.
    pub(super) fn parts(&mut self, old: &'d Map<String, Value>, new: &'d Map<String, Value>, at: &str, depth: usize) {
        let prefix = |schema: &'d Map<String, Value>| {
            schema.get("prefixItems").and_then(Value::as_array).map_or(&[][..], Vec::as_slice)
        };
        let rest = |schema: &'d Map<String, Value>| schema.get("items").unwrap_or(&ANY);
        let (before, now) = (prefix(old), prefix(new));
        for index in 0..before.len().max(now.len()) {
            let (one, other) = (before.get(index).unwrap_or(rest(old)), now.get(index).unwrap_or(rest(new)));
            self.schemas(one, other, &format!("{at}/{index}"), depth);
        }
        self.schemas(rest(old), rest(new), &format!("{at}/[]"), depth);
    }

    /// Alternatives, paired by what tells them apart, and what holds beside them.
    pub(super) fn branches(
        &mut self,
        old: &'d Map<String, Value>,
        new: &'d Map<String, Value>,
        at: &str,
        depth: usize,
    ) {
        for keyword in ["oneOf", "anyOf"] {
            let (before, now) = (list(old, keyword), list(new, keyword));
            // Choices were compared already.
            if (before.is_empty() && now.is_empty()) || values(old).is_some() || values(new).is_some() {
                continue;
            }
            if before.is_empty() || now.is_empty() {
                self.say(at, "its alternatives have changed", Impact::Breaking);
                continue;
            }
            let mut taken = BTreeSet::new();
            for one in before {
                let pair = (0..now.len()).find(|at| !taken.contains(at) && label(&now[*at]) == label(one));
                match pair {
                    Some(index) => {
                        taken.insert(index);
                        self.schemas(one, &now[index], &format!("{at}({})", label(one)), depth);
                    }
                    None => self.narrower(at, &format!("the alternative {} is gone", label(one))),
                }
            }
            for index in (0..now.len()).filter(|index| !taken.contains(index)) {
                self.wider(at, &format!("there is a new alternative: {}", label(&now[index])));
            }
        }
        let (before, now) = (list(old, "allOf"), list(new, "allOf"));
        for gone in before.iter().filter(|one| !now.contains(one)) {
            self.wider(at, &format!("{} holds no more", rule(gone)));
        }
        for added in now.iter().filter(|one| !before.contains(one)) {
            self.narrower(at, &format!("{} is new", rule(added)));
        }
    }
}

fn properties(schema: &Map<String, Value>) -> Option<&Map<String, Value>> {
    schema.get("properties").and_then(Value::as_object)
}

fn required(schema: &Map<String, Value>) -> BTreeSet<&str> {
    schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

fn list<'s>(schema: &'s Map<String, Value>, keyword: &str) -> &'s [Value] {
    schema.get(keyword).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// What an alternative is called: by its tag, its one member, its value or its type.
fn label(schema: &Value) -> String {
    let Some(map) = schema.as_object() else { return schema.to_string() };
    if let Some(only) = map.get("const") {
        return only.to_string();
    }
    if let Some(properties) = properties(map) {
        let tag = properties.iter().find_map(|(name, schema)| Some((name, schema.get("const")?)));
        if let Some((name, value)) = tag {
            return format!("{name}={}", value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        }
        if let Some(name) = properties.keys().next().filter(|_| properties.len() == 1) {
            return name.clone();
        }
    }
    match (types(map), map.get("$ref")) {
        (Some(types), _) => super::either(&types),
        (None, Some(reference)) => reference.to_string(),
        (None, None) => "anything".to_owned(),
    }
}

/// A rule beside the properties, in words.
fn rule(schema: &Value) -> String {
    let then = &schema["then"];
    let required = then["required"].as_array().and_then(|names| names.first()).and_then(Value::as_str);
    let allowed = then["properties"].as_object().and_then(|properties| properties.keys().next()).map(String::as_str);
    match (required, allowed) {
        (Some(name), _) => format!("a condition that requires `{name}`"),
        (None, Some(name)) => format!("a condition that forbids `{name}`"),
        (None, None) => "a rule for the whole".to_owned(),
    }
}
