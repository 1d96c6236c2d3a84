//! From one type to another.

pub(super) mod json;

use std::borrow::Cow;
use std::rc::Rc;

use crate::code;
use crate::encode;
use crate::error::{ExprError, Outcome};
use crate::function::{Args, Function, Size, Topic, Work, row};
use crate::number::Num;
use crate::val::{Val, View};

pub(super) static FUNCTIONS: [Function; 7] = [
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
        "int(value: number | string): integer",
        "The number without its fraction, or the whole number that a text spells.",
        int,
    )
    .example("int(-2.7)", "-2")
    .costs(Work::Text, Size::One),
    row(Topic::Conversion, "bool(value: bool | string): bool", "What the text \"true\" or \"false\" spells.", bool)
        .example("bool(\"true\")", "true")
        .costs(Work::Text, Size::One),
    row(Topic::Conversion, "toBytes(text: string): bytes", "The bytes of the text in UTF-8.", to_bytes)
        .example("toBytes(\"ü\").hex()", "\"c3bc\"")
        .costs(Work::Text, Size::Same),
    row(Topic::Conversion, "fromBytes(bytes: bytes): string", "The text that bytes in UTF-8 are.", from_bytes)
        .example("hexDecode(\"c3bc\").fromBytes()", "\"ü\"")
        .costs(Work::Text, Size::Same),
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
    read_number(args, &value).map(Val::Num)
}

fn read_number<'a>(args: &mut Args<'_, 'a>, value: &Val<'a>) -> Outcome<Num> {
    let text = match value.view() {
        View::Num(num) => return Ok(num),
        View::Str(text) => text,
        other => return Err(args.refuse(0, other, "a number or a string", "0")),
    };
    args.eval.spend_bytes(text.len(), args.expr(0).span())?;
    spelled(text.trim()).ok_or_else(|| {
        let help = "numbers are written as `12`, `-1.5` or `1e6`";
        misspelled(args, text, "a number", help)
    })
}

#[cold]
fn misspelled(args: &Args<'_, '_>, text: &str, what: &str, help: &str) -> Box<ExprError> {
    let shown = crate::lex::shorten(text);
    let error =
        ExprError::new(code::NOT_CONVERTIBLE, args.expr(0).span(), format!("the text \"{shown}\" is not {what}"));
    Box::new(error.label(format!("not {what}")).help(help))
}

fn int<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let value = args.value(0)?;
    let num = read_number(args, &value)?;
    let Num::Float(float) = num else { return Ok(Val::Num(num)) };
    if matches!(value.view(), View::Str(_)) && float.fract() != 0.0 {
        let text = num.text();
        return Err(misspelled(args, &text, "a whole number", "for a number with a fraction write `int(number(x))`"));
    }
    let whole = float.trunc();
    // Both bounds are powers of two, which doubles hold exactly.
    if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&whole) {
        Ok(Val::Num(Num::Int(whole as i64)))
    } else if (0.0..18_446_744_073_709_551_616.0).contains(&whole) {
        Ok(Val::Num(Num::from(whole as u64)))
    } else {
        args.calculated(Err(crate::number::NumError::Overflow))
    }
}

fn bool<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let value = args.value(0)?;
    let text = match value.view() {
        View::Bool(_) => return Ok(value),
        View::Str(text) => text,
        other => return Err(args.refuse(0, other, "\"true\", \"false\" or a truth value", "false")),
    };
    args.eval.spend_bytes(text.len(), args.expr(0).span())?;
    match text {
        "true" => Ok(Val::Bool(true)),
        "false" => Ok(Val::Bool(false)),
        _ => Err(misspelled(args, text, "`true` or `false`", "compare it: `lower(x) == \"yes\"`")),
    }
}

fn to_bytes<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let text = args.text(0)?;
    args.eval.charge(text.len(), args.span())?;
    Ok(Val::Bytes(Rc::from(text.as_bytes())))
}

fn from_bytes<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let value = args.value(0)?;
    let View::Bytes(bytes) = value.view() else {
        return Err(args.refuse(0, value.view(), "bytes", "toBytes(\"\")"));
    };
    args.eval.spend_bytes(bytes.len(), args.span())?;
    args.eval.string_fits(bytes.len(), args.span())?;
    match encode::text_of(bytes.to_vec()) {
        Ok(text) => args.made(text),
        Err(problem) => Err(args.problem(0, problem.message, Some(problem.help.to_owned()))),
    }
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
