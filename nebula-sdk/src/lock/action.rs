//! What callers can notice of an action, and what has changed of it.

use std::collections::{BTreeMap, BTreeSet};

use nebula_ports::model::{ActionDescriptor, CapabilityRequest, InterfaceVersion, Target};
use serde_json::{Map, Value};

use super::{
    Change, Comparison, Impact, Locked, Verdict,
    schema::{self, Side},
    strip::stripped,
};

/// What is said to people only, decides nothing for callers, or stands elsewhere in the lock.
const UNLOCKED: [&str; 14] = [
    "id",
    "version",
    "process",
    "name",
    "description",
    "input_schema",
    "output_schema",
    "listing",
    "category",
    "tags",
    "icon",
    "docs",
    "examples",
    "example",
];

/// All of a descriptor but what is said to people.
pub(super) fn facts(descriptor: &ActionDescriptor) -> Map<String, Value> {
    let whole = serde_json::to_value(descriptor).unwrap_or_default();
    let mut facts: Map<String, Value> = whole
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, _)| !UNLOCKED.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), without_words(value)))
        .collect();
    facts.insert("input".into(), stripped(&descriptor.input_schema));
    facts.insert("output".into(), stripped(&descriptor.output_schema));
    facts
}

/// Slots and the like, without their descriptions.
fn without_words(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(without_words).collect(),
        Value::Object(map) => {
            let kept = map.iter().filter(|(name, _)| !["description", "label", "docs"].contains(&name.as_str()));
            kept.map(|(name, value)| (name.clone(), without_words(value))).collect()
        }
        other => other.clone(),
    }
}

pub(super) fn compare(old: &BTreeMap<String, Locked>, new: &BTreeMap<String, Locked>) -> Comparison {
    let mut found = Comparison::default();
    for (key, locked) in old {
        // A major version that is gone was replaced by the next one there is.
        let heir = new.get(key).or_else(|| successor(key, locked.version, new));
        one(key, locked, heir, &mut found);
    }
    for (key, locked) in new {
        if !old.contains_key(key) && !is_heir(key, locked, old, new) {
            found.changes.push(Change {
                action: key.clone(),
                place: "action".to_owned(),
                message: "it is new".to_owned(),
                impact: Impact::Note,
            });
            found.verdicts.push(Verdict {
                action: key.clone(),
                old: None,
                new: Some(locked.version),
                needed: Some(locked.version),
            });
        }
    }
    found
}

fn successor<'l>(key: &str, version: InterfaceVersion, new: &'l BTreeMap<String, Locked>) -> Option<&'l Locked> {
    let id = key.split('@').next()?;
    let later = new
        .iter()
        .filter(|(other, locked)| other.split('@').next() == Some(id) && locked.version.major > version.major);
    later.map(|(_, locked)| locked).min_by_key(|locked| locked.version)
}

fn is_heir(key: &str, locked: &Locked, old: &BTreeMap<String, Locked>, new: &BTreeMap<String, Locked>) -> bool {
    let id = key.split('@').next();
    old.iter().any(|(other, before)| {
        other.split('@').next() == id
            && !new.contains_key(other)
            && successor(other, before.version, new).is_some_and(|heir| heir.version == locked.version)
    })
}

fn one(key: &str, old: &Locked, new: Option<&Locked>, found: &mut Comparison) {
    let mut changes: Vec<(String, String, Impact)> = Vec::new();
    let Some(new) = new else {
        found.changes.push(Change {
            action: key.to_owned(),
            place: "action".to_owned(),
            message: "it is gone".to_owned(),
            impact: Impact::Breaking,
        });
        found.verdicts.push(Verdict { action: key.to_owned(), old: Some(old.version), new: None, needed: None });
        return;
    };
    let names: BTreeSet<&String> = old.facts.keys().chain(new.facts.keys()).collect();
    for name in names {
        let (before, now) = (old.facts.get(name).unwrap_or(&Value::Null), new.facts.get(name).unwrap_or(&Value::Null));
        if before == now {
            continue;
        }
        match name.as_str() {
            "input" => changes.extend(schema::compare(before, now, Side::Input)),
            "output" => changes.extend(schema::compare(before, now, Side::Output)),
            "capabilities" => capabilities(before, now, &mut changes),
            "credentials" => slots(("credentials", "credential"), before, now, &mut changes),
            "resources" => slots(("resources", "resource"), before, now, &mut changes),
            "effect" => {
                changes.push((name.clone(), format!("`{}` became `{}`", text(before), text(now)), Impact::Breaking));
            }
            "ports" => ports(before, now, &mut changes),
            "trigger" if before.is_null() != now.is_null() => {
                let message =
                    if now.is_null() { "it is no trigger any more" } else { "it is a trigger now, and no node" };
                changes.push((name.clone(), message.to_owned(), Impact::Breaking));
            }
            _ => changes.push((name.clone(), format!("{} became {}", text(before), text(now)), Impact::Note)),
        }
    }
    let worst = changes.iter().map(|(_, _, impact)| *impact).max();
    let needed = match worst {
        Some(Impact::Breaking) => InterfaceVersion::new(old.version.major + 1, 0),
        Some(Impact::Addition) => InterfaceVersion::new(old.version.major, old.version.minor + 1),
        Some(Impact::Note) | None => old.version,
    };
    if changes.is_empty() && old.version == new.version {
        return;
    }
    found.changes.extend(changes.into_iter().map(|(place, message, impact)| Change {
        action: key.to_owned(),
        place,
        message,
        impact,
    }));
    found.verdicts.push(Verdict {
        action: key.to_owned(),
        old: Some(old.version),
        new: Some(new.version),
        needed: Some(needed),
    });
}

