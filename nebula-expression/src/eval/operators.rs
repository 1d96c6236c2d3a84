//! Arithmetic, comparison, deep equality and `in`.

use std::cmp::Ordering;

use serde_json::Value;

use super::Eval;
use crate::ast::{Arithmetic, Compare, Expr, Kind};
use crate::code;
use crate::error::{ExprError, Outcome};
use crate::number::Num;
use crate::span::Span;
use crate::time::Problem;
use crate::val::{Items, Val, View};

impl<'a> Eval<'a> {
    /// A chain from left to right. Text grows in one buffer.
    pub(super) fn arithmetic(
        &mut self,
        expr: &'a Expr,
        first: &'a Expr,
        rest: &'a [(Arithmetic, Expr)],
    ) -> Outcome<Val<'a>> {
        let mut left = self.value(first)?;
        // Whose fault it is when the left side is of the wrong type.
        let mut left_expr = first;
        let mut buffer: Option<String> = None;
        for (op, term) in rest {
            let right = self.value(term)?;
            if let Some(text) = &mut buffer {
                match (op, right.view()) {
                    (Arithmetic::Add, View::Str(more)) => {
                        self.append(text, more, term.span())?;
                        left_expr = term;
                        continue;
                    }
                    (op, other) => return Err(self.cannot_calculate(*op, (left_expr, View::Str("")), (term, other))),
                }
            }
            left = match (left.view(), right.view(), op) {
                (View::Num(a), View::Num(b), _) => match calculate(*op, a, b) {
                    Ok(num) => Val::Num(num),
                    Err(problem) => {
                        let zero = problem == crate::number::NumError::DivideByZero;
                        let place = if zero { term.span() } else { expr.span() };
                        return Err(self.bad_number(problem, place));
                    }
                },
                (View::Str(start), View::Str(more), Arithmetic::Add) => {
                    let mut text = String::with_capacity(start.len() + more.len());
                    self.append(&mut text, start, left_expr.span())?;
                    self.append(&mut text, more, term.span())?;
                    buffer = Some(text);
                    left_expr = term;
                    continue;
                }
                (View::List(a), View::List(b), Arithmetic::Add) => {
                    let len = a.len() + b.len();
                    self.list_fits(len, term.span())?;
                    self.spend(len as u64, term.span())?;
                    self.make_list(a.iter().chain(b.iter()).collect(), expr.span())?
                }
                (a, b, op) => match self.times(*op, a, b) {
                    Some(Ok(value)) => value,
                    Some(Err(problem)) => return Err(self.bad_time(problem, expr.span())),
                    None => return Err(self.cannot_calculate(*op, (left_expr, a), (term, b))),
                },
            };
            left_expr = if rest.len() == 1 { first } else { term };
        }
        Ok(buffer.map_or(left, Val::made))
    }

    /// Instants and durations; `None` when that is not what they are.
    fn times(&self, op: Arithmetic, a: View<'_, '_>, b: View<'_, '_>) -> Option<Result<Val<'a>, Problem>> {
        Some(match (a, op, b) {
            (View::Time(time), Arithmetic::Add, View::Duration(by)) => time.plus(by).map(Val::Time),
            (View::Duration(by), Arithmetic::Add, View::Time(time)) => time.plus(by).map(Val::Time),
            (View::Time(time), Arithmetic::Subtract, View::Duration(by)) => time.minus(by).map(Val::Time),
            (View::Time(later), Arithmetic::Subtract, View::Time(earlier)) => later.diff(earlier).map(Val::Duration),
            (View::Duration(a), Arithmetic::Add, View::Duration(b)) => a.plus(b).map(Val::Duration),
            (View::Duration(a), Arithmetic::Subtract, View::Duration(b)) => a.plus(&-b).map(Val::Duration),
            _ => return None,
        })
    }

    #[cold]
    pub(crate) fn bad_time(&self, problem: Problem, span: Span) -> Box<ExprError> {
        let error = ExprError::new(code::ARGUMENT_VALUE, span, problem.message).label("cannot be calculated");
        Box::new(error.maybe_help(problem.help))
    }

    #[cold]
    fn cannot_calculate(
        &self,
        op: Arithmetic,
        left: (&Expr, View<'_, '_>),
        right: (&Expr, View<'_, '_>),
    ) -> Box<ExprError> {
        let add = op == Arithmetic::Add;
        let fits =
            |view: View<'_, '_>| matches!(view, View::Num(_)) || add && matches!(view, View::Str(_) | View::List(_));
        let symbol = op.symbol();
        if matches!(left.1, View::Time(_) | View::Duration(_)) || matches!(right.1, View::Time(_) | View::Duration(_)) {
            return self.cannot_time(op, left, right);
        }
        let need = if add {
            "`+` needs two numbers, two strings or two lists".to_owned()
        } else {
            format!("`{symbol}` needs numbers")
        };
        for ((expr, view), other) in [(left, right.1), (right, left.1)] {
            if !fits(view) {
                let default = match other {
                    View::Str(_) => "\"\"",
                    View::List(_) => "[]",
                    _ => "0",
                };
                return self.wrong(expr, view, &need, default);
            }
        }
        let message = format!("`+` cannot join {} and {}", left.1.kind(), right.1.kind());
        let number = if matches!(left.1, View::Num(_)) { left.0 } else { right.0 };
        let text = self.text(number.span());
        let error =
            ExprError::new(code::OPERAND_TYPE, right.0.span(), message).label(format!("this is {}", right.1.kind()));
        if matches!(left.1, View::List(_)) {
            return Box::new(error.help(format!("for one more element write `+ [{}]`", self.text(right.0.span()))));
        }
        Box::new(error.help(format!("write `string({text})` for text, `number(…)` for arithmetic, or a template")))
    }

    #[cold]
    fn cannot_time(&self, op: Arithmetic, left: (&Expr, View<'_, '_>), right: (&Expr, View<'_, '_>)) -> Box<ExprError> {
        let message = format!("`{}` cannot take {} and {}", op.symbol(), left.1.kind(), right.1.kind());
        let text = if matches!(left.1, View::Time(_) | View::Duration(_)) { right.0 } else { left.0 };
        let help = format!("write `duration({0})` or `timestamp({0})` if that is what it is", self.text(text.span()));
        let place = left.0.span().to(right.0.span());
        Box::new(ExprError::new(code::OPERAND_TYPE, place, message).label("not these two").help(help))
    }

    pub(super) fn compare(&mut self, op: Compare, left: &'a Expr, right: &'a Expr) -> Outcome<bool> {
        let a = self.operand(left)?;
        let b = self.operand(right)?;
        let order = match op {
            Compare::Equal | Compare::NotEqual => {
                if let (Val::Ref(Value::String(a)), Val::Ref(Value::String(b))) = (&a, &b) {
                    self.spend_bytes(if a.len() == b.len() { a.len() } else { 0 }, right.span())?;
                    return Ok((a == b) == (op == Compare::Equal));
                }
                self.not_a_time_and_its_text(op, (left, &a), (right, &b))?;
                return self.equal(&a, &b, right, 0).map(|same| same == (op == Compare::Equal));
            }
            Compare::In => return self.contains((left, &a), (right, &b)),
            _ => match (&a, &b) {
                (Val::Ref(Value::Number(a)), Val::Ref(Value::Number(b))) => Num::of(a).compare(Num::of(b)),
                _ => self.order((op, left, right), &a, &b)?,
            },
        };
        Ok(match op {
            Compare::Less => order == Ordering::Less,
            Compare::LessOrEqual => order != Ordering::Greater,
            Compare::Greater => order == Ordering::Greater,
            _ => order != Ordering::Less,
        })
    }

    /// A value; names and constants, the usual sides of a comparison, without a detour.
    #[inline(always)]
    fn operand(&mut self, expr: &'a Expr) -> Outcome<Val<'a>> {
        match &expr.kind {
            Kind::Literal(value) => {
                self.spend(1, expr.span())?;
                Ok(Val::Ref(value))
            }
            Kind::Local(local) => {
                self.spend(1, expr.span())?;
                self.local(local, false)
            }
            _ => self.value(expr),
        }
    }

    fn order(&mut self, at: (Compare, &'a Expr, &'a Expr), a: &Val<'a>, b: &Val<'a>) -> Outcome<Ordering> {
        let (op, left, right) = at;
        match (a.view(), b.view()) {
            (View::Num(a), View::Num(b)) => Ok(a.compare(b)),
            (View::Str(a), View::Str(b)) => {
                self.spend_bytes(a.len().min(b.len()), right.span())?;
                Ok(a.cmp(b))
            }
            (View::Time(a), View::Time(b)) => Ok(a.cmp(b)),
            (View::Duration(a), View::Duration(b)) => {
                a.compare(b).map_err(|problem| self.bad_time(problem, left.span().to(right.span())))
            }
            (a, b) => Err(self.cannot_compare(op, (left, a), (right, b))),
        }
    }

    /// Text is never equal to an instant or a duration, and nobody means to ask whether it is.
    #[inline]
    fn not_a_time_and_its_text(
        &self,
        op: Compare,
        left: (&'a Expr, &Val<'a>),
        right: (&'a Expr, &Val<'a>),
    ) -> Outcome<()> {
        match (left.1.view(), right.1.view()) {
            (View::Time(_) | View::Duration(_), View::Str(_)) | (View::Str(_), View::Time(_) | View::Duration(_)) => {
                Err(self.cannot_compare(op, (left.0, left.1.view()), (right.0, right.1.view())))
            }
            _ => Ok(()),
        }
    }

    #[cold]
    fn cannot_compare(&self, op: Compare, left: (&Expr, View<'_, '_>), right: (&Expr, View<'_, '_>)) -> Box<ExprError> {
        let need = format!("`{}` compares two numbers, two strings, two timestamps or two durations", op.symbol());
        for ((expr, view), other) in [(left, right.1), (right, left.1)] {
            if !matches!(view, View::Num(_) | View::Str(_) | View::Time(_) | View::Duration(_)) {
                let default = if matches!(other, View::Str(_)) { "\"\"" } else { "0" };
                return self.wrong(expr, view, &need, default);
            }
        }
        let message = format!("`{}` cannot compare {} with {}", op.symbol(), left.1.kind(), right.1.kind());
        let (text, other) = if matches!(left.1, View::Str(_)) { (left.0, right.1) } else { (right.0, left.1) };
        let text = self.text(text.span());
        let function = match other {
            View::Time(_) => "timestamp",
            View::Duration(_) => "duration",
            _ => "number",
        };
        Box::new(
            ExprError::new(code::OPERAND_TYPE, left.0.span().to(right.0.span()), message)
                .label("different types")
                .help(format!("convert one side, for example `{function}({text})`")),
        )
    }

    /// Deep, and by value between integers and doubles.
    pub(crate) fn equal(&mut self, a: &Val<'a>, b: &Val<'a>, place: &'a Expr, depth: u32) -> Outcome<bool> {
        let span = place.span();
        match (a.view(), b.view()) {
            (View::Null, View::Null) => Ok(true),
            (View::Bool(a), View::Bool(b)) => Ok(a == b),
            (View::Num(a), View::Num(b)) => Ok(a.compare(b) == Ordering::Equal),
            (View::Str(a), View::Str(b)) => {
                self.spend_bytes(if a.len() == b.len() { a.len() } else { 0 }, span)?;
                Ok(a == b)
            }
            (View::List(a), View::List(b)) if a.len() == b.len() => {
                self.depth_fits(depth, span)?;
                for (a, b) in a.iter().zip(b.iter()) {
                    self.spend(2, span)?;
                    if !self.equal(&a, &b, place, depth + 1)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            (View::Object(a), View::Object(b)) if a.len() == b.len() => {
                self.depth_fits(depth, span)?;
                for (key, a) in a.iter() {
                    self.spend(2, span)?;
                    let Some(b) = b.get(&key) else {
                        return Ok(false);
                    };
                    if !self.equal(&a, &b, place, depth + 1)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            (View::Time(a), View::Time(b)) => Ok(a.cmp(b) == Ordering::Equal),
            (View::Duration(a), View::Duration(b)) => Ok(a.compare(b).is_ok_and(Ordering::is_eq)),
            (View::Bytes(a), View::Bytes(b)) => {
                self.spend_bytes(a.len(), span)?;
                Ok(a == b)
            }
            _ => Ok(false),
        }
    }

    /// `a in b`: an element of a list, a key of an object, a part of a string.
    fn contains(&mut self, left: (&'a Expr, &Val<'a>), right: (&'a Expr, &Val<'a>)) -> Outcome<bool> {
        match (left.1.view(), right.1.view()) {
            (_, View::List(items)) => self.list_contains(left.1, items, right.0),
            (View::Str(key), View::Object(members)) => Ok(members.get(key).is_some()),
            (View::Str(part), View::Str(text)) => {
                self.spend_bytes(text.len() + part.len(), right.0.span())?;
                Ok(text.contains(part))
            }
            (found, View::Object(_)) => Err(self.wrong(left.0, found, "the keys of an object are strings", "\"\"")),
            (found, View::Str(_)) => Err(self.wrong(left.0, found, "only a string can be part of a string", "\"\"")),
            (_, found) => Err(self.wrong(right.0, found, "`in` looks into a list, an object or a string", "[]")),
        }
    }

    pub(crate) fn list_contains(&mut self, wanted: &Val<'a>, items: Items<'_, 'a>, place: &'a Expr) -> Outcome<bool> {
        for item in items.iter() {
            self.spend(1, place.span())?;
            if self.equal(wanted, &item, place, 0)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn calculate(op: Arithmetic, a: Num, b: Num) -> Result<Num, crate::number::NumError> {
    match op {
        Arithmetic::Add => a.add(b),
        Arithmetic::Subtract => a.subtract(b),
        Arithmetic::Multiply => a.multiply(b),
        Arithmetic::Divide => a.divide(b),
        Arithmetic::Remainder => a.remainder(b),
    }
}
