//! Evaluation: a walk over the tree with data borrowed from the scope, every step paid for.

mod access;
mod budget;
mod convert;
mod operators;
mod patterns;

use std::collections::BTreeMap;
use std::time::Instant;

use crate::ast::{Expr, Kind, Logic};
use crate::code;
use crate::cost::Cost;
use crate::error::{ExprError, Outcome};
use crate::function::Args;
use crate::lex::shorten;
use crate::limits::Limits;
use crate::number::Num;
use crate::scope::Scope;
use crate::span::Span;
use crate::val::{Text, Val, View};

/// Units between two looks at the clock: about a third of a millisecond.
const SLICE: u64 = 16_384;

/// Who knows what a whole evaluation takes.
pub(crate) trait Forecast {
    fn cost(&self) -> &Cost;
}

/// One evaluation in progress.
pub(crate) struct Eval<'a> {
    source: &'a str,
    scope: &'a dyn Scope,
    limits: Limits,
    /// Units that are left, without those of the slice being used up.
    cost: u64,
    /// Units until the clock is looked at.
    slice: u64,
    /// When the first slice was used up.
    started: Option<Instant>,
    /// What the whole will take, to be asked when much has been used.
    forecast: Option<&'a dyn Forecast>,
    /// Bytes that are left.
    alloc: usize,
    /// Values of the names that are bound, the innermost last.
    locals: Vec<Val<'a>>,
}

impl<'a> Eval<'a> {
    pub(crate) fn new(source: &'a str, scope: &'a dyn Scope, limits: &Limits) -> Self {
        let slice = limits.cost.min(SLICE);
        Self {
            source,
            scope,
            limits: *limits,
            cost: limits.cost - slice,
            slice,
            started: None,
            forecast: None,
            alloc: limits.alloc_bytes,
            locals: Vec::new(),
        }
    }

    /// Looks ahead once much has been used.
    pub(crate) fn with_forecast(mut self, forecast: &'a dyn Forecast) -> Self {
        self.forecast = Some(forecast);
        self
    }

