//! Whether a value of one type may go where another is expected.

use std::sync::Arc;

use smol_str::SmolStr;

use super::bounds::Fuel;
use super::display::write_step;
use super::{Member, ObjectType, Rest, TextFormat, TextType, Type};
use crate::nearest::nearest;

/// Whether a value fits a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fit {
    /// Every value does.
    Yes,
    /// It is a mistake: some values, or all, do not, and that is known now.
    No(Mismatch),
    /// That depends on the value: checked when it runs.
    Unknown,
}

/// Why a value does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Where in the value: empty for the value itself, or like `.items[*].name`.
    pub path: String,
    /// What the value is there.
    pub found: Type,
    /// What it should be there.
    pub wanted: Type,
    /// What is wrong.
    pub why: Why,
}

/// The kinds of mismatch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// Another kind of value.
    Kind,
    /// It may be null, and must not be.
    Null,
    /// The object does not have this member.
    MissingMember(SmolStr),
    /// The object may not have this member.
    MayBeMissing(SmolStr),
    /// No member of this name is expected.
    UnknownMember {
        /// The member.
        name: SmolStr,
        /// One that is expected, and has nearly that name.
        near: Option<SmolStr>,
    },
    /// A string that is none of those expected.
    Value {
        /// The string.
        value: SmolStr,
        /// One that is expected, and is nearly the same.
        near: Option<SmolStr>,
    },
}

impl Type {
    /// Whether a value of this type may leave an expression for a place of type `target`.
    ///
    /// A nullable type does not fit one that is not, nor an object one that requires a member it may lack: both are
    /// mistakes worth a message. A number for a whole number, any string for one of a list, or one of several types
    /// for one of them, depends on the value. Timestamps, durations and bytes leave as text.
    pub fn fits(&self, target: &Self) -> Fit {
        Fitting { fuel: Fuel::for_type(), leaves: true }.fit(self, target)
    }

    /// Whether a value of this type is one of type `target` inside an expression, where a timestamp is not a string.
    pub fn fits_inside(&self, target: &Self) -> Fit {
        Fitting { fuel: Fuel::for_type(), leaves: false }.fit(self, target)
    }
}

impl Fit {
    /// Whether it is no mistake.
    pub fn may(&self) -> bool {
        !matches!(self, Self::No(_))
    }

    fn no(found: &Type, wanted: &Type, why: Why) -> Self {
        Self::No(Mismatch { path: String::new(), found: found.clone(), wanted: wanted.clone(), why })
    }

    /// The worse of both.
    fn and(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::Yes => other(),
            Self::No(_) => self,
            Self::Unknown => match other() {
                Self::Yes => Self::Unknown,
                other => other,
            },
        }
    }

    /// A mistake only if it is one for certain: a member that may be there or not.
    fn or_unknown(self) -> Self {
        if self.may() { self } else { Self::Unknown }
    }

    fn at(mut self, step: Step<'_>) -> Self {
        if let Self::No(mismatch) = &mut self {
            let mut path = String::new();
            match step {
                Step::Member(name) => write_step(&mut path, name),
                Step::Element => path.push_str("[*]"),
                Step::AnyMember => path.push_str(".*"),
            }
            mismatch.path.insert_str(0, &path);
        }
        self
    }
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Member(&'a str),
    AnyMember,
    Element,
}

struct Fitting {
    fuel: Fuel,
    /// Out of the expression, where timestamps, durations and bytes are text.
    leaves: bool,
}

impl Fitting {
    fn fit(&mut self, found: &Type, wanted: &Type) -> Fit {
        match (found, wanted) {
            (_, Type::Any) | (Type::Never, _) => return Fit::Yes,
            (Type::Any, _) => return Fit::Unknown,
            _ if !self.fuel.enter() => return Fit::Unknown,
            _ => {}
        }
        let fit = match found {
            Type::Union(types) => self.fit_union(found, types, wanted),
            one => self.fit_one(one, wanted),
        };
        self.fuel.leave();
        fit
    }

    fn fit_union(&mut self, found: &Type, types: &[Type], wanted: &Type) -> Fit {
        let mut fits = 0;
        let mut first = None;
        let mut unsure = false;
        let mut null = false;
        for ty in types {
            match self.fit_one(ty, wanted) {
                Fit::Yes => fits += 1,
                Fit::Unknown => unsure = true,
                Fit::No(_) if matches!(ty, Type::Null) => null = true,
                Fit::No(mismatch) => first = first.or(Some(mismatch)),
            }
        }
        match first {
            None if null => Fit::no(found, wanted, Why::Null),
            _ if null && (fits > 0 || unsure) => Fit::no(found, wanted, Why::Null),
            None if unsure => Fit::Unknown,
            None => Fit::Yes,
            Some(_) if fits > 0 || unsure => Fit::Unknown,
            // Of a nullable type, what is wrong is the type, and where; null comes after.
            Some(mismatch) if !mismatch.path.is_empty() || !matches!(mismatch.why, Why::Kind) => Fit::No(mismatch),
            Some(_) => Fit::no(found, wanted, Why::Kind),
        }
    }

    /// One alternative, for any of those wanted.
    fn fit_one(&mut self, found: &Type, wanted: &Type) -> Fit {
        let Type::Union(types) = wanted else { return self.fit_kind(found, wanted) };
        let mut mismatch = None;
        let mut unsure = false;
        for ty in types.iter() {
            match self.fit_kind(found, ty) {
                Fit::Yes => return Fit::Yes,
                Fit::Unknown => unsure = true,
                Fit::No(no) if matches!((&no.why, no.path.is_empty()), (Why::Kind | Why::Null, true)) => {}
                Fit::No(no) => mismatch = mismatch.or(Some(no)),
            }
        }
        match mismatch {
            _ if unsure => Fit::Unknown,
            Some(mismatch) => Fit::No(mismatch),
            None if matches!(found, Type::Null) => Fit::no(found, wanted, Why::Null),
            None => Fit::no(found, wanted, Why::Kind),
        }
    }