fn capabilities(old: &Value, new: &Value, changes: &mut Vec<(String, String, Impact)>) {
    let place = || "capabilities".to_owned();
    let added = list(new).iter().filter(|need| !list(old).contains(need));
    for need in added {
        let words = self::need(need);
        // What takes no grant refuses no run; but who has approved of the action has not approved of that.
        let message = if need["target"] == "declared" {
            format!("it uses {words} now, which it did not when it was approved of")
        } else {
            format!("it needs {words} now: runs without that grant are refused")
        };
        changes.push((place(), message, Impact::Breaking));
    }
    let gone = list(old).iter().filter(|need| !list(new).contains(need));
    changes.extend(gone.map(|need| (place(), format!("it needs {} no more", self::need(need)), Impact::Note)));
}

/// A need in a sentence.
fn need(value: &Value) -> String {
    match serde_json::from_value(value.clone()) {
        Ok(CapabilityRequest { target: Target::Exact(grant), .. }) => format!("`{grant}`"),
        Ok(CapabilityRequest { kind, target: Target::Parameter(pointer) }) => {
            format!("`{kind}` as the parameter `{}` says", pointer.trim_start_matches('/'))
        }
        Ok(CapabilityRequest { kind, target: Target::Declared }) => format!("`{kind}`"),
        // Of a newer form.
        Err(_) => text(value),
    }
}

/// Slots of a sort, `credentials` or `resources`, and the member that says what goes into one.
fn slots((sort, kind): (&str, &str), old: &Value, new: &Value, changes: &mut Vec<(String, String, Impact)>) {
    let named = |value: &Value, name: &Value| list(value).iter().find(|slot| slot["name"] == *name).cloned();
    for slot in list(old) {
        let name = &slot["name"];
        let mut say = |message: &str, impact| changes.push((format!("{sort}/{}", text(name)), message.into(), impact));
        let Some(now) = named(new, name) else {
            say("the slot is gone: nodes that fill it are refused", Impact::Breaking);
            continue;
        };
        if slot[kind] != now[kind] {
            say(&format!("it takes `{}` now, not `{}`", text(&now[kind]), text(&slot[kind])), Impact::Breaking);
        }
        if slot.get("scheme") != now.get("scheme") {
            let scheme = |slot: &Value| slot.get("scheme").map_or_else(|| "as the action decides".to_owned(), text);
            let message = format!("it is sent as {} now, and was {}", scheme(&now), scheme(slot));
            say(&message, Impact::Note);
        }
        match (slot["required"] == true, now["required"] == true) {
            (false, true) => say("it must be filled now", Impact::Breaking),
            (true, false) => say("it may stay empty now", Impact::Addition),
            _ => {}
        }
    }
    for slot in list(new).iter().filter(|slot| named(old, &slot["name"]).is_none()) {
        let place = format!("{sort}/{}", text(&slot["name"]));
        changes.push(if slot["required"] == true {
            (place, "the slot is new and must be filled".to_owned(), Impact::Breaking)
        } else {
            (place, "the slot is new".to_owned(), Impact::Addition)
        });
    }
}

fn ports(old: &Value, new: &Value, changes: &mut Vec<(String, String, Impact)>) {
    let set = |value: &Value| -> BTreeSet<String> {
        list(value).iter().map(|port| text(port.get("name").unwrap_or(port))).collect()
    };
    let (old, new) = (set(old), set(new));
    let gone = old.difference(&new).map(|port| (port, "the port is gone", Impact::Breaking));
    let added = new.difference(&old).map(|port| (port, "the port is new", Impact::Addition));
    changes
        .extend(gone.chain(added).map(|(port, message, impact)| (format!("ports/{port}"), message.to_owned(), impact)));
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A value in a sentence.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "nothing".to_owned(),
        other => other.to_string(),
    }
}