    /// The value of `expr`, which may be null; a missing member is an error.
    pub(crate) fn value(&mut self, expr: &'a Expr) -> Outcome<Val<'a>> {
        self.spend(1, expr.span())?;
        match &expr.kind {
            Kind::Literal(value) => Ok(Val::Ref(value)),
            Kind::Path(path) => match self.path(path)? {
                Ok(value) => Ok(value),
                Err(gap) => Err(self.path_gap(path, &gap)),
            },
            Kind::Local(local) => self.local(local, false),
            Kind::Access { base, steps } => self.access(base, steps, false),
            Kind::Call { function, args, .. } => (function.run)(&mut Args { eval: self, function, call: expr, args }),
            Kind::Let { bindings, body } => self.within(bindings, |eval| eval.value(body)),
            Kind::Not(_) | Kind::Compare { .. } | Kind::Logic { op: Logic::And | Logic::Or, .. } => {
                self.truth_inner(expr).map(Val::Bool)
            }
            Kind::Negate(inner) => self.negate(expr, inner),
            Kind::Arithmetic { first, rest } => self.arithmetic(expr, first, rest),
            Kind::Logic { op: Logic::Coalesce, terms } => self.coalesce(terms, false),
            Kind::Choice { .. } => {
                let branch = self.choose(expr)?;
                self.value(branch)
            }
            Kind::List(items) => self.list(expr, items),
            Kind::Object(members) => self.object(expr, members),
            // Expressions with errors are never handed out; null is the safest answer.
            Kind::Invalid | Kind::Lambda { .. } => Ok(Val::NULL),
        }
    }

    /// As `value`, but a missing member is null: the left of `??`, the argument of `has`.
    pub(crate) fn maybe(&mut self, expr: &'a Expr) -> Outcome<Val<'a>> {
        match &expr.kind {
            Kind::Path(path) => {
                self.spend(1, expr.span())?;
                Ok(self.path(path)?.unwrap_or(Val::NULL))
            }
            Kind::Local(local) => {
                self.spend(1, expr.span())?;
                self.local(local, true)
            }
            Kind::Let { bindings, body } => {
                self.spend(1, expr.span())?;
                self.within(bindings, |eval| eval.maybe(body))
            }
            Kind::Access { base, steps } => {
                self.spend(1, expr.span())?;
                self.access(base, steps, true)
            }
            Kind::Logic { op: Logic::Coalesce, terms } => {
                self.spend(1, expr.span())?;
                self.coalesce(terms, true)
            }
            Kind::Choice { .. } => {
                self.spend(1, expr.span())?;
                let branch = self.choose(expr)?;
                self.maybe(branch)
            }
            _ => self.value(expr),
        }
    }

    /// The value of a condition.
    pub(crate) fn truth(&mut self, expr: &'a Expr) -> Outcome<bool> {
        match &expr.kind {
            Kind::Not(_) | Kind::Compare { .. } | Kind::Logic { op: Logic::And | Logic::Or, .. } => {
                self.spend(1, expr.span())?;
                self.truth_inner(expr)
            }
            _ => {
                let value = self.value(expr)?;
                if let Val::Bool(flag) = value {
                    return Ok(flag);
                }
                match value.view() {
                    View::Bool(flag) => Ok(flag),
                    other => Err(self.not_a_bool(expr, other)),
                }
            }
        }
    }

    fn truth_inner(&mut self, expr: &'a Expr) -> Outcome<bool> {
        match &expr.kind {
            Kind::Not(inner) => self.truth(inner).map(|flag| !flag),
            Kind::Compare { op, sides } => self.compare(*op, &sides.0, &sides.1),
            Kind::Logic { op, terms } => {
                // `||` stops at the first true, `&&` at the first false.
                let stop = *op == Logic::Or;
                for term in terms {
                    if self.truth(term)? == stop {
                        return Ok(stop);
                    }
                }
                Ok(!stop)
            }
            _ => self.truth(expr),
        }
    }

    /// The branch of a choice that is taken.
    fn choose(&mut self, expr: &'a Expr) -> Outcome<&'a Expr> {
        let Kind::Choice { arms, otherwise } = &expr.kind else {
            return Ok(expr);
        };
        for (when, then) in arms {
            if self.truth(when)? {
                return Ok(then);
            }
        }
        Ok(otherwise)
    }

    fn coalesce(&mut self, terms: &'a [Expr], tolerant: bool) -> Outcome<Val<'a>> {
        let Some((last, before)) = terms.split_last() else {
            return Ok(Val::NULL);
        };
        for term in before {
            let value = self.maybe(term)?;
            if !value.is_null() {
                return Ok(value);
            }
        }
        if tolerant { self.maybe(last) } else { self.value(last) }
    }

    fn list(&mut self, expr: &'a Expr, items: &'a [Expr]) -> Outcome<Val<'a>> {
        let mut list = Vec::with_capacity(items.len());
        for item in items {
            list.push(self.value(item)?);
        }
        self.make_list(list, expr.span())
    }

    fn object(&mut self, expr: &'a Expr, members: &'a [(smol_str::SmolStr, Expr)]) -> Outcome<Val<'a>> {
        let mut map = BTreeMap::new();
        for (key, value) in members {
            map.insert(Text::Borrowed(key.as_str()), self.value(value)?);
        }
        self.make_object(map, expr.span())
    }

    /// Evaluates with names bound; they are gone afterwards, whatever happens.
    fn within<T>(
        &mut self,
        bindings: &'a [(smol_str::SmolStr, Expr)],
        then: impl FnOnce(&mut Self) -> Outcome<T>,
    ) -> Outcome<T> {
        let outside = self.locals.len();
        let mut bound = Ok(());
        for (_, value) in bindings {
            match self.value(value) {
                Ok(value) => self.locals.push(value),
                Err(error) => {
                    bound = Err(error);
                    break;
                }
            }
        }
        let result = bound.and_then(|()| then(self));
        self.locals.truncate(outside);
        result
    }

    /// Binds the parameters of a function that is about to be called; returns what `unbind` takes.
    #[inline]
    pub(crate) fn bind(&mut self, params: usize, first: Val<'a>, second: Val<'a>) -> usize {
        let outside = self.locals.len();
        self.locals.push(first);
        if params > 1 {
            self.locals.push(second);
        }
        outside
    }

    #[inline]
    pub(crate) fn unbind(&mut self, outside: usize) {
        self.locals.truncate(outside);
    }

    fn negate(&mut self, expr: &'a Expr, inner: &'a Expr) -> Outcome<Val<'a>> {
        let value = self.value(inner)?;
        match value.view() {
            View::Num(num) => match num.negate() {
                Ok(num) => Ok(Val::Num(num)),
                Err(problem) => Err(self.bad_number(problem, expr.span())),
            },
            other => Err(self.wrong(inner, other, "`-` needs a number", "0")),
        }
    }

    /// Text to put into a template.
    pub(crate) fn interpolate(&mut self, expr: &'a Expr, out: &mut String) -> Outcome<()> {
        let value = self.value(expr)?;
        let Some(text) = value.view().text() else {
            return Err(self.not_text(expr, value.view()));
        };
        self.append(out, &text, expr.span())
    }

    pub(crate) fn append(&mut self, out: &mut String, text: &str, span: Span) -> Outcome<()> {
        self.string_fits(out.len() + text.len(), span)?;
        self.spend_bytes(text.len(), span)?;
        self.charge(text.len(), span)?;
        out.push_str(text);
        Ok(())
    }

    // === errors ===

    pub(crate) fn text(&self, span: Span) -> String {
        shorten(span.slice(self.source))
    }

    /// A value of the wrong type, or null, where `need` holds; `default` is what `??` could give.
    #[cold]
    pub(crate) fn wrong(&self, expr: &Expr, found: View<'_, '_>, need: &str, default: &str) -> Box<ExprError> {
        self.wrong_as(code::OPERAND_TYPE, expr, found, need, default)
    }

    #[cold]
    pub(crate) fn wrong_as(
        &self,
        code: &'static str,
        expr: &Expr,
        found: View<'_, '_>,
        need: &str,
        default: &str,
    ) -> Box<ExprError> {
        let text = self.text(expr.span());
        let message = format!("`{text}` is {}, but {need}", found.kind());
        if matches!(found, View::Null) {
            let error = ExprError::new(code::NULL, expr.span(), message).label("null");
            return Box::new(error.help(format!("give a default: `({text} ?? {default})`")));
        }
        let help = match (found, default) {
            (View::Str(_), "0") => Some(format!("convert it: `number({text})`")),
            (View::Num(_) | View::Bool(_), "\"\"") => Some(format!("convert it: `string({text})`")),
            _ => None,
        };
        let label = format!("this is {}", found.kind());
        Box::new(ExprError::new(code, expr.span(), message).label(label).maybe_help(help))
    }

    #[cold]
    fn not_a_bool(&self, expr: &Expr, found: View<'_, '_>) -> Box<ExprError> {
        let mut error = self.wrong_as(code::NOT_A_BOOL, expr, found, "a condition is true or false", "false");
        let text = self.text(expr.span());
        error.help = error.help.or_else(|| match found {
            View::Num(_) => Some(format!("compare it: `{text} != 0`")),
            View::Str(_) => Some(format!("compare it: `{text} != \"\"`")),
            View::List(_) => Some(format!("compare its size: `size({text}) > 0`")),
            View::Object(_) => Some(format!("ask for it: `has({text})`")),
            _ => None,
        });
        error
    }

    #[cold]
    fn not_text(&self, expr: &Expr, found: View<'_, '_>) -> Box<ExprError> {
        let text = self.text(expr.span());
        let message = format!("`{text}` is {} and has no place inside text", found.kind());
        let help = match found {
            View::Null => format!("give a default: `{{{{ {text} ?? \"\" }}}}`"),
            View::Bytes(_) => format!("say how: `base64({text})` or `hex({text})`"),
            View::List(_) => {
                format!("write `{{{{ {text}.join(\", \") }}}}`, or leave the text around it out to pass the list on")
            }
            _ => "name the member to print, or leave the text around it out to pass the object on".into(),
        };
        let label = format!("this is {}", found.kind());
        Box::new(ExprError::new(code::NOT_TEXT, expr.span(), message).label(label).help(help))
    }

    #[cold]
    pub(crate) fn bad_number(&self, problem: crate::number::NumError, span: Span) -> Box<ExprError> {
        use crate::number::NumError;
        let text = self.text(span);
        let error = match problem {
            NumError::Overflow => {
                ExprError::new(code::OVERFLOW, span, format!("`{text}` is a whole number that does not fit in 64 bits"))
                    .label("too large")
                    .help("with a fraction such as `1.0` in it the result is approximate instead")
            }
            NumError::DivideByZero => ExprError::new(code::DIVISION_BY_ZERO, span, format!("`{text}` divides by zero"))
                .label("this is 0")
                .help("test for it: `n != 0 ? x / n : 0`"),
            NumError::NotFinite => {
                ExprError::new(code::NOT_FINITE, span, format!("`{text}` is too large for a number")).label("too large")
            }
        };
        Box::new(error)
    }

    /// A whole number for the functions that count.
    pub(crate) fn count(len: usize) -> Val<'a> {
        Val::Num(Num::from(len as u64))
    }
}

impl std::fmt::Debug for Eval<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Eval").field("source", &self.source).field("cost", &self.cost).finish_non_exhaustive()
    }
}