    fn fit_kind(&mut self, found: &Type, wanted: &Type) -> Fit {
        match (found, wanted) {
            (Type::Never, _) | (_, Type::Any) => Fit::Yes,
            (Type::Any, _) => Fit::Unknown,
            (Type::Integer, Type::Number) => Fit::Yes,
            (Type::Number, Type::Integer) => Fit::Unknown,
            (Type::Text(text), Type::Text(place)) => fit_text(found, text, wanted, place),
            (Type::Timestamp, Type::Text(place)) if self.leaves => fit_made(place, &TextFormat::DateTime),
            (Type::Duration, Type::Text(place)) if self.leaves => fit_made(place, &TextFormat::Duration),
            (Type::Bytes, Type::Text(place)) if self.leaves => fit_made(place, &TextFormat::Base64),
            (Type::List(a), Type::List(b)) if Arc::ptr_eq(a, b) => Fit::Yes,
            (Type::List(a), Type::List(b)) => self.fit(a, b).at(Step::Element),
            (Type::Object(a), Type::Object(b)) if Arc::ptr_eq(a, b) => Fit::Yes,
            (Type::Object(a), Type::Object(b)) => self.fit_object(a, b),
            // Never of a type in normal form.
            (Type::Union(_), _) | (_, Type::Union(_)) => self.fit(found, wanted),
            _ if std::mem::discriminant(found) == std::mem::discriminant(wanted) => Fit::Yes,
            (Type::Null, _) => Fit::no(found, wanted, Why::Null),
            _ => Fit::no(found, wanted, Why::Kind),
        }
    }

    fn fit_object(&mut self, found: &Arc<ObjectType>, wanted: &Arc<ObjectType>) -> Fit {
        let whole = |why| Fit::no(&Type::Object(Arc::clone(found)), &Type::Object(Arc::clone(wanted)), why);
        let mut fit = Fit::Yes;
        for (name, place) in &wanted.members {
            fit = fit.and(|| match found.members.get(name) {
                Some(member) if place.required && !member.required => whole(Why::MayBeMissing(name.clone())),
                Some(member) => self.fit(&member.ty, &place.ty).at(Step::Member(name)),
                None => self.fit_unnamed(name, &found.rest, place, whole),
            });
            if !fit.may() {
                return fit;
            }
        }
        for (name, member) in found.members.iter().filter(|(name, _)| !wanted.members.contains_key(*name)) {
            fit = fit.and(|| match &wanted.rest {
                Rest::Open => Fit::Yes,
                Rest::Of(ty) => self.fit(&member.ty, ty).at(Step::Member(name)),
                Rest::Closed if matches!(member.ty, Type::Never) && !member.required => Fit::Yes,
                Rest::Closed => {
                    let places = wanted.members.keys().map(|name| &**name);
                    let free = places.filter(|name| !found.members.contains_key(*name));
                    whole(Why::UnknownMember { name: name.clone(), near: nearest(name, free).map(SmolStr::new) })
                }
            });
            if !fit.may() {
                return fit;
            }
        }
        fit.and(|| match (&found.rest, &wanted.rest) {
            (Rest::Closed, _) | (_, Rest::Open) => Fit::Yes,
            (Rest::Of(a), Rest::Of(b)) => self.fit(a, b).at(Step::AnyMember),
            (Rest::Open, _) | (Rest::Of(_), Rest::Closed) => Fit::Unknown,
        })
    }

    /// A member of the place that the object does not name.
    fn fit_unnamed(&mut self, name: &SmolStr, rest: &Rest, place: &Member, whole: impl Fn(Why) -> Fit) -> Fit {
        match rest {
            Rest::Closed if place.required => whole(Why::MissingMember(name.clone())),
            Rest::Closed => Fit::Yes,
            Rest::Open if !place.required && place.ty.is_any() => Fit::Yes,
            Rest::Open => Fit::Unknown,
            Rest::Of(ty) if place.required => self.fit(ty, &place.ty).at(Step::Member(name)).and(|| Fit::Unknown),
            Rest::Of(ty) => self.fit(ty, &place.ty).or_unknown(),
        }
    }
}

fn fit_text(found: &Type, text: &TextType, wanted: &Type, place: &TextType) -> Fit {
    let Some(expected) = &place.values else {
        return if place.format.is_none() || place.format == text.format { Fit::Yes } else { Fit::Unknown };
    };
    let Some(values) = &text.values else { return Fit::Unknown };
    let known = values.iter().filter(|value| expected.binary_search(value).is_ok()).count();
    match values.first() {
        _ if known == values.len() => Fit::Yes,
        Some(value) if known == 0 => {
            let near = nearest(value, expected.iter().map(|value| &**value)).map(SmolStr::new);
            Fit::no(found, wanted, Why::Value { value: value.clone(), near })
        }
        _ => Fit::Unknown,
    }
}

/// Text that a value becomes outside.
fn fit_made(place: &TextType, made: &TextFormat) -> Fit {
    match &place.format {
        _ if place.values.is_some() => Fit::Unknown,
        None => Fit::Yes,
        Some(format) if format == made => Fit::Yes,
        Some(_) => Fit::Unknown,
    }
}
