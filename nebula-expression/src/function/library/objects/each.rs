//! Objects, with a function that is called for each member.

use std::collections::BTreeMap;

use super::typing;
use crate::error::Outcome;
use crate::function::{Args, Function, Size, Topic, Work, row};
use crate::val::Val;

pub(in super::super) static FUNCTIONS: [Function; 2] = [
    row(
        Topic::Objects,
        "mapValues(object: map<T>, to: (T, string) => U): map<U>",
        "The same names with what the function makes of each value; it is given the value and the name.",
        map_values,
    )
    .typed(typing::map_values)
    .example("{a: 1, b: 2}.mapValues(x => x * 10)", "{\"a\": 10, \"b\": 20}")
    .costs(Work::Each, Size::Unknown),
    row(
        Topic::Objects,
        "filterEntries(object: map<T>, keep: (T, string) => bool): map<T>",
        "The members for which the condition holds; it is given the value and the name.",
        filter_entries,
    )
    .typed(typing::filter_entries)
    .example("{a: 1, b: 2}.filterEntries((value, name) => value > 1)", "{\"b\": 2}")
    .costs(Work::Each, Size::Same),
];

fn map_values<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let object = args.object(0)?;
    args.eval.list_fits(object.members().len(), args.call.span())?;
    let mut made = BTreeMap::new();
    let lambda = args.lambda(1);
    for (name, value) in object.members().iter() {
        let value = args.call(lambda, value, Val::Str(name.clone()))?;
        made.insert(name, value);
    }
    args.made_object(made)
}

fn filter_entries<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let object = args.object(0)?;
    let mut kept = BTreeMap::new();
    let lambda = args.lambda(1);
    for (name, value) in object.members().iter() {
        if args.test(lambda, value.clone(), Val::Str(name.clone()))? {
            kept.insert(name, value);
            args.eval.list_fits(kept.len(), args.call.span())?;
        }
    }
    args.made_object(kept)
}
