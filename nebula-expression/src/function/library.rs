//! What each function does.

use std::borrow::Cow;

use serde_json::Value;

use super::{Args, Function, Run};
use crate::code;
use crate::error::{ExprError, Outcome};
use crate::eval::Eval;
use crate::number::Num;
use crate::val::{NULL, Val, View};

const fn function(name: &'static str, signature: &'static str, doc: &'static str, arity: usize, run: Run) -> Function {
    Function { name, signature, doc, arity: (arity, arity), tolerant: false, run }
}

pub(super) static FUNCTIONS: &[Function] = &[
    // --- presence ---
    Function {
        tolerant: true,
        ..function("has", "has(path): bool", "Whether the path leads to a value that is not null.", 1, has)
    },
    Function {
        tolerant: true,
        ..function("isNull", "isNull(path): bool", "Whether the path leads to null or to nothing.", 1, is_null)
    },
    // --- conversion ---
    function("string", "string(value: string | number | bool): string", "The value as text.", 1, string),
    function("number", "number(value: number | string): number", "The number that a text spells.", 1, number),
    // --- strings ---
    function("lower", "lower(text: string): string", "The text in lower case.", 1, lower),
    function("upper", "upper(text: string): string", "The text in upper case.", 1, upper),
    function("trim", "trim(text: string): string", "The text without white space around it.", 1, trim),
    function(
        "contains",
        "contains(text: string, part: string): bool",
        "Whether the text has the part in it; for lists write `x in list`.",
        2,
        contains,
    ),
    function(
        "startsWith",
        "startsWith(text: string, part: string): bool",
        "Whether the text begins with the part.",
        2,
        starts_with,
    ),
    function(
        "endsWith",
        "endsWith(text: string, part: string): bool",
        "Whether the text ends with the part.",
        2,
        ends_with,
    ),
    // --- lists and objects ---
    function(
        "size",
        "size(value: string | list | object): number",
        "The number of characters, elements or members.",
        1,
        size,
    ),
    Function {
        arity: (1, 2),
        ..function("join", "join(list: list, separator: string = \"\"): string", "The elements as one text.", 2, join)
    },
    function("first", "first(list: list): value | null", "The first element, or null if there is none.", 1, first),
    function("last", "last(list: list): value | null", "The last element, or null if there is none.", 1, last),
    function("keys", "keys(object: object): list", "The names of the members, in their order.", 1, keys),
    function(
        "values",
        "values(object: object): list",
        "The values of the members, in the order of their names.",
        1,
        values,
    ),
];

fn has<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    Ok(Val::Bool(!args.maybe(0)?.is_null()))
}

fn is_null<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    Ok(Val::Bool(args.maybe(0)?.is_null()))
}

fn string<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let value = args.value(0)?;
    let text = match value.view() {
        View::Str(_) => return Ok(value),
        other => other.text().map(Cow::into_owned),
    };
    match text {
        Some(text) => args.made(text),
        None => Err(args.refuse(0, value.view(), "a string, a number or true or false", "\"\"")),
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

fn lower<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let text = args.text(0)?;
    args.made(text.to_lowercase())
}

fn upper<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let text = args.text(0)?;
    args.made(text.to_uppercase())
}

fn trim<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    match args.text(0)? {
        Cow::Borrowed(text) => Ok(Val::Str(Cow::Borrowed(text.trim()))),
        Cow::Owned(text) => args.made(text.trim().to_owned()),
    }
}

fn contains<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let (text, part) = (args.text(0)?, args.text(1)?);
    Ok(Val::Bool(text.contains(&*part)))
}

fn starts_with<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let (text, part) = (args.text(0)?, args.text(1)?);
    Ok(Val::Bool(text.starts_with(&*part)))
}

fn ends_with<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let (text, part) = (args.text(0)?, args.text(1)?);
    Ok(Val::Bool(text.ends_with(&*part)))
}

fn size<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let value = args.value(0)?;
    match value.view() {
        View::Str(text) => {
            args.eval.spend_bytes(text.len(), args.call.span())?;
            Ok(Eval::count(text.chars().count()))
        }
        View::List(items) => Ok(Eval::count(items.len())),
        View::Object(members) => Ok(Eval::count(members.len())),
        other => Err(args.refuse(0, other, "a string, a list or an object", "[]")),
    }
}

fn join<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let value = args.value(0)?;
    let separator = if args.args.len() > 1 { args.text(1)? } else { Cow::Borrowed("") };
    let View::List(items) = value.view() else {
        return Err(args.refuse(0, value.view(), "a list", "[]"));
    };
    let span = args.span();
    let mut out = String::new();
    for (at, item) in items.iter().enumerate() {
        args.eval.spend(1, span)?;
        let view = View::of(item);
        let Some(text) = view.text() else {
            let message = format!("element {at} is {}, and `join` needs text", view.kind());
            return Err(Box::new(
                ExprError::new(code::ARGUMENT_TYPE, args.expr(0).span(), message)
                    .label("a list of strings, numbers or true and false"),
            ));
        };
        if at > 0 {
            args.eval.append(&mut out, &separator, span)?;
        }
        args.eval.append(&mut out, &text, span)?;
    }
    Ok(Val::Str(Cow::Owned(out)))
}

fn first<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    end(args, <[Value]>::first, |mut items| if items.is_empty() { None } else { Some(items.swap_remove(0)) })
}

fn last<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    end(args, <[Value]>::last, |mut items| items.pop())
}

fn end<'a>(
    args: &mut Args<'_, 'a>,
    borrow: for<'v> fn(&'v [Value]) -> Option<&'v Value>,
    take: fn(Vec<Value>) -> Option<Value>,
) -> Outcome<Val<'a>> {
    match args.value(0)? {
        Val::Ref(Value::Array(items)) => Ok(Val::Ref(borrow(items).unwrap_or(&NULL))),
        Val::Owned(Value::Array(items)) => Ok(take(items).map_or(Val::Ref(&NULL), Val::Owned)),
        other => Err(args.refuse(0, other.view(), "a list", "[]")),
    }
}

fn keys<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let value = args.value(0)?;
    let View::Object(members) = value.view() else {
        return Err(args.refuse(0, value.view(), "an object", "{}"));
    };
    let span = args.span();
    args.eval.list_fits(members.len(), span)?;
    let mut list = Vec::with_capacity(members.len());
    for key in members.keys() {
        args.eval.spend(1, span)?;
        args.eval.charge(key.len() + size_of::<Value>(), span)?;
        list.push(Value::String(key.clone()));
    }
    Ok(Val::Owned(Value::Array(list)))
}

fn values<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let value = args.value(0)?;
    let View::Object(members) = value.view() else {
        return Err(args.refuse(0, value.view(), "an object", "{}"));
    };
    let span = args.span();
    args.eval.list_fits(members.len(), span)?;
    let mut list = Vec::with_capacity(members.len());
    for member in members.values() {
        args.eval.measure(member, span)?;
        list.push(member.clone());
    }
    Ok(Val::Owned(Value::Array(list)))
}
