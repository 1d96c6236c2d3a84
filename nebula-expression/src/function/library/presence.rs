//! Null and missing.

use crate::ast::Expr;
use crate::error::Outcome;
use crate::function::{Args, Function, Size, Topic, Work, row};
use crate::ty::Type;
use crate::val::{Val, View};

pub(super) static FUNCTIONS: [Function; 5] = [
    row(Topic::Presence, "has(path: any): bool", "Whether the path leads to a value that is not null.", has)
        .tolerant()
        .example("{a: 1}.a.has()", "true")
        .costs(Work::Flat, Size::One),
    row(Topic::Presence, "isNull(path: any): bool", "Whether the path leads to null or to nothing.", is_null)
        .tolerant()
        .example("isNull({a: 1}.b)", "true")
        .costs(Work::Flat, Size::One),
    row(
        Topic::Presence,
        "default(path: T?, other: T): T",
        "What the path leads to, or the other value when that is null or nothing: what `path ?? other` is.",
        default,
    )
    .tolerant()
    .typed(type_of_default)
    .example("default({a: 1}.b, 2)", "2")
    .costs(Work::Flat, Size::Sum),
    row(
        Topic::Presence,
        "isEmpty(value: string | list | object | null): bool",
        "Whether it is null or has no characters, elements or members.",
        is_empty,
    )
    .example("isEmpty(\"\")", "true")
    .costs(Work::Flat, Size::One),
    row(
        Topic::Presence,
        "type(value: any): string",
        "What kind of value it is: \"null\", \"bool\", \"number\", \"string\", \"list\", \"object\", \"timestamp\", \
         \"duration\" or \"bytes\".",
        type_name,
    )
    .typed(type_of_type)
    .example("type([1, 2])", "\"list\"")
    .costs(Work::Flat, Size::One),
];

const TYPES: [&str; 9] = ["null", "bool", "number", "string", "list", "object", "timestamp", "duration", "bytes"];

fn has<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    Ok(Val::Bool(!args.maybe(0)?.is_null()))
}

fn is_null<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    Ok(Val::Bool(args.maybe(0)?.is_null()))
}

fn default<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let value = args.maybe(0)?;
    if value.is_null() { args.value(1) } else { Ok(value) }
}

fn type_of_default(types: &[Type], _: &[Expr]) -> Option<Type> {
    let [path, other] = types else { return None };
    Some(Type::union([path.without_null(), other.clone()]))
}

fn is_empty<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let value = args.value(0)?;
    Ok(Val::Bool(match value.view() {
        View::Null => true,
        View::Str(text) => text.is_empty(),
        View::List(items) => items.len() == 0,
        View::Object(members) => members.len() == 0,
        other => return Err(args.refuse(0, other, "a string, a list, an object or null", "null")),
    }))
}

fn type_name<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let value = args.value(0)?;
    let at = match value.view() {
        View::Null => 0,
        View::Bool(_) => 1,
        View::Num(_) => 2,
        View::Str(_) => 3,
        View::List(_) => 4,
        View::Object(_) => 5,
        View::Time(_) => 6,
        View::Duration(_) => 7,
        View::Bytes(_) => 8,
    };
    Ok(Val::borrowed(TYPES[at]))
}

/// One of the names: comparing with another is a mistake.
fn type_of_type(_: &[Type], _: &[Expr]) -> Option<Type> {
    Some(Type::union(TYPES.map(Type::literal)))
}
