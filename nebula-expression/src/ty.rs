//! What is known of a value before it exists: the types of the expression language.
//!
//! A type describes JSON values, and the few kinds of value only functions make. It is inferred from a JSON Schema
//! ([`Type::from_schema`]) or from a value ([`Type::of_value`]), and always errs to the wide side: what cannot be
//! told is [`Type::Any`], and is checked when the expression runs.
//!
//! A union is kept in a normal form with at most one alternative of each kind: two lists are a list of both, two
//! objects an object whose members may be either. Whatever is read, joined or compared is bounded in size and depth
//! (see `bounds`), so a hostile schema costs a wider type and not time.

use std::collections::BTreeMap;
use std::sync::Arc;

use smol_str::SmolStr;

mod bounds;
mod compare;
mod display;
mod emit;
mod equal;
mod fits;
mod format;
mod member;
mod narrow;
mod schema;
mod union;
mod value;
mod widen;

pub use fits::{Fit, Mismatch, Why};
pub use format::TextFormat;
pub use member::Lookup;

/// The static type of an expression.
#[derive(Clone, Debug, Eq)]
pub enum Type {
    /// Nothing is known: checked when it runs.
    Any,
    /// No value at all: the element of `[]`.
    Never,
    /// Null, which an absent member reads as too.
    Null,
    /// True or false.
    Bool,
    /// Any number.
    Number,
    /// A number that is whole. Part of [`Type::Number`].
    Integer,
    /// A string.
    Text(TextType),
    /// A moment, made by functions. Outside an expression it is RFC 3339 text.
    Timestamp,
    /// A length of time, made by functions. Outside an expression it is ISO 8601 text.
    Duration,
    /// Made by functions. Outside an expression they are base64 text.
    Bytes,
    /// A list whose elements are all of one type.
    List(Arc<Type>),
    /// An object with the members it has, or may have.
    Object(Arc<ObjectType>),
    /// One of several: at least two, flat, of different kinds, without `Any` and `Never`, `Null` last.
    /// Made by [`Type::union`].
    Union(Arc<[Type]>),
}

/// What is known of a string.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextType {
    /// What the schema says the text looks like. Not enforced by types.
    pub format: Option<TextFormat>,
    /// The only texts it may be, sorted and each once: an enum, a constant, a literal.
    pub values: Option<Arc<[SmolStr]>>,
}

/// What is known of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObjectType {
    /// The members that are known by name.
    pub members: BTreeMap<SmolStr, Member>,
    /// What is known of all other members.
    pub rest: Rest,
}

/// The members of an object that have no entry of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Rest {
    /// There are none.
    #[default]
    Closed,
    /// There may be any: the schema does not say.
    Open,
    /// There may be any, all of this type: a map. Neither `Any` (that is `Open`) nor `Never` (that is `Closed`).
    Of(Type),
}

/// One member of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// What it is when it is there.
    pub ty: Type,
    /// It is always there. Otherwise it may be absent, which reads as null.
    pub required: bool,
    /// `writeOnly` or `x-nebula-secret`: no expression may read it.
    pub secret: bool,
    /// The description of the schema.
    pub doc: Option<Arc<str>>,
}

impl Member {
    /// A member that is always there.
    pub fn required(ty: Type) -> Self {
        Self { ty, required: true, secret: false, doc: None }
    }

    /// A member that may be absent.
    pub fn optional(ty: Type) -> Self {
        Self { required: false, ..Self::required(ty) }
    }
}

impl Rest {
    /// A map of `ty`, in normal form.
    pub fn of(ty: Type) -> Self {
        match ty {
            Type::Any => Self::Open,
            Type::Never => Self::Closed,
            other => Self::Of(other),
        }
    }
}

impl ObjectType {
    /// An object of which nothing is known.
    pub fn open() -> Self {
        Self { members: BTreeMap::new(), rest: Rest::Open }
    }
}

impl Type {
    /// Any string.
    pub fn text() -> Self {
        Self::Text(TextType::default())
    }

    /// A string that looks like `format`.
    pub fn formatted(format: TextFormat) -> Self {
        Self::Text(TextType { format: Some(format), values: None })
    }

    /// Exactly this string. A very long one is any string.
    pub fn literal(text: &str) -> Self {
        let values = (text.len() <= bounds::LONGEST_VALUE).then(|| Arc::from([SmolStr::new(text)]));
        Self::Text(TextType { format: None, values })
    }

    /// A list of `element`.
    pub fn list(element: Self) -> Self {
        Self::List(Arc::new(element)).bounded()
    }

    /// An object with these members. One too large to keep is an object of which nothing is known.
    pub fn object(members: BTreeMap<SmolStr, Member>, rest: Rest) -> Self {
        Self::Object(Arc::new(ObjectType { members, rest })).bounded()
    }

    /// An object with any members, all of type `value`.
    pub fn map(value: Self) -> Self {
        Self::object(BTreeMap::new(), Rest::of(value))
    }

    /// An object of which nothing else is known.
    pub fn any_object() -> Self {
        Self::Object(Arc::new(ObjectType::open()))
    }

    /// This or null.
    pub fn nullable(self) -> Self {
        if self.has_null() { self } else { Self::union([self, Self::Null]) }
    }

    /// Whether nothing is known.
    pub fn is_any(&self) -> bool {
        matches!(self, Self::Any)
    }

    /// Whether null is known to be one of the values. False of `Any`, which may be null as well.
    pub fn has_null(&self) -> bool {
        self.alternatives().any(|ty| matches!(ty, Self::Null))
    }

    /// The type of what is left once null is handled. `Never` for null itself.
    pub fn without_null(&self) -> Self {
        match self {
            Self::Null => Self::Never,
            Self::Union(types) if types.iter().any(|ty| matches!(ty, Self::Null)) => {
                Self::union(types.iter().filter(|ty| !matches!(ty, Self::Null)).cloned())
            }
            other => other.clone(),
        }
    }

    /// The alternatives of a union, or the type itself. `Never` is one too.
    pub fn alternatives(&self) -> impl Iterator<Item = &Self> + Clone {
        match self {
            Self::Union(types) => types.iter(),
            other => std::slice::from_ref(other).iter(),
        }
    }
}

#[cfg(test)]
mod tests;
