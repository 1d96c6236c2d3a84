//! A piece of the expression language with a type.

use std::{any::Any, cell::OnceCell, fmt, marker::PhantomData, ops::Deref, rc::Rc};

use serde_json::Value;

use super::{Exit, HasRefs, Place, item};

/// Data of type `T` that a run will have.
///
/// Where `T` is a struct with `#[derive(Parameters)]`, its members are fields of the expression: `city.name`. Rust's own
/// comparisons cannot stand for later ones, so there are methods: [`gt`](Self::gt), [`equals`](Self::equals).
pub struct Expr<T> {
    source: Rc<Source>,
    /// Made when a member is first asked for: a type may contain itself.
    refs: OnceCell<Box<dyn Any>>,
    of: PhantomData<fn() -> T>,
}

/// A text that stands for itself wherever it is put, or why there is none.
#[derive(Debug, Clone)]
pub struct Source {
    pub(super) text: String,
    /// Reading it as it is fails when there is nothing, instead of giving null.
    pub(super) is_bare: bool,
    pub(super) problem: Option<String>,
    /// That a step ends in one way, or by which port it leaves: where such a way begins, connections say it.
    pub(super) exit: Option<Exit>,
}

/// An expression whose type is promised and not known: for what the typed builder cannot say.
///
/// The text is checked when the [definition](super::Workflow::definition) is made, its types when the workflow is planned.
///
/// ```
/// use nebula_sdk::flow::{Expr, expr_as};
///
/// let initials: Expr<String> = expr_as("$input.name.upper()");
/// assert_eq!(initials.to_string(), "($input.name.upper())");
/// ```
#[must_use]
pub fn expr_as<T>(text: &str) -> Expr<T> {
    Expr::compound(text, None)
}

// === impl Expr ===

impl<T> Expr<T> {
    /// A text that needs no parentheses.
    pub(super) fn of_text(text: String) -> Self {
        Self::of_source(Source::made(text, None))
    }

    /// A path to what may be absent.
    pub(super) fn of_absent(text: String) -> Self {
        Self::of_source(Source { is_bare: true, ..Source::made(text, None) })
    }

    /// A text that may need some; the definition has as few as possible.
    pub(super) fn compound(text: &str, problem: Option<String>) -> Self {
        Self::of_source(Source::made(format!("({text})"), problem))
    }

    pub(super) fn of_source(source: Source) -> Self {
        Self { source: Rc::new(source), refs: OnceCell::new(), of: PhantomData }
    }

    pub(super) fn source(&self) -> &Source {
        &self.source
    }
}

impl<T: HasRefs> Deref for Expr<T> {
    type Target = T::Refs;

    fn deref(&self) -> &T::Refs {
        let refs = self.refs.get_or_init(|| Box::new(T::refs(&Place::new(&self.source.text))));
        refs.downcast_ref().unwrap_or_else(|| unreachable!("made by the line above"))
    }
}

impl<T> Clone for Expr<T> {
    fn clone(&self) -> Self {
        Self { source: Rc::clone(&self.source), refs: OnceCell::new(), of: PhantomData }
    }
}

/// The text, with more parentheses than the definition will have.
impl<T> fmt::Display for Expr<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&item::shown(&self.source.text))
    }
}

impl<T> fmt::Debug for Expr<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Expr({self})")
    }
}

// === impl Source ===

impl Source {
    pub(super) const fn made(text: String, problem: Option<String>) -> Self {
        Self { text, is_bare: false, problem, exit: None }
    }

    /// The text as a value of its own: null where there is nothing.
    pub(super) fn whole(&self) -> String {
        if self.is_bare { format!("({} ?? null)", self.text) } else { self.text.clone() }
    }
}

/// Data as a literal of the language.
pub(super) fn literal(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(literal).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(members) => {
            let members: Vec<_> =
                members.iter().map(|(name, value)| format!("{}: {}", quoted(name), literal(value))).collect();
            format!("{{{}}}", members.join(", "))
        }
        plain => plain.to_string(),
    }
}

/// A text as a string of the language.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
