//! Lists of numbers, and of what else can be put in order.

use std::cmp::Ordering;

use super::super::order;
use crate::ast::Expr;
use crate::error::Outcome;
use crate::function::{Args, Function, Size, Topic, Work, row};
use crate::number::Sum;
use crate::ty::Type;
use crate::val::{Val, View};

pub(in super::super) static FUNCTIONS: [Function; 5] = [
    row(
        Topic::Lists,
        "sort(list: list<number | string | bool | timestamp | duration>): list",
        "The elements in ascending order; all must be of one kind.",
        sort,
    )
    .typed(list_of_elements)
    .example("sort([3, 1, 2])", "[1, 2, 3]")
    .costs(Work::Sort, Size::Unknown),
    row(Topic::Lists, "sum(list: list<number>): number", "The elements added up; 0 if there are none.", sum)
        .typed(sum_type)
        .example("sum([1, 2, 3])", "6")
        .costs(Work::Items, Size::One),
    row(Topic::Lists, "avg(list: list<number>): number?", "The mean of the elements, or null if there are none.", avg)
        .example("avg([1, 2, 6])", "3")
        .costs(Work::Items, Size::One),
    row(
        Topic::Lists,
        "min(list: list<number | string | bool | timestamp | duration>): any",
        "The least element, or null if there are none; all must be of one kind.",
        min,
    )
    .typed(element)
    .example("min([3, 1, 2])", "1")
    .costs(Work::Deep, Size::Same),
    row(
        Topic::Lists,
        "max(list: list<number | string | bool | timestamp | duration>): any",
        "The greatest element, or null if there are none; all must be of one kind.",
        max,
    )
    .typed(element)
    .example("max([3, 1, 2])", "3")
    .costs(Work::Deep, Size::Same),
];

fn element_type(types: &[Type]) -> Option<Type> {
    types.first()?.without_null().element()
}

fn list_of_elements(types: &[Type], _: &[Expr]) -> Option<Type> {
    element_type(types).map(Type::list)
}

fn element(types: &[Type], _: &[Expr]) -> Option<Type> {
    element_type(types).map(Type::nullable)
}

fn sum_type(types: &[Type], _: &[Expr]) -> Option<Type> {
    element_type(types).filter(|element| matches!(element, Type::Integer | Type::Never)).map(|_| Type::Integer)
}

/// The elements, all of one kind.
fn elements<'a>(args: &mut Args<'_, 'a>) -> Outcome<Vec<Val<'a>>> {
    let list = args.list(0)?;
    let len = list.items().len();
    args.eval.charge(len * size_of::<Val<'_>>(), args.call.span())?;
    let items: Vec<Val<'a>> = list.items().iter().collect();
    order::alike(args, 0, items.iter().enumerate(), |at| format!("element {at}"))?;
    Ok(items)
}

fn sort<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let items = elements(args)?;
    args.eval.list_fits(items.len(), args.call.span())?;
    let order = order::sorted(args, &items, false)?;
    args.made_list(order.into_iter().map(|at| items[at].clone()).collect())
}

fn min<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    extreme(args, Ordering::Less)
}

fn max<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    extreme(args, Ordering::Greater)
}

fn extreme<'a>(args: &mut Args<'_, 'a>, wanted: Ordering) -> Outcome<Val<'a>> {
    let items = elements(args)?;
    Ok(order::extreme(args, items.into_iter(), wanted)?.unwrap_or(Val::NULL))
}

fn sum<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let sum = add_up(args)?;
    args.calculated(sum.total())
}

fn avg<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let sum = add_up(args)?;
    sum.mean().map_or(Ok(Val::NULL), |mean| args.calculated(mean))
}

fn add_up(args: &mut Args<'_, '_>) -> Outcome<Sum> {
    let list = args.list(0)?;
    let mut sum = Sum::default();
    for (at, item) in list.items().iter().enumerate() {
        let View::Num(num) = item.view() else {
            return Err(args.refuse_item(0, at, item.view(), "numbers"));
        };
        sum.add(num).map_err(|problem| args.eval.bad_number(problem, args.span()))?;
    }
    Ok(sum)
}
