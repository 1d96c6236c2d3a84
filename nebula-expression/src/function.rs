//! The functions, as data. Each is callable as `f(x)` and as `x.f()`.

mod library;

use std::borrow::Cow;
use std::fmt;

use serde_json::Value;

use crate::ast::Expr;
use crate::code;
use crate::error::Outcome;
use crate::eval::Eval;
use crate::span::Span;
use crate::val::{Val, View};

/// A function of the language.
#[non_exhaustive]
pub struct Function {
    /// How it is called.
    pub name: &'static str,
    /// Its parameters and result, as in `size(value: string | list | object): number`.
    pub signature: &'static str,
    /// What it does, in one sentence.
    pub doc: &'static str,
    /// The fewest and the most arguments.
    pub(crate) arity: (usize, usize),
    /// Whether a missing member may be passed to it.
    pub(crate) tolerant: bool,
    pub(crate) run: Run,
}

pub(crate) type Run = for<'a> fn(&mut Args<'_, 'a>) -> Outcome<Val<'a>>;

/// The arguments of one call; they are evaluated when they are asked for.
pub(crate) struct Args<'e, 'a> {
    pub(crate) eval: &'e mut Eval<'a>,
    pub(crate) function: &'static Function,
    pub(crate) call: &'a Expr,
    pub(crate) args: &'a [Expr],
}

/// Every function, in alphabetical order of topics as documented.
#[must_use]
pub fn functions() -> &'static [Function] {
    library::FUNCTIONS
}

pub(crate) fn find(name: &str) -> Option<&'static Function> {
    functions().iter().find(|function| function.name == name)
}

impl Function {
    pub(crate) fn takes(&self, count: usize) -> bool {
        (self.arity.0..=self.arity.1).contains(&count)
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

impl<'a> Args<'_, 'a> {
    pub(crate) fn span(&self) -> Span {
        self.call.span()
    }

    /// Argument number `at`; the parser has checked that it is there.
    pub(crate) fn expr(&self, at: usize) -> &'a Expr {
        &self.args[at]
    }

    pub(crate) fn value(&mut self, at: usize) -> Outcome<Val<'a>> {
        self.eval.value(self.expr(at))
    }

    pub(crate) fn maybe(&mut self, at: usize) -> Outcome<Val<'a>> {
        self.eval.maybe(self.expr(at))
    }

    /// A string argument, paid for by its length.
    pub(crate) fn text(&mut self, at: usize) -> Outcome<Cow<'a, str>> {
        let text = match self.value(at)? {
            Val::Ref(Value::String(text)) => Cow::Borrowed(text.as_str()),
            Val::Str(text) => text,
            Val::Owned(Value::String(text)) => Cow::Owned(text),
            other => return Err(self.refuse(at, other.view(), "a string", "\"\"")),
        };
        self.eval.spend_bytes(text.len(), self.span())?;
        Ok(text)
    }

    /// The error for an argument of the wrong type.
    pub(crate) fn refuse(&self, at: usize, found: View<'_>, need: &str, default: &str) -> Box<crate::ExprError> {
        let need = format!("`{}` needs {need}", self.function.name);
        self.eval.wrong_as(code::ARGUMENT_TYPE, self.expr(at), found, &need, default)
    }

    /// A string the function has made.
    pub(crate) fn made(&mut self, text: String) -> Outcome<Val<'a>> {
        let span = self.span();
        self.eval.string_fits(text.len(), span)?;
        self.eval.charge(text.len(), span)?;
        Ok(Val::Str(Cow::Owned(text)))
    }
}

impl fmt::Debug for Args<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Args").field("function", &self.function.name).finish_non_exhaustive()
    }
}
