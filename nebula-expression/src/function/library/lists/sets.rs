//! Lists as sets: elements are the same if `==` says so.

use super::super::seen::Seen;
use crate::error::Outcome;
use crate::eval::Eval;
use crate::function::{Args, Function, Size, Topic, Work, row};
use crate::val::Val;

pub(in super::super) static FUNCTIONS: [Function; 4] = [
    row(Topic::Lists, "unique(list: list<T>): list<T>", "The elements, each once, where it occurs first.", unique)
        .example("unique([1, 2, 1])", "[1, 2]")
        .costs(Work::Sort, Size::Unknown),
    row(
        Topic::Lists,
        "position(list: list<T>, value: any): integer?",
        "Where the value occurs first, or null if it does not.",
        position,
    )
    .example("[5, 6].position(6)", "1")
    .costs(Work::Deep, Size::One),
    row(
        Topic::Lists,
        "intersect(list: list<T>, other: list): list<T>",
        "The elements that the other list has too.",
        intersect,
    )
    .example("[1, 2, 3].intersect([3, 1])", "[1, 3]")
    .costs(Work::Sort, Size::Unknown),
    row(
        Topic::Lists,
        "difference(list: list<T>, other: list): list<T>",
        "The elements that the other list does not have.",
        difference,
    )
    .example("[1, 2, 3].difference([3, 1])", "[2]")
    .costs(Work::Sort, Size::Unknown),
];

fn unique<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let list = args.list(0)?;
    let mut seen = Seen::default();
    let mut kept = Vec::new();
    for item in list.items().iter() {
        if seen.insert(args, &item)? {
            kept.push(item);
        }
    }
    args.made_list(kept)
}

fn position<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let list = args.list(0)?;
    let wanted = args.value(1)?;
    for (at, item) in list.items().iter().enumerate() {
        if args.eval.equal(&wanted, &item, args.call, 0)? {
            return Ok(Eval::count(at));
        }
    }
    Ok(Val::NULL)
}

fn intersect<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    those(args, true)
}

fn difference<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    those(args, false)
}

/// Those that are, or are not, in the other list.
fn those<'a>(args: &mut Args<'_, 'a>, wanted: bool) -> Outcome<Val<'a>> {
    let (list, other) = (args.list(0)?, args.list(1)?);
    let other = Seen::of(args, other.items().iter())?;
    let mut kept = Vec::new();
    for item in list.items().iter() {
        if other.contains(args, &item)? == wanted {
            kept.push(item);
        }
    }
    args.made_list(kept)
}
