//! The arguments of one call, evaluated when they are asked for.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use super::Function;
use crate::ast::{Expr, Kind};
use crate::code;
use crate::error::{ExprError, Outcome};
use crate::eval::Eval;
use crate::number::Num;
use crate::pattern::{Pattern, Replacement};
use crate::span::Span;
use crate::time::{Duration, Time};
use crate::val::{Items, Members, Text, Val, View};

pub(crate) struct Args<'e, 'a> {
    pub(crate) eval: &'e mut Eval<'a>,
    pub(crate) function: &'static Function,
    pub(crate) call: &'a Expr,
    pub(crate) args: &'a [Expr],
}

/// A function among the arguments.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lambda<'a> {
    params: usize,
    body: &'a Expr,
}

/// A list that is held while functions are called on its elements.
pub(crate) struct ListArg<'a>(Val<'a>);

/// An object likewise.
pub(crate) struct ObjectArg<'a>(Val<'a>);

/// Units of a timestamp among the arguments.
pub(crate) const TIME_UNITS: u64 = 6;

impl<'a> ListArg<'a> {
    pub(crate) fn items(&self) -> Items<'_, 'a> {
        match self.0.view() {
            View::List(items) => items,
            _ => Items::Made(&[]),
        }
    }
}

impl<'a> ObjectArg<'a> {
    pub(crate) fn members(&self) -> Members<'_, 'a> {
        static EMPTY: std::sync::LazyLock<serde_json::Map<String, serde_json::Value>> =
            std::sync::LazyLock::new(serde_json::Map::new);
        match self.0.view() {
            View::Object(members) => members,
            _ => Members::Json(&EMPTY),
        }
    }
}

