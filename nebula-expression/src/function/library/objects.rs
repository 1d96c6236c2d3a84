//! Objects.

pub(super) mod each;
pub(super) mod members;
mod typing;

use crate::error::Outcome;
use crate::function::{Args, Function, Size, Topic, Work, row};
use crate::val::Val;

pub(super) static FUNCTIONS: [Function; 2] = [
    row(Topic::Objects, "keys(object: object): list<string>", "The names of the members, in their order.", keys)
        .example("{b: 1, a: 2}.keys()", "[\"a\", \"b\"]")
        .costs(Work::Items, Size::Same),
    row(
        Topic::Objects,
        "values(object: map<T>): list<T>",
        "The values of the members, in the order of their names.",
        values,
    )
    .example("{b: 1, a: 2}.values()", "[2, 1]")
    .costs(Work::Items, Size::Same),
];

fn keys<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let object = args.object(0)?;
    let keys = object.members().keys().map(Val::Str).collect();
    args.made_list(keys)
}

fn values<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let object = args.object(0)?;
    let values = object.members().iter().map(|(_, value)| value).collect();
    args.made_list(values)
}
