//! Numbers.

pub(super) mod decimal;

use std::cmp::Ordering;

use super::order;
use crate::ast::Expr;
use crate::code;
use crate::error::{ExprError, Outcome};
use crate::function::{Args, Function, Size, Topic, Work, row};
use crate::number::{Num, NumError};
use crate::ty::Type;
use crate::val::{Val, View};

pub(super) static FUNCTIONS: [Function; 13] = [
    row(Topic::Numbers, "abs(number: number): number", "The number without its sign.", abs)
        .typed(same)
        .example("abs(-2.5)", "2.5"),
    row(Topic::Numbers, "sign(number: number): integer", "-1, 0 or 1.", sign).example("sign(-2.5)", "-1"),
    row(Topic::Numbers, "floor(number: number): integer", "The next whole number below.", floor)
        .example("floor(-2.5)", "-3"),
    row(Topic::Numbers, "ceil(number: number): integer", "The next whole number above.", ceil)
        .example("ceil(2.1)", "3"),
    row(Topic::Numbers, "trunc(number: number): integer", "The number without its fraction.", trunc)
        .example("trunc(-2.5)", "-2"),
    row(
        Topic::Numbers,
        "div(number: number, by: number): integer",
        "How often one number is in the other, rounded down; `/` keeps the fraction.",
        div,
    )
    .example("div(7, 2)", "3"),
    row(
        Topic::Numbers,
        "mod(number: number, by: number): number",
        "What `div` leaves, with the sign of the divisor; `%` has the sign of the other.",
        modulo,
    )
    .typed(same)
    .example("mod(-1, 7)", "6"),
    row(
        Topic::Numbers,
        "pow(base: number, exponent: number): number",
        "The base to the power of the exponent; exact for whole numbers.",
        pow,
    )
    .example("pow(2, 10)", "1024"),
    row(Topic::Numbers, "sqrt(number: number): number", "The square root.", sqrt).example("sqrt(9)", "3"),
    row(
        Topic::Numbers,
        "clamp(number: number, low: number, high: number): number",
        "The number, or the bound it is beyond.",
        clamp,
    )
    .typed(same)
    .example("clamp(12, 0, 10)", "10"),
    row(Topic::Numbers, "isInteger(value: any): bool", "Whether the value is a whole number.", is_integer)
        .example("isInteger(3.0)", "true"),
    row(
        Topic::Numbers,
        "least(value: number | string | timestamp | duration, ...more: number | string | timestamp | duration): any",
        "The least of the values; all must be of one kind. For a list: `min(list)`.",
        least,
    )
    .typed(any_of)
    .costs(Work::Text, Size::Sum)
    .example("least(3, 1, 2)", "1"),
    row(
        Topic::Numbers,
        "greatest(value: number | string | timestamp | duration, ...more: number | string | timestamp | duration): any",
        "The greatest of the values; all must be of one kind. For a list: `max(list)`.",
        greatest,
    )
    .typed(any_of)
    .costs(Work::Text, Size::Sum)
    .example("greatest(3, 1, 2)", "3"),
];

/// Whole numbers give a whole number.
fn same(types: &[Type], _: &[Expr]) -> Option<Type> {
    types.iter().all(|ty| *ty == Type::Integer).then_some(Type::Integer)
}

fn any_of(types: &[Type], _: &[Expr]) -> Option<Type> {
    Some(Type::union(types.iter().map(Type::without_null)))
}

fn abs<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let abs = args.num(0)?.abs();
    args.calculated(abs)
}

fn sign<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    Ok(Val::Num(args.num(0)?.sign()))
}

fn floor<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    to_whole(args, f64::floor)
}

fn ceil<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    to_whole(args, f64::ceil)
}

fn trunc<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    to_whole(args, f64::trunc)
}

fn to_whole<'a>(args: &mut Args<'_, 'a>, to: fn(f64) -> f64) -> Outcome<Val<'a>> {
    let whole = args.num(0)?.to_whole(to);
    args.calculated(whole)
}

fn div<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    divide(args, Num::divide_floor)
}

fn modulo<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    divide(args, Num::modulo)
}

fn divide<'a>(args: &mut Args<'_, 'a>, by: fn(Num, Num) -> Result<Num, NumError>) -> Outcome<Val<'a>> {
    let result = by(args.num(0)?, args.num(1)?);
    args.calculated(result)
}

fn pow<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let (base, exponent) = (args.num(0)?, args.num(1)?);
    match base.power(exponent) {
        Some(Err(NumError::Overflow)) => {
            let mut error = args.eval.bad_number(NumError::Overflow, args.span());
            error.help = Some("whole numbers go up to 18446744073709551615".to_owned());
            Err(error)
        }
        Some(power) => args.calculated(power),
        None => {
            let message = format!("{} has no real power of {}", base.text(), exponent.text());
            Err(args.problem(1, message, Some("a negative number has powers of whole numbers only".to_owned())))
        }
    }
}

fn sqrt<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let num = args.num(0)?;
    match num.square_root() {
        Some(root) => args.calculated(root),
        None => Err(args.problem(0, format!("{} is negative and has no square root", num.text()), None)),
    }
}

fn clamp<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let (num, low, high) = (args.num(0)?, args.num(1)?, args.num(2)?);
    if low.compare(high) == Ordering::Greater {
        let message = format!("`clamp` needs a low bound below the high one, not {} and {}", low.text(), high.text());
        return Err(args.problem(1, message, Some("exchange the two bounds".to_owned())));
    }
    let num = if num.compare(low) == Ordering::Less { low } else { num };
    Ok(Val::Num(if num.compare(high) == Ordering::Greater { high } else { num }))
}

fn is_integer<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let value = args.value(0)?;
    Ok(Val::Bool(matches!(value.view(), View::Num(num) if num.is_whole())))
}

fn least<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    extreme(args, Ordering::Less)
}

fn greatest<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    extreme(args, Ordering::Greater)
}

fn extreme<'a>(args: &mut Args<'_, 'a>, wanted: Ordering) -> Outcome<Val<'a>> {
    let mut values = Vec::with_capacity(args.len());
    for at in 0..args.len() {
        let value = args.value(at)?;
        match (order::Kind::of(value.view()), values.first().and_then(|first: &Val<'_>| order::Kind::of(first.view())))
        {
            (None | Some(order::Kind::Bool), _) => {
                return Err(args.refuse(at, value.view(), "numbers, strings, timestamps or durations", "0"));
            }
            (Some(kind), Some(first)) if kind != first => return Err(mixed(args, at, &value, &values[0])),
            _ => values.push(value),
        }
    }
    Ok(order::extreme(args, values.into_iter(), wanted)?.unwrap_or(Val::NULL))
}

#[cold]
fn mixed(args: &Args<'_, '_>, at: usize, value: &Val<'_>, first: &Val<'_>) -> Box<ExprError> {
    let (found, other) = (value.view().kind(), first.view().kind());
    let message = format!("this is {found} and the first is {other}: they have no order");
    Box::new(ExprError::new(code::ARGUMENT_TYPE, args.expr(at).span(), message).label("of another kind"))
}
