//! What one schema says, before it is merged with its siblings.

use std::sync::Arc;

use crate::ty::bounds::Fuel;
use crate::ty::narrow::{narrow, same_kind};
use crate::ty::union::join;
use crate::ty::{ObjectType, Rest, Type};

/// What a schema says of a value.
pub(super) struct Part<'a> {
    pub(super) ty: Type,
    /// The schema has no `type`: it says this of values of that kind, and nothing of others. On its own it is taken
    /// to mean that kind; next to a `type` it adds to it.
    pub(super) implied: bool,
    /// There may be rules for members that the type does not name.
    pub(super) partial: bool,
    /// The value, or a part of it that has no name, is not to be read.
    pub(super) secret: bool,
    pub(super) doc: Option<&'a str>,
}

impl<'a> Part<'a> {
    pub(super) fn of(ty: Type) -> Self {
        Self { ty, implied: false, partial: false, secret: false, doc: None }
    }

    pub(super) fn unknown() -> Self {
        Self { partial: true, ..Self::of(Type::Any) }
    }

    /// Both hold.
    pub(super) fn and(self, other: &Self, fuel: &mut Fuel) -> Self {
        let implied = (self.implied || self.ty.is_any()) && (other.implied || other.ty.is_any());
        let ty = match (self.implied, other.implied) {
            _ if self.ty.is_any() || other.ty.is_any() => narrow(&self.ty, &other.ty, fuel),
            (false, false) => narrow(&self.ty, &other.ty, fuel),
            (false, true) => narrow_where(&self.ty, &other.ty, fuel),
            (true, false) => narrow_where(&other.ty, &self.ty, fuel),
            (true, true) => {
                let more = other.ty.alternatives().filter(|b| !self.ty.alternatives().any(|a| same_kind(a, b)));
                joined(
                    &std::iter::once(narrow_where(&self.ty, &other.ty, fuel)).chain(more.cloned()).collect::<Vec<_>>(),
                )
            }
        };
        Self {
            ty,
            implied,
            partial: self.partial || other.partial,
            secret: self.secret || other.secret,
            doc: self.doc.or(other.doc),
        }
    }

    /// One of them holds.
    pub(super) fn either(parts: Vec<Self>) -> Self {
        let mut either = Self {
            implied: parts.iter().all(|part| part.implied),
            partial: parts.iter().any(|part| part.partial),
            secret: parts.iter().any(|part| part.secret),
            doc: None,
            ty: Type::Any,
        };
        let some_named = parts.iter().any(|part| !part.ty.is_any());
        either.ty = joined(&parts.into_iter().map(|part| part.ty).collect::<Vec<_>>());
        either.partial |= some_named && either.ty.is_any();
        either
    }

    /// The type with what is open closed to `rest`.
    pub(super) fn with_rest(mut self, rest: &Rest) -> Self {
        if !self.ty.alternatives().any(|ty| matches!(ty, Type::Object(_))) {
            return self;
        }
        let closed = self.ty.alternatives().map(|ty| match ty {
            Type::Object(object) if matches!(object.rest, Rest::Open) => {
                Type::Object(Arc::new(ObjectType { rest: rest.clone(), ..(**object).clone() }))
            }
            other => other.clone(),
        });
        self.ty = joined(&closed.collect::<Vec<_>>());
        self
    }
}

/// The alternatives of `ty`, those of a kind that `implied` speaks of narrowed by it.
fn narrow_where(ty: &Type, implied: &Type, fuel: &mut Fuel) -> Type {
    let narrowed = ty.alternatives().map(|a| match implied.alternatives().find(|b| same_kind(a, b)) {
        Some(b) => narrow(a, b, fuel),
        None => a.clone(),
    });
    joined(&narrowed.collect::<Vec<_>>())
}

/// A union that is not measured: the whole type is, at the end.
fn joined(types: &[Type]) -> Type {
    join(types, &mut Fuel::for_type())
}
