//! The types of operators.

use serde_json::Value;

use super::Checker;
use crate::ast::{Arithmetic, Compare, Expr};
use crate::ty::Type;

/// What an operator can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    /// Nothing is known, or something was reported.
    Any,
    Number,
    Text,
    List,
    Time,
    Duration,
}

/// The family that every alternative belongs to.
fn family(ty: &Type) -> Option<Family> {
    let mut found = None;
    for alternative in ty.alternatives() {
        let family = match alternative {
            Type::Any | Type::Never => Family::Any,
            Type::Number | Type::Integer => Family::Number,
            Type::Text(_) => Family::Text,
            Type::List(_) => Family::List,
            Type::Timestamp => Family::Time,
            Type::Duration => Family::Duration,
            _ => return None,
        };
        match found {
            None => found = Some(family),
            Some(known) if known == family => {}
            Some(_) => return None,
        }
    }
    found
}

impl Checker<'_> {
    /// A condition: true or false.
    pub(crate) fn condition(&mut self, expr: &Expr) {
        let ty = self.value(expr);
        self.expect_bool(expr, &ty);
    }

    pub(super) fn negate(&mut self, inner: &Expr) -> Type {
        let ty = self.value(inner);
        match self.expect_number(inner, &ty, "`-` needs a number") {
            true => ty,
            false => Type::Number,
        }
    }

    pub(super) fn arithmetic(&mut self, first: &Expr, rest: &[(Arithmetic, Expr)]) -> Type {
        let mut left = self.value(first);
        let mut left_expr = first;
        for (op, term) in rest {
            let right = self.value(term);
            left = self.calculate(*op, (left_expr, &left), (term, &right));
            left_expr = if rest.len() == 1 { first } else { term };
        }
        left
    }

    fn calculate(&mut self, op: Arithmetic, left: (&Expr, &Type), right: (&Expr, &Type)) -> Type {
        let is_sum = op.is_sum();
        let adds = op == Arithmetic::Add;
        for (expr, ty) in [left, right] {
            let fits = match family(ty) {
                Some(Family::Any | Family::Number) => true,
                Some(Family::Text | Family::List) => adds,
                Some(Family::Time | Family::Duration) => is_sum,
                None => false,
            };
            if !fits {
                let other = if std::ptr::eq(expr, left.0) { right.1 } else { left.1 };
                self.not_an_operand(op, expr, ty, other);
                return Type::Any;
            }
        }
        match (family(left.1).unwrap_or(Family::Any), family(right.1).unwrap_or(Family::Any)) {
            (Family::Number, Family::Number) => {
                let whole = *left.1 == Type::Integer && *right.1 == Type::Integer && op != Arithmetic::Divide;
                if whole { Type::Integer } else { Type::Number }
            }
            (Family::Text, Family::Text) => Type::text(),
            (Family::List, Family::List) => Type::union([left.1.clone(), right.1.clone()]),
            (Family::Any, Family::Text) | (Family::Text, Family::Any) => Type::text(),
            (Family::Any, Family::Number) | (Family::Number, Family::Any) => Type::Number,
            (Family::Time, Family::Duration) => Type::Timestamp,
            (Family::Duration, Family::Time) if adds => Type::Timestamp,
            (Family::Time, Family::Time) if !adds => Type::Duration,
            (Family::Duration, Family::Duration) => Type::Duration,
            (Family::Any, Family::Any) if is_sum => Type::Any,
            (Family::Any, Family::Any) => Type::Number,
            (Family::Any, _) | (_, Family::Any) => Type::Any,
            _ => {
                self.cannot_calculate(op, left, right);
                Type::Any
            }
        }
    }

    pub(super) fn compare(&mut self, op: Compare, left: &Expr, right: &Expr) {
        let a = self.value(left);
        let b = self.value(right);
        if let Some(watch) = &mut self.watch {
            for (constant, other) in [(left, &b), (right, &a)] {
                let texts = match constant.literal() {
                    Some(Value::String(text)) => std::slice::from_ref(text),
                    _ => &[],
                };
                texts.iter().for_each(|text| watch.compared(text, other));
                if let Some(Value::Array(items)) = constant.literal() {
                    items.iter().filter_map(Value::as_str).for_each(|text| watch.compared(text, other));
                }
            }
        }
        match op {
            Compare::Equal | Compare::NotEqual => self.equality(op, (left, &a), (right, &b)),
            Compare::In => self.contains((left, &a), (right, &b)),
            _ => self.order(op, (left, &a), (right, &b)),
        }
    }

    fn order(&mut self, op: Compare, left: (&Expr, &Type), right: (&Expr, &Type)) {
        let families = (family(left.1), family(right.1));
        match families {
            (Some(Family::List), _) => self.no_order(op, left.0, left.1, right.1),
            (_, Some(Family::List)) => self.no_order(op, right.0, right.1, left.1),
            (Some(a), Some(b)) if a == b || a == Family::Any || b == Family::Any => {}
            (Some(_), Some(_)) => self.cannot_compare(op, left, right),
            (None, _) => self.no_order(op, left.0, left.1, right.1),
            (_, None) => self.no_order(op, right.0, right.1, left.1),
        }
    }

    fn equality(&mut self, op: Compare, left: (&Expr, &Type), right: (&Expr, &Type)) {
        let time = |ty: &Type| ty.alternatives().any(|ty| matches!(ty, Type::Timestamp | Type::Duration));
        let text = |ty: &Type| ty.alternatives().any(|ty| matches!(ty, Type::Text(_)));
        if time(left.1) && text(right.1) || text(left.1) && time(right.1) {
            self.cannot_compare(op, left, right);
        } else if !left.1.could_equal(right.1) {
            self.never_equal(left, right);
        }
    }

    fn contains(&mut self, left: (&Expr, &Type), right: (&Expr, &Type)) {
        let (wanted, container) = (left.1, right.1);
        if matches!(container, Type::Any | Type::Never) {
            return;
        }
        if !container.alternatives().all(|ty| matches!(ty, Type::List(_) | Type::Object(_) | Type::Text(_))) {
            self.no_container(right.0, container);
        } else if container.alternatives().any(|ty| matches!(ty, Type::Object(_))) {
            self.expect_text(left.0, wanted, "the keys of an object are strings");
        } else if container.alternatives().any(|ty| matches!(ty, Type::Text(_))) {
            self.expect_text(left.0, wanted, "only a string can be part of a string");
        } else if let Some(element) = container.element() {
            if element == Type::Never || wanted.could_equal(&element) {
                self.each_is_possible(left, right.0);
            } else {
                self.never_equal_element(left, (right.0, &element));
            }
        }
    }
}
