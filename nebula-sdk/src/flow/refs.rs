//! What can be read below a place, as fields of a struct that the derive writes.

use super::Expr;

/// A type whose members can be read one by one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no fields that can be named",
    label = "no field of `{Self}`",
    note = "a struct with named fields and `#[derive(Parameters)]` has"
)]
pub trait HasRefs {
    /// The members, where the whole is certain to be there.
    type Refs: 'static;
    /// The members, where the whole may be absent.
    type Optional: 'static;

    /// The members at a place.
    fn refs(at: &Place<'_>) -> Self::Refs;

    /// The members at a place that may be absent.
    fn optional(at: &Place<'_>) -> Self::Optional;
}

/// Where a value is, in the expression language.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    base: &'a str,
}

impl<T: HasRefs> HasRefs for Option<T> {
    type Refs = T::Optional;
    type Optional = T::Optional;

    fn refs(at: &Place<'_>) -> T::Optional {
        T::optional(at)
    }

    fn optional(at: &Place<'_>) -> T::Optional {
        T::optional(at)
    }
}

impl<T: HasRefs> HasRefs for Box<T> {
    type Refs = T::Refs;
    type Optional = T::Optional;

    fn refs(at: &Place<'_>) -> T::Refs {
        T::refs(at)
    }

    fn optional(at: &Place<'_>) -> T::Optional {
        T::optional(at)
    }
}

// === impl Place ===

impl<'a> Place<'a> {
    pub(super) const fn new(base: &'a str) -> Self {
        Self { base }
    }

    /// A member.
    #[must_use]
    pub fn field<T>(&self, name: &str) -> Expr<T> {
        Expr::of_text(format!("{}{}", self.base, step(name, false)))
    }

    /// The place of a member.
    pub(super) fn inside(&self, name: &str) -> String {
        format!("{}{}", self.base, step(name, false))
    }

    /// A member that may be absent.
    #[must_use]
    pub fn absent_field<T>(&self, name: &str) -> Expr<T> {
        Expr::of_absent(format!("{}{}", self.base, step(name, false)))
    }

    /// A member of what may be absent.
    #[must_use]
    pub fn optional_field<T>(&self, name: &str) -> Expr<T> {
        Expr::of_absent(format!("{}{}", self.base, step(name, true)))
    }
}

/// The step to a member, in a spelling that suits every name.
pub(super) fn step(name: &str, optional: bool) -> String {
    let plain = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let mark = if optional { "?." } else { "" };
    match (plain, optional) {
        (true, false) => format!(".{name}"),
        (true, true) => format!("?.{name}"),
        (false, _) => format!("{mark}[{}]", super::expr::quoted(name)),
    }
}

/// The members of a type, by themselves.
#[must_use]
pub fn members<T: HasRefs>() -> T::Refs {
    T::refs(&Place::new(""))
}

/// The place of a member.
#[must_use]
pub fn text_of<T>(member: &Expr<T>) -> String {
    member.to_string()
}

/// Whether a place is that of the member with this name.
#[must_use]
pub fn is_member(place: &str, name: &str) -> bool {
    place == step(name, false)
}
