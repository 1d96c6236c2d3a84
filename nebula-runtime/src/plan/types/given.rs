//! The parameters of a node as types: data as it is, what is computed as its expression says.

use std::collections::{BTreeMap, HashMap};

use nebula_expression::{
    Type,
    ty::{Lookup, Member, Rest},
};
use serde_json::Value;
use smol_str::SmolStr;

use crate::plan::pointer;

/// What is known of a node's parameters before the run. Places are JSON pointers into them.
#[derive(Debug)]
pub(super) struct Given<'n> {
    /// Null where something is computed.
    value: &'n Value,
    /// Place of an expression or template → type of its value.
    computed: HashMap<String, Type>,
    /// Place of a text that the action evaluates → type of its values.
    inner: HashMap<String, Type>,
    /// Says what stands for parameters that are not given.
    schema: &'n Value,
}

/// What stands at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// A value of this type.
    Is(Type),
    /// Nothing.
    Absent,
    /// That depends on the run.
    Unsure,
}

impl<'n> Given<'n> {
    pub(super) fn new(value: &'n Value, schema: &'n Value) -> Self {
        Self { value, computed: HashMap::new(), inner: HashMap::new(), schema }
    }

    /// Puts down what is computed at a place.
    pub(super) fn compute(&mut self, pointer: String, ty: Type) {
        self.computed.insert(pointer, ty);
    }

    /// Puts down that something is computed at a place, of which nothing is known yet.
    pub(super) fn compute_if_new(&mut self, pointer: &str) {
        self.computed.entry(pointer.to_owned()).or_insert(Type::Any);
    }

    /// Puts down what the text at a place gives.
    pub(super) fn evaluate(&mut self, pointer: String, ty: Type) {
        self.inner.insert(pointer, ty);
    }

    /// Whether the action evaluates what stands at a place.
    pub(super) fn is_evaluated(&self, pointer: &str) -> bool {
        self.inner.contains_key(pointer)
    }

    /// What the action evaluates at a place gives, if that is known.
    pub(super) fn evaluated(&self, pointer: &str) -> Type {
        self.inner.get(pointer).cloned().unwrap_or(Type::Any)
    }

    /// The type of what stands at a place.
    pub(super) fn at(&self, wanted: &str) -> Found {
        let mut here = self.value;
        let mut above = String::new();
        let mut rest = pointer::pieces(wanted);
        loop {
            if let Some(ty) = self.computed.get(&above) {
                return inside(ty.clone(), rest);
            }
            let Some(piece) = rest.next() else { return Found::Is(self.type_of(here, &mut above)) };
            let next = match here {
                Value::Object(members) => members.get(&piece),
                Value::Array(items) => piece.parse().ok().and_then(|index: usize| items.get(index)),
                _ => None,
            };
            let Some(next) = next else { return self.default(&above, &piece, rest) };
            pointer::push(&mut above, &piece);
            here = next;
        }
    }

    /// The names of the members of the object at a place, unless only a run knows them.
    pub(super) fn names(&self, wanted: &str) -> Option<Vec<SmolStr>> {
        match self.at(wanted) {
            Found::Is(Type::Object(object)) if object.rest == Rest::Closed => {
                Some(object.members.keys().cloned().collect())
            }
            _ => None,
        }
    }

    /// What the schema puts in the place of a parameter that is not given; nothing is put below one.
    fn default(&self, above: &str, name: &str, rest: impl Iterator<Item = String>) -> Found {
        let default = self.schema.get("properties").and_then(|properties| properties.get(name)?.get("default"));
        match default {
            Some(value) if above.is_empty() => inside(Type::of_value(value).widen(), rest),
            _ => Found::Absent,
        }
    }

    fn type_of(&self, value: &Value, at: &mut String) -> Type {
        if self.computed.is_empty() {
            return Type::of_value(value).widen();
        }
        if let Some(ty) = self.computed.get(at) {
            return ty.clone();
        }
        let length = at.len();
        match value {
            Value::Object(members) => {
                let members: BTreeMap<SmolStr, Member> = members
                    .iter()
                    .map(|(name, value)| {
                        pointer::push(at, name);
                        let ty = self.type_of(value, at);
                        at.truncate(length);
                        (SmolStr::new(name), Member::required(ty))
                    })
                    .collect();
                Type::object(members, Rest::Closed)
            }
            Value::Array(items) => {
                let elements = items.iter().enumerate().map(|(index, value)| {
                    pointer::push_index(at, index);
                    let ty = self.type_of(value, at);
                    at.truncate(length);
                    ty
                });
                Type::list(Type::union(elements.collect::<Vec<_>>()))
            }
            scalar => Type::of_value(scalar).widen(),
        }
    }
}

/// Follows the rest of a pointer into a value of a type.
fn inside(mut ty: Type, rest: impl Iterator<Item = String>) -> Found {
    let mut sure = true;
    for piece in rest {
        if piece.parse::<usize>().is_ok()
            && let Some(element) = ty.element()
            && !ty.is_any()
        {
            ty = element;
            sure = false;
            continue;
        }
        ty = match ty.without_null().member(&piece) {
            Lookup::Found { ty, required, .. } => {
                sure &= required;
                ty
            }
            Lookup::Absent { .. } => return Found::Absent,
            Lookup::Unknown { .. } | Lookup::NoMembers => return Found::Unsure,
        };
    }
    if sure { Found::Is(ty) } else { Found::Unsure }
}

#[cfg(test)]
mod tests;
