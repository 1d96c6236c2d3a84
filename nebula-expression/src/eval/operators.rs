//! Arithmetic, comparison, deep equality and `in`.

use std::borrow::Cow;
use std::cmp::Ordering;

use serde_json::Value;

use super::Eval;
use crate::ast::{Arithmetic, Compare, Expr};
use crate::code;
use crate::error::{ExprError, Outcome};
use crate::number::Num;
use crate::val::{Val, View};

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
        for (op, term) in rest {
            let right = self.value(term)?;
            left = match (left.view(), right.view(), op) {
                (View::Num(a), View::Num(b), _) => match calculate(*op, a, b) {
                    Ok(num) => Val::Num(num),
                    Err(problem) => {
                        let zero = problem == crate::number::NumError::DivideByZero;
                        let place = if zero { term.span() } else { expr.span() };
                        return Err(self.bad_number(problem, place));
                    }
                },
                (View::Str(_), View::Str(more), Arithmetic::Add) => {
                    let mut text = match left {
                        Val::Str(Cow::Owned(text)) => text,
                        other => {
                            let mut text = String::new();
                            if let View::Str(start) = other.view() {
                                self.append(&mut text, start, left_expr.span())?;
                            }
                            text
                        }
                    };
                    self.append(&mut text, more, term.span())?;
                    Val::Str(Cow::Owned(text))
                }
                (a, b, op) => return Err(self.cannot_calculate(*op, (left_expr, a), (term, b))),
            };
            left_expr = if rest.len() == 1 { first } else { term };
        }
        Ok(left)
    }

    #[cold]
    fn cannot_calculate(&self, op: Arithmetic, left: (&Expr, View<'_>), right: (&Expr, View<'_>)) -> Box<ExprError> {
        let add = op == Arithmetic::Add;
        let fits = |view: View<'_>| matches!(view, View::Num(_)) || add && matches!(view, View::Str(_));
        let symbol = op.symbol();
        let need =
            if add { "`+` needs two numbers or two strings".to_owned() } else { format!("`{symbol}` needs numbers") };
        for ((expr, view), other) in [(left, right.1), (right, left.1)] {
            if !fits(view) {
                let default = if matches!(other, View::Str(_)) { "\"\"" } else { "0" };
                return self.wrong(expr, view, &need, default);
            }
        }
        let message = format!("`+` cannot join {} and {}", left.1.kind(), right.1.kind());
        let number = if matches!(left.1, View::Num(_)) { left.0 } else { right.0 };
        let text = self.text(number.span());
        Box::new(
            ExprError::new(code::OPERAND_TYPE, right.0.span(), message)
                .label(format!("this is {}", right.1.kind()))
                .help(format!("write `string({text})` for text, `number(…)` for arithmetic, or a template")),
        )
    }

    pub(super) fn compare(&mut self, op: Compare, left: &'a Expr, right: &'a Expr) -> Outcome<bool> {
        let a = self.value(left)?;
        let b = self.value(right)?;
        let order = match op {
            Compare::Equal => return self.equal(a.view(), b.view(), right, 0),
            Compare::NotEqual => return self.equal(a.view(), b.view(), right, 0).map(|same| !same),
            Compare::In => return self.contains((left, a.view()), (right, b.view())),
            _ => match (a.view(), b.view()) {
                (View::Num(a), View::Num(b)) => a.compare(b),
                (View::Str(a), View::Str(b)) => {
                    self.spend_bytes(a.len().min(b.len()), right.span())?;
                    a.cmp(b)
                }
                (a, b) => return Err(self.cannot_compare(op, (left, a), (right, b))),
            },
        };
        Ok(match op {
            Compare::Less => order == Ordering::Less,
            Compare::LessOrEqual => order != Ordering::Greater,
            Compare::Greater => order == Ordering::Greater,
            _ => order != Ordering::Less,
        })
    }

    #[cold]
    fn cannot_compare(&self, op: Compare, left: (&Expr, View<'_>), right: (&Expr, View<'_>)) -> Box<ExprError> {
        let need = format!("`{}` compares two numbers or two strings", op.symbol());
        for ((expr, view), other) in [(left, right.1), (right, left.1)] {
            if !matches!(view, View::Num(_) | View::Str(_)) {
                let default = if matches!(other, View::Str(_)) { "\"\"" } else { "0" };
                return self.wrong(expr, view, &need, default);
            }
        }
        let message = format!("`{}` cannot compare {} with {}", op.symbol(), left.1.kind(), right.1.kind());
        let text = if matches!(left.1, View::Str(_)) { left.0 } else { right.0 };
        let text = self.text(text.span());
        Box::new(
            ExprError::new(code::OPERAND_TYPE, left.0.span().to(right.0.span()), message)
                .label("different types")
                .help(format!("convert one side, for example `number({text})`")),
        )
    }

    /// Deep, and by value between integers and doubles.
    pub(super) fn equal(&mut self, a: View<'_>, b: View<'_>, place: &'a Expr, depth: u32) -> Outcome<bool> {
        match (a, b) {
            (View::Null, View::Null) => Ok(true),
            (View::Bool(a), View::Bool(b)) => Ok(a == b),
            (View::Num(a), View::Num(b)) => Ok(a.compare(b) == Ordering::Equal),
            (View::Str(a), View::Str(b)) => {
                self.spend_bytes(if a.len() == b.len() { a.len() } else { 0 }, place.span())?;
                Ok(a == b)
            }
            (View::List(a), View::List(b)) if a.len() == b.len() => {
                self.depth_fits(depth, place.span())?;
                for (a, b) in a.iter().zip(b) {
                    self.spend(1, place.span())?;
                    if !self.equal(View::of(a), View::of(b), place, depth + 1)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            (View::Object(a), View::Object(b)) if a.len() == b.len() => {
                self.depth_fits(depth, place.span())?;
                for (key, a) in a {
                    self.spend(2, place.span())?;
                    let Some(b) = b.get(key) else {
                        return Ok(false);
                    };
                    if !self.equal(View::of(a), View::of(b), place, depth + 1)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// `a in b`: an element of a list, a key of an object, a part of a string.
    fn contains(&mut self, left: (&'a Expr, View<'_>), right: (&'a Expr, View<'_>)) -> Outcome<bool> {
        match (left.1, right.1) {
            (wanted, View::List(items)) => self.list_contains(wanted, items, right.0),
            (View::Str(key), View::Object(members)) => Ok(members.contains_key(key)),
            (View::Str(part), View::Str(text)) => {
                self.spend_bytes(text.len() + part.len(), right.0.span())?;
                Ok(text.contains(part))
            }
            (found, View::Object(_)) => Err(self.wrong(left.0, found, "the keys of an object are strings", "\"\"")),
            (found, View::Str(_)) => Err(self.wrong(left.0, found, "only a string can be part of a string", "\"\"")),
            (_, found) => Err(self.wrong(right.0, found, "`in` looks into a list, an object or a string", "[]")),
        }
    }

    fn list_contains(&mut self, wanted: View<'_>, items: &[Value], place: &'a Expr) -> Outcome<bool> {
        for item in items {
            self.spend(1, place.span())?;
            if self.equal(wanted, View::of(item), place, 0)? {
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
