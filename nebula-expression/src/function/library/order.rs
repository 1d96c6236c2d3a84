//! Putting values in order: numbers, strings, booleans, timestamps or durations, each among themselves.

use std::cmp::Ordering;

use crate::code;
use crate::error::{ExprError, Outcome};
use crate::function::Args;
use crate::val::{Val, View};

/// What values in order can be, for messages.
pub(super) const ORDERED: &str = "numbers, strings, timestamps, durations or true and false";

/// The kinds that have an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Text,
    Bool,
    Time,
    Duration,
}

impl Kind {
    pub(super) fn of(view: View<'_, '_>) -> Option<Self> {
        Some(match view {
            View::Num(_) => Self::Number,
            View::Str(_) => Self::Text,
            View::Bool(_) => Self::Bool,
            View::Time(_) => Self::Time,
            View::Duration(_) => Self::Duration,
            View::Null | View::List(_) | View::Object(_) | View::Bytes(_) => return None,
        })
    }
}

/// Refuses values that have no order among themselves. `name` says what value number `.0` is.
pub(super) fn alike<'v, 'a: 'v>(
    args: &Args<'_, 'a>,
    at: usize,
    values: impl Iterator<Item = (usize, &'v Val<'a>)>,
    name: fn(usize) -> String,
) -> Outcome<()> {
    let mut first: Option<(Kind, &Val<'a>)> = None;
    for (index, value) in values {
        let kind = Kind::of(value.view());
        let message = match (kind, first) {
            (None, _) => {
                let found = value.view().kind();
                format!("{} is {found}, and `{}` needs {ORDERED}", name(index), args.function.name)
            }
            (Some(kind), None) => {
                first = Some((kind, value));
                continue;
            }
            (Some(kind), Some((known, _))) if kind == known => continue,
            (Some(_), Some((_, other))) => {
                let (found, other) = (value.view().kind(), other.view().kind());
                format!("{} is {found} and the first is {other}: they have no order", name(index))
            }
        };
        let help = match value.view() {
            View::Null => "leave nulls out with `compact()`",
            _ => "let a function choose what counts: `list.sortBy(x => …)`, `list.map(x => …)`",
        };
        let span = args.expr(at).span();
        return Err(Box::new(
            ExprError::new(code::ARGUMENT_TYPE, span, message).label("values of one kind are needed").help(help),
        ));
    }
    Ok(())
}

/// Which of two values of one kind comes first; text is paid for.
pub(super) fn compare<'a>(args: &mut Args<'_, 'a>, a: &Val<'a>, b: &Val<'a>) -> Outcome<Ordering> {
    match (a.view(), b.view()) {
        (View::Num(a), View::Num(b)) => Ok(a.compare(b)),
        (View::Str(a), View::Str(b)) => {
            let span = args.span();
            args.eval.spend_bytes(a.len().min(b.len()), span)?;
            Ok(a.cmp(b))
        }
        (View::Bool(a), View::Bool(b)) => Ok(a.cmp(&b)),
        (View::Time(a), View::Time(b)) => Ok(a.cmp(b)),
        (View::Duration(a), View::Duration(b)) => {
            a.compare(b).map_err(|problem| args.eval.bad_time(problem, args.span()))
        }
        // `alike` has seen them all.
        _ => Ok(Ordering::Equal),
    }
}

/// The positions of `keys` in their order; equal ones keep theirs. Nulls come last, whichever way.
///
/// A merge sort of its own: a comparison can fail, and costs what it costs.
pub(super) fn sorted<'a>(args: &mut Args<'_, 'a>, keys: &[Val<'a>], descending: bool) -> Outcome<Vec<usize>> {
    let span = args.span();
    let levels = u64::from(usize::BITS - keys.len().leading_zeros());
    args.eval.spend((keys.len() as u64).saturating_mul(levels), span)?;
    args.eval.charge(keys.len() * 2 * size_of::<usize>(), span)?;
    let (mut from, nulls): (Vec<usize>, Vec<usize>) = (0..keys.len()).partition(|at| !keys[*at].is_null());
    let mut to = vec![0; from.len()];
    let mut width = 1;
    while width < from.len() {
        for start in (0..from.len()).step_by(width * 2) {
            let (middle, end) = ((start + width).min(from.len()), (start + width * 2).min(from.len()));
            merge(args, keys, descending, (&from[start..middle], &from[middle..end]), &mut to[start..end])?;
        }
        std::mem::swap(&mut from, &mut to);
        width *= 2;
    }
    from.extend(nulls);
    Ok(from)
}

fn merge<'a>(
    args: &mut Args<'_, 'a>,
    keys: &[Val<'a>],
    descending: bool,
    (mut left, mut right): (&[usize], &[usize]),
    to: &mut [usize],
) -> Outcome<()> {
    for place in to {
        let take_right = match (left, right) {
            ([], _) => true,
            (_, []) => false,
            ([l, ..], [r, ..]) => {
                let order = compare(args, &keys[*l], &keys[*r])?;
                order == if descending { Ordering::Less } else { Ordering::Greater }
            }
        };
        let side = if take_right { &mut right } else { &mut left };
        if let Some((first, rest)) = side.split_first() {
            *place = *first;
            *side = rest;
        }
    }
    Ok(())
}

/// The least value, or the greatest: the first of equal ones. `values` are of one kind.
pub(super) fn extreme<'a>(
    args: &mut Args<'_, 'a>,
    mut values: impl Iterator<Item = Val<'a>>,
    wanted: Ordering,
) -> Outcome<Option<Val<'a>>> {
    let Some(mut best) = values.next() else {
        return Ok(None);
    };
    for value in values {
        if compare(args, &value, &best)? == wanted {
            best = value;
        }
    }
    Ok(Some(best))
}