impl<'a> Args<'_, 'a> {
    pub(crate) fn span(&self) -> Span {
        self.call.span()
    }

    pub(crate) fn len(&self) -> usize {
        self.args.len()
    }

    pub(crate) fn has(&self, at: usize) -> bool {
        at < self.args.len()
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

    /// A string, paid for by its length. A timestamp or a duration is not taken for one.
    pub(crate) fn text(&mut self, at: usize) -> Outcome<Text<'a>> {
        let value = self.value(at)?;
        self.taken_text(value, at)
    }

    /// As `text`, of a value that was looked at already.
    pub(crate) fn taken_text(&mut self, value: Val<'a>, at: usize) -> Outcome<Text<'a>> {
        let text = self.as_text(value, at)?;
        self.eval.spend_bytes(text.len(), self.span())?;
        Ok(text)
    }

    fn as_text(&self, value: Val<'a>, at: usize) -> Outcome<Text<'a>> {
        match value {
            Val::Ref(serde_json::Value::String(text)) => Ok(Text::Borrowed(text)),
            Val::Str(text) => Ok(text),
            other => Err(self.refuse(at, other.view(), "a string", "\"\"")),
        }
    }

    /// A string that may be left out.
    pub(crate) fn text_or(&mut self, at: usize, default: &'static str) -> Outcome<Text<'a>> {
        if self.has(at) { self.text(at) } else { Ok(Text::Borrowed(default)) }
    }

    pub(crate) fn num(&mut self, at: usize) -> Outcome<Num> {
        let value = self.value(at)?;
        match value.view() {
            View::Num(num) => Ok(num),
            other => Err(self.refuse(at, other, "a number", "0")),
        }
    }

    /// A whole number within 64 bits.
    pub(crate) fn int(&mut self, at: usize) -> Outcome<i64> {
        let value = self.value(at)?;
        self.as_int(&value, at)
    }

    fn as_int(&self, value: &Val<'a>, at: usize) -> Outcome<i64> {
        let num = match value.view() {
            View::Num(num) => num,
            other => return Err(self.refuse(at, other, "a number", "0")),
        };
        match num.whole() {
            Some(int) => Ok(int),
            None => {
                let message = format!("`{}` needs a whole number, not {}", self.function.name, num.text());
                Err(Box::new(
                    ExprError::new(code::ARGUMENT_VALUE, self.expr(at).span(), message)
                        .label("not a whole number")
                        .help("`round(x)`, `floor(x)` and `ceil(x)` make one"),
                ))
            }
        }
    }

    /// A whole number, unless it is left out or null.
    pub(crate) fn int_if(&mut self, at: usize) -> Outcome<Option<i64>> {
        match self.given(at)? {
            Some(value) => self.as_int(&value, at).map(Some),
            None => Ok(None),
        }
    }

    /// A string, unless it is left out or null.
    pub(crate) fn text_if(&mut self, at: usize) -> Outcome<Option<Text<'a>>> {
        match self.given(at)? {
            Some(value) => self.taken_text(value, at).map(Some),
            None => Ok(None),
        }
    }

    fn given(&mut self, at: usize) -> Outcome<Option<Val<'a>>> {
        if !self.has(at) {
            return Ok(None);
        }
        Ok(Some(self.value(at)?).filter(|value| !value.is_null()))
    }

    pub(crate) fn int_or(&mut self, at: usize, default: i64) -> Outcome<i64> {
        if self.has(at) { self.int(at) } else { Ok(default) }
    }

    /// A list; one unit for each element.
    pub(crate) fn list(&mut self, at: usize) -> Outcome<ListArg<'a>> {
        let value = self.value(at)?;
        match value.view() {
            View::List(items) => {
                self.eval.spend(items.len() as u64, self.span())?;
                Ok(ListArg(value))
            }
            other => Err(self.refuse(at, other, "a list", "[]")),
        }
    }

    /// An object; one unit for each member.
    pub(crate) fn object(&mut self, at: usize) -> Outcome<ObjectArg<'a>> {
        let value = self.value(at)?;
        match value.view() {
            View::Object(members) => {
                self.eval.spend(members.len() as u64, self.span())?;
                Ok(ObjectArg(value))
            }
            other => Err(self.refuse(at, other, "an object", "{}")),
        }
    }

    /// A timestamp, or the text of one.
    pub(crate) fn time(&mut self, at: usize) -> Outcome<Time> {
        let value = self.value(at)?;
        // Calendars take longer than numbers.
        self.eval.spend(TIME_UNITS, self.span())?;
        let text = match value.view() {
            View::Time(time) => return Ok(time.clone()),
            View::Str(text) => text,
            other => return Err(self.refuse(at, other, "a timestamp", "now()")),
        };
        self.eval.spend_bytes(text.len(), self.span())?;
        Time::parse(text).map_err(|problem| self.problem(at, problem.message, problem.help))
    }

    /// A duration, or the text of one.
    pub(crate) fn duration(&mut self, at: usize) -> Outcome<Duration> {
        let value = self.value(at)?;
        let text = match value.view() {
            View::Duration(duration) => return Ok(duration.clone()),
            View::Str(text) => text,
            other => return Err(self.refuse(at, other, "a duration", "\"0s\"")),
        };
        self.eval.spend_bytes(text.len(), self.span())?;
        Duration::parse(text).map_err(|problem| self.problem(at, problem.message, problem.help))
    }

    /// A pattern. A constant one is built once; any other each time, and that is paid for.
    pub(crate) fn pattern(&mut self, at: usize) -> Outcome<Cow<'a, Pattern>> {
        // However small it is.
        const LEAST: u64 = 600;
        let (arg, call) = (self.expr(at), self.call);
        let constant = arg.literal().and_then(|value| value.as_str());
        if let (Some(text), Kind::Call { pattern, .. }, true) =
            (constant, &call.kind, self.function.pattern_at == Some(at))
        {
            return match pattern.get(text) {
                Ok(pattern) => Ok(Cow::Borrowed(pattern)),
                Err(problem) => Err(self.eval.bad_pattern(arg, problem)),
            };
        }
        let text = self.text(at)?;
        self.eval.spend(LEAST, arg.span())?;
        let pattern = Pattern::new(&text).map_err(|problem| self.eval.bad_pattern(arg, &problem))?;
        self.eval.spend(pattern.build_units(), arg.span())?;
        Ok(Cow::Owned(pattern))
    }

    /// What the matches of a pattern are replaced by.
    pub(crate) fn replacement(&mut self, at: usize, pattern: &Pattern) -> Outcome<Replacement> {
        let text = self.text(at)?;
        Replacement::new(&text, pattern).map_err(|problem| self.eval.bad_pattern(self.expr(at), &problem))
    }

    // === functions as arguments ===

    /// The function at `at`, to be called many times.
    pub(crate) fn lambda(&self, at: usize) -> Lambda<'a> {
        match &self.args[at].kind {
            Kind::Lambda { params, body } => Lambda { params: params.len(), body },
            // The parser lets nothing else through.
            _ => Lambda { params: 0, body: &self.args[at] },
        }
    }

    /// Calls a function; a second value it has no name for is left out.
    #[inline]
    pub(crate) fn call(&mut self, lambda: Lambda<'a>, first: Val<'a>, second: Val<'a>) -> Outcome<Val<'a>> {
        let outside = self.eval.bind(lambda.params, first, second);
        let result = self.eval.value(lambda.body);
        self.eval.unbind(outside);
        result
    }

    /// As `call`, for a condition.
    #[inline]
    pub(crate) fn test(&mut self, lambda: Lambda<'a>, first: Val<'a>, second: Val<'a>) -> Outcome<bool> {
        let outside = self.eval.bind(lambda.params, first, second);
        let result = self.eval.truth(lambda.body);
        self.eval.unbind(outside);
        result
    }

    // === results ===

    /// A string the function has made.
    pub(crate) fn made(&mut self, text: String) -> Outcome<Val<'a>> {
        let span = self.span();
        self.eval.string_fits(text.len(), span)?;
        self.eval.charge(text.len(), span)?;
        Ok(Val::made(text))
    }

    /// A part of a text: borrowed as long as the text is.
    pub(crate) fn cut(&mut self, text: &Text<'a>, range: Range<usize>) -> Outcome<Val<'a>> {
        match text {
            Text::Borrowed(text) => Ok(Val::borrowed(text.get(range).unwrap_or_default())),
            Text::Made(text) => self.made(text.get(range).unwrap_or_default().to_owned()),
        }
    }

    /// Parts of a text as a list, borrowed likewise; one unit for each.
    pub(crate) fn cuts(
        &mut self,
        text: &Text<'a>,
        cut: impl for<'t> FnOnce(&mut Self, &'t str) -> Outcome<Vec<&'t str>>,
    ) -> Outcome<Val<'a>> {
        let span = self.span();
        let made = match text {
            Text::Borrowed(text) => {
                let parts = cut(self, text)?;
                self.eval.spend(parts.len() as u64, span)?;
                parts.into_iter().map(Val::borrowed).collect()
            }
            Text::Made(text) => {
                let parts = cut(self, text)?;
                self.eval.spend(parts.len() as u64, span)?;
                let bytes: usize = parts.iter().map(|part| part.len() + size_of::<String>()).sum();
                self.eval.charge(bytes, span)?;
                parts.into_iter().map(|part| Val::made(part.to_owned())).collect()
            }
        };
        self.made_list(made)
    }

    /// A list the function has made.
    pub(crate) fn made_list(&mut self, items: Vec<Val<'a>>) -> Outcome<Val<'a>> {
        let span = self.span();
        self.eval.make_list(items, span)
    }

    /// An object the function has made.
    pub(crate) fn made_object(&mut self, members: std::collections::BTreeMap<Text<'a>, Val<'a>>) -> Outcome<Val<'a>> {
        let span = self.span();
        self.eval.make_object(members, span)
    }

    /// The result of a calculation.
    pub(crate) fn calculated(&self, result: Result<Num, crate::number::NumError>) -> Outcome<Val<'a>> {
        result.map(Val::Num).map_err(|problem| self.eval.bad_number(problem, self.span()))
    }

    // === errors ===

    /// The error for an argument of the wrong type.
    #[cold]
    pub(crate) fn refuse(&self, at: usize, found: View<'_, '_>, need: &str, default: &str) -> Box<ExprError> {
        let need = format!("`{}` needs {need}", self.function.name);
        self.eval.wrong_as(code::ARGUMENT_TYPE, self.expr(at), found, &need, default)
    }

    /// The error for element number `index` of a list.
    #[cold]
    pub(crate) fn refuse_item(&self, at: usize, index: usize, found: View<'_, '_>, need: &str) -> Box<ExprError> {
        let message = format!("element {index} is {}, and `{}` needs {need}", found.kind(), self.function.name);
        Box::new(
            ExprError::new(code::ARGUMENT_TYPE, self.expr(at).span(), message)
                .label(format!("it is written `{}`", self.function.signature)),
        )
    }

    /// The error for an argument with something of the wrong type in it.
    #[cold]
    pub(crate) fn mistaken(&self, at: usize, message: String, help: &str) -> Box<ExprError> {
        let error = ExprError::new(code::ARGUMENT_TYPE, self.expr(at).span(), message);
        Box::new(error.label("cannot be used").help(help))
    }

    /// The error for an argument of the right type that cannot be used.
    #[cold]
    pub(crate) fn problem(&self, at: usize, message: String, help: Option<String>) -> Box<ExprError> {
        let at = at.min(self.args.len().saturating_sub(1));
        let span = self.args.get(at).map_or(self.span(), Expr::span);
        let error = ExprError::new(code::ARGUMENT_VALUE, span, message).label("cannot be used").maybe_help(help);
        Box::new(error)
    }
}

impl fmt::Debug for Args<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Args").field("function", &self.function.name).finish_non_exhaustive()
    }
}
