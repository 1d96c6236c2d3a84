//! Null and missing.

use crate::error::Outcome;
use crate::function::{Args, Function, Size, Topic, Work, row};
use crate::val::Val;

pub(super) static FUNCTIONS: [Function; 2] = [
    row(Topic::Presence, "has(path: any): bool", "Whether the path leads to a value that is not null.", has)
        .tolerant()
        .example("{a: 1}.a.has()", "true")
        .costs(Work::Flat, Size::One),
    row(Topic::Presence, "isNull(path: any): bool", "Whether the path leads to null or to nothing.", is_null)
        .tolerant()
        .example("isNull({a: 1}.b)", "true")
        .costs(Work::Flat, Size::One),
];

fn has<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    Ok(Val::Bool(!args.maybe(0)?.is_null()))
}

fn is_null<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    Ok(Val::Bool(args.maybe(0)?.is_null()))
}
