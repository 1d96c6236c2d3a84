//! Parts of lists, and lists of other lists.

use crate::error::Outcome;
use crate::function::{Args, Function, Size, Topic, Work, row};
use crate::number::Num;
use crate::val::{Val, View};

pub(in super::super) static FUNCTIONS: [Function; 9] = [
    row(
        Topic::Lists,
        "at(list: list<T>, index: integer): T?",
        "The element at a position, or null if there is none; -1 is the last.",
        at,
    )
    .example("[1, 2, 3].at(-1)", "3")
    .costs(Work::Flat, Size::Same),
    row(Topic::Lists, "take(list: list<T>, count: integer): list<T>", "The first elements, at most so many.", take)
        .example("[1, 2, 3].take(2)", "[1, 2]")
        .costs(Work::Items, Size::Same),
    row(Topic::Lists, "skip(list: list<T>, count: integer): list<T>", "The elements after the first so many.", skip)
        .example("[1, 2, 3].skip(2)", "[3]")
        .costs(Work::Items, Size::Same),
    row(Topic::Lists, "reverse(list: list<T>): list<T>", "The elements from the last to the first.", reverse)
        .example("reverse([1, 2, 3])", "[3, 2, 1]")
        .costs(Work::Items, Size::Same),
    row(
        Topic::Lists,
        "flatten(list: list<list<T>>): list<T>",
        "The elements of all the lists in the list; one level.",
        flatten,
    )
    .example("flatten([[1], [2, 3]])", "[1, 2, 3]")
    .costs(Work::Deep, Size::Unknown),
    row(Topic::Lists, "compact(list: list<T?>): list<T>", "The elements that are not null.", compact)
        .example("compact([1, null, 2])", "[1, 2]")
        .costs(Work::Items, Size::Same),
    row(
        Topic::Lists,
        "chunk(list: list<T>, size: integer): list<list<T>>",
        "The elements in lists of so many; the last may be shorter.",
        chunk,
    )
    .example("[1, 2, 3].chunk(2)", "[[1, 2], [3]]")
    .costs(Work::Items, Size::Unknown),
    row(
        Topic::Lists,
        "zip(a: list<T>, b: list<U>): list<list<T | U>>",
        "Pairs of the elements at the same position; as many as the shorter list has.",
        zip,
    )
    .example("zip([1, 2], [\"a\", \"b\"])", "[[1, \"a\"], [2, \"b\"]]")
    .costs(Work::Items, Size::Unknown),
    row(
        Topic::Lists,
        "range(start: integer, end: integer = start, step: integer = 1): list<integer>",
        "The whole numbers from the start to before the end; one number alone is the end, and the start is 0.",
        range,
    )
    .example("range(1, 4)", "[1, 2, 3]")
    .costs(Work::Makes, Size::Unknown),
];

fn at<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let value = args.value(0)?;
    let View::List(items) = value.view() else {
        return Err(args.refuse(0, value.view(), "a list", "[]"));
    };
    let index = i128::from(args.int(1)?);
    let index = if index < 0 { index + items.len() as i128 } else { index };
    Ok(usize::try_from(index).ok().and_then(|index| items.get(index)).unwrap_or(Val::NULL))
}

fn take<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    part(args, |_, count| (0, count))
}

fn skip<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    part(args, |len, count| (count, len))
}

/// What lies between two positions, which are given the length and the count.
fn part<'a>(args: &mut Args<'_, 'a>, between: fn(usize, usize) -> (usize, usize)) -> Outcome<Val<'a>> {
    let value = args.value(0)?;
    let View::List(items) = value.view() else {
        return Err(args.refuse(0, value.view(), "a list", "[]"));
    };
    let count = args.int(1)?;
    let Ok(count) = usize::try_from(count) else {
        let message = format!("`{}` needs a number of elements from 0, not {count}", args.function.name);
        return Err(args.problem(1, message, Some("for elements from the end write `list.at(-1)`".to_owned())));
    };
    let (from, to) = between(items.len(), count.min(items.len()));
    if (from, to) == (0, items.len()) {
        return Ok(value.clone());
    }
    let span = args.span();
    args.eval.spend((to - from) as u64, span)?;
    args.eval.list_fits(to - from, span)?;
    args.made_list((from..to).filter_map(|at| items.get(at)).collect())
}

fn reverse<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let list = args.list(0)?;
    args.eval.list_fits(list.items().len(), args.call.span())?;
    args.made_list(list.items().iter().rev().collect())
}

fn flatten<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let list = args.list(0)?;
    let span = args.span();
    let mut made = Vec::new();
    for (at, part) in list.items().iter().enumerate() {
        let View::List(more) = part.view() else {
            return Err(args.refuse_item(0, at, part.view(), "a list of lists"));
        };
        args.eval.spend(more.len() as u64, span)?;
        args.eval.list_fits(made.len() + more.len(), span)?;
        made.extend(more.iter());
    }
    args.made_list(made)
}

fn compact<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let list = args.list(0)?;
    let mut kept = Vec::new();
    for item in list.items().iter().filter(|item| !item.is_null()) {
        args.eval.list_fits(kept.len() + 1, args.call.span())?;
        kept.push(item);
    }
    args.made_list(kept)
}

fn chunk<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let list = args.list(0)?;
    let size = args.int(1)?;
    let size = match usize::try_from(size) {
        Ok(size) if size > 0 => size,
        _ => return Err(args.problem(1, format!("`chunk` needs a size from 1, not {size}"), None)),
    };
    let (items, span) = (list.items(), args.span());
    args.eval.list_fits(items.len().div_ceil(size), span)?;
    let mut chunks = Vec::with_capacity(items.len().div_ceil(size));
    let mut from = 0;
    while from < items.len() {
        let to = from.saturating_add(size).min(items.len());
        args.eval.list_fits(to - from, span)?;
        let chunk = (from..to).filter_map(|at| items.get(at)).collect();
        chunks.push(args.made_list(chunk)?);
        from = to;
    }
    args.made_list(chunks)
}

fn zip<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let (a, b) = (args.list(0)?, args.list(1)?);
    let len = a.items().len().min(b.items().len());
    args.eval.list_fits(len, args.call.span())?;
    let mut pairs = Vec::with_capacity(len);
    for (a, b) in a.items().iter().zip(b.items().iter()) {
        pairs.push(args.made_list(vec![a, b])?);
    }
    args.made_list(pairs)
}

fn range<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let first = args.int(0)?;
    let (start, end) = if args.has(1) { (first, args.int(1)?) } else { (0, first) };
    let step = args.int_or(2, 1)?;
    if step == 0 {
        return Err(args.problem(2, "`range` needs a step other than 0".to_owned(), None));
    }
    let (distance, width) = (i128::from(end) - i128::from(start), i128::from(step));
    let len = if distance.signum() == width.signum() { (distance.abs() - 1) / width.abs() + 1 } else { 0 };
    let (len, span) = (usize::try_from(len).unwrap_or(usize::MAX), args.span());
    args.eval.list_fits(len, span)?;
    args.eval.spend(len as u64, span)?;
    let mut numbers = Vec::with_capacity(len);
    let mut next = start;
    for _ in 0..len {
        numbers.push(Val::Num(Num::Int(next)));
        // Past the last number, which is not taken, it may not fit.
        next = next.saturating_add(step);
    }
    args.made_list(numbers)
}
