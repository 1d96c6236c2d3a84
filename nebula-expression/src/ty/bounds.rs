//! How large a type may grow, and how far a walk over types may go.
//!
//! Types are trees, but their parts are shared: without a bound, twenty short expressions that each use the one
//! before twice describe a tree of a million nodes. Constructors keep every type within [`MOST_NODES`], counted as a
//! tree; walks carry [`Fuel`] besides, for types put together by hand.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Member, ObjectType, Rest, Type};

/// Nodes of one type, counted without sharing.
pub(super) const MOST_NODES: usize = 20_000;

/// Nesting of one type. Recursion over types goes no deeper.
pub(super) const DEEPEST: usize = 128;

/// A string with more possible values is any string.
pub(super) const MOST_VALUES: usize = 1_000;

/// Bytes of a text that is kept as a possible value.
pub(super) const LONGEST_VALUE: usize = 1_024;

/// Steps left of a walk.
#[derive(Debug)]
pub(super) struct Fuel {
    steps: usize,
    depth: usize,
}

impl Fuel {
    /// Enough for any type within bounds.
    pub(super) fn for_type() -> Self {
        Self::new(4 * MOST_NODES, DEEPEST)
    }

    pub(super) fn new(steps: usize, depth: usize) -> Self {
        Self { steps, depth }
    }

    /// One step, one level down: false when there is none left. Pair a true with [`Fuel::leave`].
    pub(super) fn enter(&mut self) -> bool {
        if self.depth == 0 || !self.spend(1) {
            return false;
        }
        self.depth -= 1;
        true
    }

    pub(super) fn leave(&mut self) {
        self.depth += 1;
    }

    /// Steps on one level. False, with nothing left, when there are not so many.
    pub(super) fn spend(&mut self, steps: usize) -> bool {
        let enough = self.steps >= steps;
        self.steps = self.steps.saturating_sub(steps);
        enough
    }

    /// Steps for copying a text: long ones are work too.
    pub(super) fn spend_text(&mut self, text: &str) -> bool {
        self.spend(text.len() / 64)
    }

    pub(super) fn is_spent(&self) -> bool {
        self.steps == 0
    }
}

impl Type {
    /// The type, or a wider one of the same kind if it is too large or too deep.
    pub(super) fn bounded(self) -> Self {
        if self.is_bounded() { self } else { self.collapsed() }
    }

    pub(super) fn is_bounded(&self) -> bool {
        within(self, &mut Fuel::new(MOST_NODES, DEEPEST))
    }

    fn collapsed(self) -> Self {
        match self {
            Self::List(_) => Self::List(Arc::new(Self::Any)),
            Self::Object(_) => Self::any_object(),
            Self::Union(types) => {
                // Scalars, at most one list and one object: flat by construction.
                Self::union(types.iter().filter(|ty| !matches!(ty, Self::Union(_))).cloned().map(Self::collapsed))
            }
            other => other,
        }
    }

    /// As much of the type as the fuel lasts for, `Any` for all else.
    pub(super) fn cut(&self, fuel: &mut Fuel) -> Self {
        if !fuel.enter() {
            return Self::Any;
        }
        let cut = match self {
            Self::List(element) => Self::List(Arc::new(element.cut(fuel))),
            Self::Object(object) => {
                let mut members = BTreeMap::new();
                let mut whole = true;
                for (name, member) in &object.members {
                    if fuel.is_spent() {
                        whole = false;
                        break;
                    }
                    members.insert(name.clone(), Member { ty: member.ty.cut(fuel), ..member.clone() });
                }
                let rest = match &object.rest {
                    _ if !whole => Rest::Open,
                    Rest::Of(ty) => Rest::of(ty.cut(fuel)),
                    other => other.clone(),
                };
                Self::Object(Arc::new(ObjectType { members, rest }))
            }
            Self::Union(types) => {
                let cut: Vec<Self> = types.iter().map(|ty| ty.cut(fuel)).collect();
                super::union::join(&cut, &mut Fuel::for_type())
            }
            other => other.clone(),
        };
        fuel.leave();
        cut
    }
}

fn within(ty: &Type, fuel: &mut Fuel) -> bool {
    if !fuel.enter() {
        return false;
    }
    let within = match ty {
        Type::List(element) => within(element, fuel),
        Type::Object(object) => {
            object.members.values().all(|member| within(&member.ty, fuel))
                && match &object.rest {
                    Rest::Of(ty) => within(ty, fuel),
                    Rest::Closed | Rest::Open => true,
                }
        }
        Type::Union(types) => types.iter().all(|ty| within(ty, fuel)),
        Type::Text(text) => text.values.as_ref().is_none_or(|values| fuel.spend(values.len() / 16)),
        _ => true,
    };
    fuel.leave();
    within
}
