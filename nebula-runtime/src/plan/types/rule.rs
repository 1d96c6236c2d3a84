//! Types of outputs that depend on the input: rules in schemas, as data.
//!
//! The keyword `x-nebula-type` stands in an output's schema, at the whole or at a property, and holds a rule. The forms
//! are those that the documentation of `#[derive(Parameters)]` lists; any other says nothing, as does what is nested too
//! deeply. A rule never fails: what it cannot tell is [`Type::Any`].

use std::collections::BTreeMap;

use nebula_expression::{
    Type,
    ty::{Member, ObjectType, Rest},
};
use serde_json::{Map, Value};
use smol_str::SmolStr;

use super::given::{Found, Given};
use crate::plan::pointer;

/// The keyword.
const KEYWORD: &str = "x-nebula-type";
/// Most rules within rules, and most steps of one output.
const MAX_DEPTH: usize = 32;
const MAX_STEPS: usize = 20_000;

/// A rule and where it stands: names of properties, from the whole to the part.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    path: Vec<SmolStr>,
    rule: Value,
}

/// The rules of an output's schema.
pub(super) fn rules(schema: &Value) -> Vec<Rule> {
    let mut found = Vec::new();
    collect(schema, &mut Vec::new(), &mut found);
    found
}

fn collect(schema: &Value, path: &mut Vec<SmolStr>, found: &mut Vec<Rule>) {
    if let Some(rule) = schema.get(KEYWORD) {
        found.push(Rule { path: path.clone(), rule: rule.clone() });
        return;
    }
    if path.len() == MAX_DEPTH {
        return;
    }
    for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        path.push(SmolStr::new(name));
        collect(property, path, found);
        path.pop();
    }
}

/// The output's type, with what its rules say of these parameters.
pub(super) fn applied(output: &Type, rules: &[Rule], given: &Given<'_>) -> Type {
    let mut deriving = Deriving { given, steps: MAX_STEPS };
    rules.iter().fold(output.clone(), |output, Rule { path, rule }| {
        let ty = deriving.derive(rule, "", MAX_DEPTH);
        // What the schema says of the place is what the action declares: a rule that knows nothing takes nothing away.
        if ty.is_any() { output } else { with(&output, path, &ty) }
    })
}

/// The type with another one at a place; the same where there is no such place.
fn with(ty: &Type, path: &[SmolStr], new: &Type) -> Type {
    let Some((name, rest)) = path.split_first() else { return new.clone() };
    match ty {
        Type::Object(object) => {
            let Some(member) = object.members.get(name) else { return ty.clone() };
            let mut object = ObjectType::clone(object);
            let member = Member { ty: with(&member.ty, rest, new), ..member.clone() };
            object.members.insert(name.clone(), member);
            Type::object(object.members, object.rest)
        }
        other => other.clone(),
    }
}

struct Deriving<'g, 'n> {
    given: &'g Given<'n>,
    steps: usize,
}

impl Deriving<'_, '_> {
    /// `here` is the place that pointers with a dot lead on from.
    fn derive(&mut self, rule: &Value, here: &str, depth: usize) -> Type {
        let Some(rule) = rule.as_object().filter(|_| depth > 0 && self.steps > 0) else { return Type::Any };
        self.steps -= 1;
        let place = |key: &str| rule.get(key).and_then(Value::as_str).map(|pointer| resolved(pointer, here));
        let mut inner = |rule: &Value| self.derive(rule, here, depth - 1);
        if let Some(place) = place("parameter") {
            match self.given.at(&place) {
                Found::Is(ty) => ty,
                Found::Absent => Type::Null,
                Found::Unsure => Type::Any,
            }
        } else if let Some(place) = place("expression") {
            self.given.evaluated(&place)
        } else if let Some(list) = rule.get("element") {
            inner(list).element().filter(|element| *element != Type::Never).unwrap_or(Type::Any)
        } else if let Some(element) = rule.get("list") {
            Type::list(inner(element))
        } else if let Some(value) = rule.get("nullable") {
            let ty = inner(value);
            let source = place("if_null").map(|place| self.given.evaluated(&place));
            match source {
                Some(source) if source.is_any() => Type::Any,
                Some(source) if !source.has_null() => ty,
                _ if ty.is_any() => ty,
                _ => ty.nullable(),
            }
        } else if let Some(schema) = rule.get("schema") {
            Type::from_schema(schema)
        } else if let Some(Value::Object(members)) = rule.get("object") {
            let members = members.iter().map(|(name, rule)| (SmolStr::new(name), Member::required(inner(rule))));
            Type::object(members.collect(), Rest::Closed)
        } else if let (Some(object), Some(of)) = (place("each"), rule.get("of")) {
            self.each(&object, of, depth)
        } else if let Some(Value::Array(parts)) = rule.get("merge") {
            self.merge(parts, here, depth)
        } else if let Some(place) = place("given") {
            self.choose(&place, rule, here, depth)
        } else {
            Type::Any
        }
    }

    fn each(&mut self, object: &str, of: &Value, depth: usize) -> Type {
        let Some(names) = self.given.names(object) else { return Type::Any };
        let mut members = BTreeMap::new();
        for name in names {
            let ty = self.derive(of, &pointer::join(object, &name), depth - 1);
            members.insert(name, Member::required(ty));
        }
        Type::object(members, Rest::Closed)
    }

    fn merge(&mut self, parts: &[Value], here: &str, depth: usize) -> Type {
        let mut all = BTreeMap::new();
        for part in parts {
            match self.derive(part, here, depth - 1) {
                Type::Object(object) if object.rest == Rest::Closed => {
                    all.extend(object.members.iter().map(|(name, member)| (name.clone(), member.clone())));
                }
                _ => return Type::Any,
            }
        }
        Type::object(all, Rest::Closed)
    }

    fn choose(&mut self, place: &str, rule: &Map<String, Value>, here: &str, depth: usize) -> Type {
        let branch = |name: &str| rule.get(name).unwrap_or(&Value::Null);
        match self.given.at(place) {
            // What is null was not given, as an action reads it.
            Found::Is(Type::Null) | Found::Absent => self.derive(branch("else"), here, depth - 1),
            Found::Is(ty) if !ty.is_any() && !ty.has_null() => self.derive(branch("then"), here, depth - 1),
            _ => Type::Any,
        }
    }
}

/// A pointer from the parameters, or from a place in them when it begins with a dot.
fn resolved(pointer: &str, here: &str) -> String {
    pointer.strip_prefix('.').map_or_else(|| pointer.to_owned(), |rest| format!("{here}{rest}"))
}

#[cfg(test)]
mod tests;
