//! Lists, with a function that is called for each element.

pub(super) mod keys;

use crate::error::Outcome;
use crate::function::{Args, Function, Size, Topic, Work, row};
use crate::number::Num;
use crate::val::Val;

pub(super) static FUNCTIONS: [Function; 10] = [
    row(
        Topic::Lists,
        "map(list: list<T>, to: (T, integer) => U): list<U>",
        "What the function makes of each element; it is given the element and its position.",
        map,
    )
    .example("[1, 2].map(x => x * 10)", "[10, 20]")
    .costs(Work::Each, Size::Unknown),
    row(
        Topic::Lists,
        "filter(list: list<T>, keep: (T, integer) => bool): list<T>",
        "The elements for which the condition holds.",
        filter,
    )
    .example("[1, 5, 9].filter(x => x > 3)", "[5, 9]")
    .costs(Work::Each, Size::Same),
    row(
        Topic::Lists,
        "find(list: list<T>, wanted: (T, integer) => bool): T?",
        "The first element for which the condition holds, or null.",
        find,
    )
    .example("[1, 5, 9].find(x => x > 3)", "5")
    .costs(Work::Each, Size::Same),
    row(
        Topic::Lists,
        "findIndex(list: list<T>, wanted: (T, integer) => bool): integer?",
        "The position of the first element for which the condition holds, or null.",
        find_index,
    )
    .example("[1, 5, 9].findIndex(x => x > 3)", "1")
    .costs(Work::Each, Size::One),
    row(
        Topic::Lists,
        "all(list: list<T>, holds: (T, integer) => bool): bool",
        "Whether the condition holds for every element.",
        all,
    )
    .example("[1, 5].all(x => x > 0)", "true")
    .costs(Work::Each, Size::One),
    row(
        Topic::Lists,
        "exists(list: list<T>, holds: (T, integer) => bool): bool",
        "Whether the condition holds for at least one element.",
        exists,
    )
    .example("[1, 5].exists(x => x > 3)", "true")
    .costs(Work::Each, Size::One),
    row(
        Topic::Lists,
        "existsOne(list: list<T>, holds: (T, integer) => bool): bool",
        "Whether the condition holds for exactly one element.",
        exists_one,
    )
    .example("[1, 5, 9].existsOne(x => x > 3)", "false")
    .costs(Work::Each, Size::One),
    row(
        Topic::Lists,
        "count(list: list<T>, holds: (T, integer) => bool): integer",
        "For how many elements the condition holds.",
        count,
    )
    .example("[1, 5, 9].count(x => x > 3)", "2")
    .costs(Work::Each, Size::One),
    row(
        Topic::Lists,
        "flatMap(list: list<T>, to: (T, integer) => list<U>): list<U>",
        "The elements of all the lists that the function makes.",
        flat_map,
    )
    .example("[1, 2].flatMap(x => [x, x])", "[1, 1, 2, 2]")
    .costs(Work::Each, Size::Unknown),
    row(
        Topic::Lists,
        "fold(list: list<T>, start: U, step: (U, T) => U): U",
        "Starts with a value and makes a new one of it and each element.",
        fold,
    )
    .example("[1, 2, 3].fold(0, (sum, x) => sum + x)", "6")
    .costs(Work::Each, Size::Unknown),
];

fn map<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let list = args.list(0)?;
    let lambda = args.lambda(1);
    let items = list.items();
    let mut made = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        made.push(args.call(lambda, item, index(at))?);
    }
    args.made_list(made)
}

fn filter<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let list = args.list(0)?;
    let lambda = args.lambda(1);
    let mut kept = Vec::with_capacity(list.items().len().min(1_024));
    for (at, item) in list.items().iter().enumerate() {
        if args.test(lambda, item.clone(), index(at))? {
            kept.push(item);
        }
    }
    args.made_list(kept)
}

fn find<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    Ok(search(args)?.map_or(Val::NULL, |(_, item)| item))
}

fn find_index<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    Ok(search(args)?.map_or(Val::NULL, |(at, _)| index(at)))
}

fn search<'a>(args: &mut Args<'_, 'a>) -> Outcome<Option<(usize, Val<'a>)>> {
    let list = args.list(0)?;
    let lambda = args.lambda(1);
    for (at, item) in list.items().iter().enumerate() {
        if args.test(lambda, item.clone(), index(at))? {
            return Ok(Some((at, item)));
        }
    }
    Ok(None)
}

fn all<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let list = args.list(0)?;
    let lambda = args.lambda(1);
    for (at, item) in list.items().iter().enumerate() {
        if !args.test(lambda, item, index(at))? {
            return Ok(Val::Bool(false));
        }
    }
    Ok(Val::Bool(true))
}

fn exists<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    Ok(Val::Bool(search(args)?.is_some()))
}

fn exists_one<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    Ok(Val::Bool(number_of(args)? == 1))
}

fn count<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    Ok(index(number_of(args)?))
}

fn number_of(args: &mut Args<'_, '_>) -> Outcome<usize> {
    let list = args.list(0)?;
    let lambda = args.lambda(1);
    let mut count = 0;
    for (at, item) in list.items().iter().enumerate() {
        count += usize::from(args.test(lambda, item, index(at))?);
    }
    Ok(count)
}

fn flat_map<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let list = args.list(0)?;
    let lambda = args.lambda(1);
    let mut made = Vec::new();
    for (at, item) in list.items().iter().enumerate() {
        let part = args.call(lambda, item, index(at))?;
        let crate::val::View::List(more) = part.view() else {
            return Err(args.refuse_item(1, at, part.view(), "a function that makes lists"));
        };
        let span = args.span();
        args.eval.spend(more.len() as u64, span)?;
        args.eval.list_fits(made.len() + more.len(), span)?;
        made.extend(more.iter());
    }
    args.made_list(made)
}

fn fold<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let list = args.list(0)?;
    let lambda = args.lambda(2);
    let mut value = args.value(1)?;
    for item in list.items().iter() {
        value = args.call(lambda, value, item)?;
    }
    Ok(value)
}

fn index<'a>(at: usize) -> Val<'a> {
    Val::Num(Num::from(at as u64))
}
