//! Reading members and elements.

use std::sync::Arc;

use crate::nearest::nearest;

use super::{ObjectType, Rest, Type};

/// What a type says of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup<'a> {
    /// It is known.
    Found {
        /// What it is when it is there.
        ty: Type,
        /// It is always there. Otherwise reading it may give null.
        required: bool,
        /// No expression may read it.
        secret: bool,
        /// The description of the schema.
        doc: Option<Arc<str>>,
    },
    /// It may exist: the type does not say.
    Unknown {
        /// A member that is known and has nearly that name.
        near: Option<&'a str>,
    },
    /// The object has no such member.
    Absent {
        /// The members it has.
        known: Vec<&'a str>,
        /// One of them that has nearly that name.
        near: Option<&'a str>,
    },
    /// Not an object.
    NoMembers,
}

impl Type {
    /// What is known of the member `name`.
    ///
    /// Of a union, the alternatives that are objects answer together; those that are not, fail when they run.
    /// Null is for the caller to strip first: see [`Type::without_null`].
    pub fn member(&self, name: &str) -> Lookup<'_> {
        let mut found: Option<Lookup<'_>> = None;
        for ty in self.alternatives() {
            let next = match ty {
                Self::Any => Lookup::Unknown { near: None },
                Self::Object(object) => object.member(name),
                _ => Lookup::NoMembers,
            };
            found = Some(match found {
                None => next,
                Some(found) => found.or(next),
            });
        }
        found.unwrap_or(Lookup::NoMembers)
    }

    /// The type of an element, if the type may be a list.
    pub fn element(&self) -> Option<Self> {
        let elements: Vec<Self> = self
            .alternatives()
            .filter_map(|ty| match ty {
                Self::Any => Some(Self::Any),
                Self::List(element) => Some((**element).clone()),
                _ => None,
            })
            .collect();
        (!elements.is_empty()).then(|| Self::union(elements))
    }
}

impl ObjectType {
    /// What is known of the member `name`.
    pub fn member(&self, name: &str) -> Lookup<'_> {
        if let Some(member) = self.members.get(name) {
            return Lookup::Found {
                ty: member.ty.clone(),
                required: member.required,
                secret: member.secret,
                doc: member.doc.clone(),
            };
        }
        let known = || self.members.keys().map(|name| &**name);
        match &self.rest {
            Rest::Of(ty) => Lookup::Found { ty: ty.clone(), required: false, secret: false, doc: None },
            Rest::Open => Lookup::Unknown { near: nearest(name, known()) },
            Rest::Closed => Lookup::Absent { known: known().collect(), near: nearest(name, known()) },
        }
    }
}

impl<'a> Lookup<'a> {
    /// What two alternatives say together.
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::NoMembers, other) | (other, Self::NoMembers) => other,
            (
                Self::Found { ty: a, required, secret, doc },
                Self::Found { ty: b, required: also, secret: hidden, doc: text },
            ) => Self::Found {
                ty: Type::union([a, b]),
                required: required && also,
                secret: secret || hidden,
                doc: doc.filter(|doc| text.as_ref() == Some(doc)),
            },
            (Self::Found { ty, secret, doc, .. }, Self::Absent { .. })
            | (Self::Absent { .. }, Self::Found { ty, secret, doc, .. }) => {
                Self::Found { ty, required: false, secret, doc }
            }
            // One side knows, the other cannot tell: a secret stays one.
            (Self::Found { secret: true, doc, .. }, Self::Unknown { .. })
            | (Self::Unknown { .. }, Self::Found { secret: true, doc, .. }) => {
                Self::Found { ty: Type::Any, required: false, secret: true, doc }
            }
            (Self::Unknown { near }, Self::Unknown { near: other } | Self::Absent { near: other, .. })
            | (Self::Absent { near, .. }, Self::Unknown { near: other }) => Self::Unknown { near: near.or(other) },
            (Self::Unknown { .. }, Self::Found { .. }) | (Self::Found { .. }, Self::Unknown { .. }) => {
                Self::Unknown { near: None }
            }
            (Self::Absent { mut known, near }, Self::Absent { known: more, near: other }) => {
                known.extend(more);
                known.sort_unstable();
                known.dedup();
                Self::Absent { known, near: near.or(other) }
            }
        }
    }
}
