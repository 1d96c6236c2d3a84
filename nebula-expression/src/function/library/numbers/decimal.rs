//! Numbers by their decimal digits.

use crate::ast::Expr;
use crate::error::Outcome;
use crate::function::{Args, Function, Size, Topic, Work, row};
use crate::ty::Type;
use crate::val::Val;

/// As many digits after the point as a double has.
const MOST_DIGITS: i64 = 20;

pub(in super::super) static FUNCTIONS: [Function; 2] = [
    row(
        Topic::Numbers,
        "round(number: number, digits: integer = 0): number",
        "The number to so many digits after the point (before it, if negative), halves away from zero.",
        round,
    )
    .typed(round_type)
    .example("round(2.675, 2)", "2.68"),
    row(
        Topic::Numbers,
        "formatNumber(number: number, digits: integer? = null, thousands: string = \"\"): string",
        "The number as text, with so many digits after the point and something between thousands.",
        format_number,
    )
    .example("formatNumber(1234.5, 2, \",\")", "\"1,234.50\"")
    .costs(Work::Text, Size::Unknown),
];

fn round_type(types: &[Type], args: &[Expr]) -> Option<Type> {
    let whole = match args.get(1) {
        None => true,
        Some(digits) => {
            types.first() == Some(&Type::Integer) || digits.literal().and_then(serde_json::Value::as_i64) == Some(0)
        }
    };
    whole.then_some(Type::Integer)
}

fn round<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let num = args.num(0)?;
    let digits = args.int_or(1, 0)?;
    if !(-MOST_DIGITS..=MOST_DIGITS).contains(&digits) {
        let message = format!("`round` needs a number of digits from -{MOST_DIGITS} to {MOST_DIGITS}, not {digits}");
        return Err(args.problem(1, message, None));
    }
    args.calculated(num.round(digits))
}

fn format_number<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let num = args.num(0)?;
    let digits = match args.int_if(1)?.map(usize::try_from) {
        None => None,
        Some(Ok(digits)) if digits <= MOST_DIGITS as usize => Some(digits),
        Some(_) => {
            let message = format!("`formatNumber` needs a number of digits from 0 to {MOST_DIGITS}");
            return Err(args.problem(1, message, None));
        }
    };
    let thousands = args.text_or(2, "")?;
    let decimal = num.decimal(digits);
    let (whole, fraction, span) = (decimal.whole(), decimal.fraction(), args.span());
    let len = whole.len() + fraction.len() + thousands.len().saturating_mul(whole.len() / 3) + 2;
    args.eval.string_fits(len, span)?;
    args.eval.spend_bytes(len, span)?;
    let mut text = String::with_capacity(len);
    if decimal.negative() {
        text.push('-');
    }
    for (at, digit) in whole.char_indices() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            text.push_str(&thousands);
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(fraction);
    }
    args.made(text)
}
