//! From one type to another.

use std::borrow::Cow;

use crate::code;
use crate::error::{ExprError, Outcome};
use crate::function::{Args, Function, Size, Topic, Work, row};
use crate::number::Num;
use crate::val::{Val, View};

pub(super) static FUNCTIONS: [Function; 3] = [
    row(
        Topic::Conversion,
        "string(value: string | number | bool | timestamp | duration): string",
        "The value as text.",
        string,
    )
    .example("string(1.5)", "\"1.5\"")
    .costs(Work::Flat, Size::Same),
    row(Topic::Conversion, "number(value: number | string): number", "The number that a text spells.", number)
        .example("number(\"12\")", "12")
        .costs(Work::Text, Size::One),
    row(
        Topic::Conversion,
        "concat(...values: string | number | bool | timestamp | duration): string",
        "The values as one text: what `f\"…{{ value }}…\"` stands for.",
        concat,
    )
    .example("concat(\"n\", 1)", "\"n1\"")
    .costs(Work::Text, Size::Sum),
];

fn string<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let value = args.value(0)?;
    let text = match value.view() {
        View::Str(_) => return Ok(value),
        other => other.text().map(Cow::into_owned),
    };
    match text {
        Some(text) => args.made(text),
        None => Err(args.refuse(0, value.view(), "a string, a number, a time or true or false", "\"\"")),
    }
}

fn number<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let value = args.value(0)?;
    let text = match value.view() {
        View::Num(_) => return Ok(value),
        View::Str(text) => text,
        other => return Err(args.refuse(0, other, "a number or a string", "0")),
    };
    let span = args.expr(0).span();
    args.eval.spend_bytes(text.len(), span)?;
    if let Some(num) = spelled(text.trim()) {
        return Ok(Val::Num(num));
    }
    let shown = crate::lex::shorten(text);
    Err(Box::new(
        ExprError::new(code::NOT_CONVERTIBLE, span, format!("the text \"{shown}\" is not a number"))
            .label("not a number")
            .help("numbers are written as `12`, `-1.5` or `1e6`"),
    ))
}

/// The number a text spells, in the spelling of the language, with a sign.
fn spelled(text: &str) -> Option<Num> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let shaped = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.ends_with(|c: char| c.is_ascii_digit())
        && digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'));
    if !shaped {
        return None;
    }
    let num = Num::parse(digits).ok()?;
    if digits.len() == text.len() { Some(num) } else { num.negate().ok() }
}

fn concat<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let mut out = String::new();
    for at in 0..args.len() {
        args.eval.interpolate(args.expr(at), &mut out)?;
    }
    Ok(Val::made(out))
}
