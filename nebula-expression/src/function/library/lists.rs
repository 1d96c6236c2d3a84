//! Lists.

pub(super) mod ordered;
pub(super) mod parts;
pub(super) mod sets;

use crate::code;
use crate::error::{ExprError, Outcome};
use crate::eval::Eval;
use crate::function::{Args, Function, Size, Topic, Work, row};
use crate::val::{Val, View};

pub(super) static FUNCTIONS: [Function; 4] = [
    row(
        Topic::Lists,
        "size(value: string | list | object): integer",
        "The number of characters, elements or members.",
        size,
    )
    .example("size([1, 2])", "2")
    .costs(Work::Text, Size::One),
    row(
        Topic::Lists,
        "join(list: list<string | number | bool | timestamp | duration>, separator: string = \"\"): string",
        "The elements as one text.",
        join,
    )
    .example("[1, 2].join(\", \")", "\"1, 2\"")
    .costs(Work::Deep, Size::Unknown),
    row(Topic::Lists, "first(list: list<T>): T?", "The first element, or null if there is none.", first)
        .example("first([1, 2])", "1")
        .costs(Work::Flat, Size::Same),
    row(Topic::Lists, "last(list: list<T>): T?", "The last element, or null if there is none.", last)
        .example("last([1, 2])", "2")
        .costs(Work::Flat, Size::Same),
];

fn size<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let value = args.value(0)?;
    match value.view() {
        View::Str(text) => {
            args.eval.spend_bytes(text.len(), args.call.span())?;
            Ok(Eval::count(text.chars().count()))
        }
        View::List(items) => Ok(Eval::count(items.len())),
        View::Object(members) => Ok(Eval::count(members.len())),
        View::Bytes(bytes) => Ok(Eval::count(bytes.len())),
        other => Err(args.refuse(0, other, "a string, a list or an object", "[]")),
    }
}

fn join<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let list = args.list(0)?;
    let separator = args.text_or(1, "")?;
    let span = args.span();
    let mut out = String::new();
    for (at, item) in list.items().iter().enumerate() {
        let Some(text) = item.view().text() else {
            let message = format!("element {at} is {}, and `join` needs text", item.view().kind());
            return Err(Box::new(
                ExprError::new(code::ARGUMENT_TYPE, args.expr(0).span(), message)
                    .label("a list of strings, numbers, times or true and false"),
            ));
        };
        if at > 0 {
            args.eval.append(&mut out, &separator, span)?;
        }
        args.eval.append(&mut out, &text, span)?;
    }
    Ok(Val::made(out))
}

fn first<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    end(args, |_| 0)
}

fn last<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    end(args, |len| len.wrapping_sub(1))
}

fn end<'a>(args: &mut Args<'_, 'a>, at: fn(usize) -> usize) -> Outcome<Val<'a>> {
    let value = args.value(0)?;
    match value.view() {
        View::List(items) => Ok(items.get(at(items.len())).unwrap_or(Val::NULL)),
        other => Err(args.refuse(0, other, "a list", "[]")),
    }
}
