//! The functions, as data. Each is callable as `f(x)` and as `x.f()`.

mod args;
mod foreign;
mod library;
mod signature;

use std::collections::HashMap;
use std::fmt;
use std::sync::{LazyLock, OnceLock};

pub(crate) use self::args::{Args, TIME_UNITS};
pub(crate) use self::foreign::foreign;
pub(crate) use self::signature::{Shape, Signature};
use crate::ast::Expr;
use crate::error::Outcome;
use crate::ty::Type;
use crate::val::Val;

/// A function of the language.
#[non_exhaustive]
pub struct Function {
    /// How it is called.
    pub name: &'static str,
    /// Its parameters and result, as in `size(value: string | list | object): integer`. Letters such
    /// as `T` stand for the same type wherever they occur; `T?` may be null.
    pub signature: &'static str,
    /// What it does, in one sentence.
    pub doc: &'static str,
    /// What it is about.
    pub topic: Topic,
    /// A use of it, without any roots.
    pub example: &'static str,
    /// What the example is worth, as JSON.
    pub value: &'static str,
    /// Whether a missing member may be its first argument.
    pub(crate) tolerant: bool,
    /// Which argument is a pattern.
    pub(crate) pattern_at: Option<usize>,
    pub(crate) work: Work,
    pub(crate) size: Size,
    /// A better result type than the signature can say.
    pub(crate) typing: Option<Typing>,
    pub(crate) run: Run,
    types: OnceLock<Signature>,
}

/// What a function is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Topic {
    /// Null and missing.
    Presence,
    /// Text.
    Strings,
    /// Lists.
    Lists,
    /// Objects.
    Objects,
    /// Numbers.
    Numbers,
    /// Instants and durations.
    Time,
    /// From one type to another.
    Conversion,
    /// Encodings, digests and identifiers.
    Encoding,
}

/// How the units of a call grow, besides one for the call and those of its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    /// Not at all.
    Flat,
    /// With the length of its texts.
    Text,
    /// With the number of elements or members of its first argument.
    Items,
    /// With everything in its first argument, and the length of its texts.
    Deep,
    /// Its function is called once for each element.
    Each,
    /// As `Each` (or `Items` without a function), and the elements are put in order.
    Sort,
    /// A text is searched for a pattern.
    Pattern,
    /// With the number of elements it makes.
    Makes,
}

/// How large the result can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    /// A small value.
    One,
    /// As its first argument at most.
    Same,
    /// As all its arguments together.
    Sum,
    /// Known only when it is made.
    Unknown,
}

/// The types of the arguments and the arguments themselves; `None` leaves it to the signature.
pub(crate) type Typing = fn(&[Type], &[Expr]) -> Option<Type>;

pub(crate) type Run = for<'a> fn(&mut Args<'_, 'a>) -> Outcome<Val<'a>>;

/// Every function, by topic.
#[must_use]
pub fn functions() -> &'static [&'static Function] {
    static ALL: LazyLock<Vec<&'static Function>> =
        LazyLock::new(|| library::FAMILIES.iter().flat_map(|family| family.iter()).collect());
    &ALL
}

pub(crate) fn find(name: &str) -> Option<&'static Function> {
    static BY_NAME: LazyLock<HashMap<&'static str, &'static Function>> =
        LazyLock::new(|| functions().iter().map(|function| (function.name, *function)).collect());
    BY_NAME.get(name).copied()
}

/// A row of the table.
pub(crate) const fn row(topic: Topic, signature: &'static str, doc: &'static str, run: Run) -> Function {
    Function {
        name: signature::name(signature),
        signature,
        doc,
        topic,
        example: "",
        value: "",
        tolerant: false,
        pattern_at: None,
        work: Work::Flat,
        size: Size::One,
        typing: None,
        run,
        types: OnceLock::new(),
    }
}

impl Function {
    /// An example and its value.
    pub(crate) const fn example(mut self, example: &'static str, value: &'static str) -> Self {
        self.example = example;
        self.value = value;
        self
    }

    /// What it costs and how large its result is.
    pub(crate) const fn costs(mut self, work: Work, size: Size) -> Self {
        self.work = work;
        self.size = size;
        self
    }

    pub(crate) const fn typed(mut self, typing: Typing) -> Self {
        self.typing = Some(typing);
        self
    }

    pub(crate) const fn tolerant(mut self) -> Self {
        self.tolerant = true;
        self
    }

    pub(crate) const fn pattern_at(mut self, at: usize) -> Self {
        self.pattern_at = Some(at);
        self
    }

    pub(crate) fn types(&self) -> &Signature {
        self.types.get_or_init(|| Signature::parse(self.signature))
    }

    pub(crate) fn takes(&self, count: usize) -> bool {
        self.types().takes(count)
    }

    /// How many values it gives to the function that stands at `at`, if one does.
    pub(crate) fn lambda_params(&self, at: usize) -> Option<usize> {
        self.types().lambda_params(at)
    }

    /// Whether it can be written behind a value of this type.
    pub(crate) fn takes_first(&self, ty: &Type) -> bool {
        self.types().params.first().is_some_and(|param| crate::check::could_take(ty, &param.shape))
    }

    /// Where its function stands.
    pub(crate) fn lambda_at(&self) -> Option<usize> {
        self.types().params.iter().position(|param| matches!(param.shape, Shape::Function { .. }))
    }
}

impl Topic {
    /// Every topic.
    pub const ALL: [Self; 8] = [
        Self::Presence,
        Self::Strings,
        Self::Lists,
        Self::Objects,
        Self::Numbers,
        Self::Time,
        Self::Conversion,
        Self::Encoding,
    ];

    /// A heading.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Presence => "Null and missing",
            Self::Strings => "Strings",
            Self::Lists => "Lists",
            Self::Objects => "Objects",
            Self::Numbers => "Numbers",
            Self::Time => "Time",
            Self::Conversion => "Conversion",
            Self::Encoding => "Encoding",
        }
    }
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.signature)
    }
}
