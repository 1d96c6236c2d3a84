//! Lists, with a function that says what counts of each element.

use std::collections::BTreeMap;

use super::super::seen::Seen;
use super::super::{order, text_of};
use super::index;
use crate::code;
use crate::error::{ExprError, Outcome};
use crate::function::{Args, Function, Size, Topic, Work, row};
use crate::nearest::nearest;
use crate::val::{Text, Val};

pub(in super::super) static FUNCTIONS: [Function; 5] = [
    row(
        Topic::Lists,
        "sortBy(list: list<T>, key: (T, integer) => number | string | bool | timestamp | duration | null, order: string = \"asc\"): list<T>",
        "The elements in the order of what the function makes of them, ascending or \"desc\"; nulls last, equals as they were.",
        sort_by,
    )
    .example("[\"ccc\", \"a\", \"bb\"].sortBy(x => size(x))", "[\"a\", \"bb\", \"ccc\"]")
    .costs(Work::Sort, Size::Same),
    row(
        Topic::Lists,
        "uniqueBy(list: list<T>, key: (T, integer) => U): list<T>",
        "The first element of those of which the function makes the same.",
        unique_by,
    )
    .example("[1, 5, 12].uniqueBy(x => x > 3)", "[1, 5]")
    .costs(Work::Sort, Size::Same),
    row(
        Topic::Lists,
        "groupBy(list: list<T>, key: (T, integer) => string): map<list<T>>",
        "An object with a list of the elements for each string the function makes.",
        group_by,
    )
    .example("[1, 5, 9].groupBy(x => x > 3 ? \"large\" : \"small\")", "{\"large\": [5, 9], \"small\": [1]}")
    .costs(Work::Sort, Size::Unknown),
    row(
        Topic::Lists,
        "takeWhile(list: list<T>, holds: (T, integer) => bool): list<T>",
        "The elements before the first for which the condition does not hold.",
        take_while,
    )
    .example("[1, 5, 2].takeWhile(x => x < 3)", "[1]")
    .costs(Work::Each, Size::Same),
    row(
        Topic::Lists,
        "skipWhile(list: list<T>, holds: (T, integer) => bool): list<T>",
        "The elements from the first for which the condition does not hold.",
        skip_while,
    )
    .example("[1, 5, 2].skipWhile(x => x < 3)", "[5, 2]")
    .costs(Work::Each, Size::Same),
];

fn sort_by<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let list = args.list(0)?;
    let descending = descending(args)?;
    let (items, span) = (list.items(), args.span());
    args.eval.list_fits(items.len(), span)?;
    args.eval.charge(items.len() * size_of::<Val<'_>>(), span)?;
    let mut keys = Vec::with_capacity(items.len());
    let lambda = args.lambda(1);
    for (at, item) in items.iter().enumerate() {
        keys.push(args.call(lambda, item, index(at))?);
    }
    let there = keys.iter().enumerate().filter(|(_, key)| !key.is_null());
    order::alike(args, 1, there, |at| format!("the key of element {at}"))?;
    let order = order::sorted(args, &keys, descending)?;
    args.made_list(order.into_iter().filter_map(|at| items.get(at)).collect())
}

fn descending(args: &mut Args<'_, '_>) -> Outcome<bool> {
    let order = args.text_or(2, "asc")?;
    match order.as_str() {
        "asc" => Ok(false),
        "desc" => Ok(true),
        other => {
            let near = nearest(other, ["asc", "desc"]).map(|near| format!("did you mean \"{near}\"?"));
            let message = format!("\"{}\" is no order: it is \"asc\" or \"desc\"", crate::lex::shorten(other));
            Err(args.problem(2, message, near))
        }
    }
}

fn unique_by<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let list = args.list(0)?;
    let mut seen = Seen::default();
    let mut kept = Vec::new();
    let lambda = args.lambda(1);
    for (at, item) in list.items().iter().enumerate() {
        let key = args.call(lambda, item.clone(), index(at))?;
        if seen.insert(args, &key)? {
            kept.push(item);
        }
    }
    args.made_list(kept)
}

fn group_by<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let list = args.list(0)?;
    let (items, span) = (list.items(), args.span());
    args.eval.charge(items.len() * size_of::<Val<'_>>(), span)?;
    let mut groups: BTreeMap<Text<'a>, Vec<Val<'a>>> = BTreeMap::new();
    let lambda = args.lambda(1);
    for (at, item) in items.iter().enumerate() {
        let key = args.call(lambda, item.clone(), index(at))?;
        let Some(key) = text_of(&key) else {
            let found = key.view().kind();
            let message = format!("the key of element {at} is {found}, and `groupBy` needs a string");
            let error = ExprError::new(code::ARGUMENT_TYPE, args.expr(1).span(), message);
            return Err(Box::new(
                error.label(format!("gives {found}")).help("make it one with `string(…)` or `?? \"\"`"),
            ));
        };
        let levels = usize::BITS - groups.len().leading_zeros();
        args.eval.spend(u64::from(levels), span)?;
        args.eval.spend_bytes(key.len().saturating_mul(levels as usize + 1), span)?;
        groups.entry(key).or_default().push(item);
        args.eval.list_fits(groups.len(), span)?;
    }
    let mut members = BTreeMap::new();
    for (key, group) in groups {
        members.insert(key, args.made_list(group)?);
    }
    args.made_object(members)
}

fn take_while<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    cut(args, |items, at| items.truncate(at))
}

fn skip_while<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    cut(args, |items, at| drop(items.drain(..at)))
}

/// The elements before, or from, the first for which the condition does not hold.
fn cut<'a>(args: &mut Args<'_, 'a>, part: fn(&mut Vec<Val<'a>>, usize)) -> Outcome<Val<'a>> {
    let list = args.list(0)?;
    let items = list.items();
    let mut end = items.len();
    let lambda = args.lambda(1);
    for (at, item) in items.iter().enumerate() {
        if !args.test(lambda, item, index(at))? {
            end = at;
            break;
        }
    }
    args.eval.list_fits(items.len(), args.call.span())?;
    let mut kept = items.iter().collect();
    part(&mut kept, end);
    args.made_list(kept)
}
