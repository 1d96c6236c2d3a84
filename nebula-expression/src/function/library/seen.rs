//! Which values have occurred: in an order where values have one, and one after the other where not.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::error::Outcome;
use crate::function::Args;
use crate::number::Num;
use crate::time::Time;
use crate::val::{Text, Val, View};

/// A set of values, equal as `==` has it.
#[derive(Debug, Default)]
pub(super) struct Seen<'a> {
    simple: BTreeSet<Key<'a>>,
    /// Lists, objects and durations.
    others: Vec<Val<'a>>,
}

/// A value that equals another exactly if their keys do.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key<'a> {
    Null,
    Bool(bool),
    Whole(i128),
    /// The bits of a double that is not whole, or larger than any whole number.
    Double(u64),
    Text(Text<'a>),
    Time(Time),
    Bytes(Rc<[u8]>),
}

impl<'a> Seen<'a> {
    /// The elements of a list.
    pub(super) fn of(args: &mut Args<'_, 'a>, items: impl Iterator<Item = Val<'a>>) -> Outcome<Self> {
        let mut seen = Self::default();
        for item in items {
            seen.insert(args, &item)?;
        }
        Ok(seen)
    }

    /// False if it was there.
    pub(super) fn insert(&mut self, args: &mut Args<'_, 'a>, value: &Val<'a>) -> Outcome<bool> {
        let span = args.span();
        if let Some(key) = self.key(args, value)? {
            let fresh = self.simple.insert(key);
            args.eval.charge(if fresh { size_of::<Key<'_>>() * 2 } else { 0 }, span)?;
            return Ok(fresh);
        }
        let fresh = !self.is_other(args, value)?;
        if fresh {
            args.eval.charge(size_of::<Val<'_>>(), span)?;
            self.others.push(value.clone());
        }
        Ok(fresh)
    }

    pub(super) fn contains(&self, args: &mut Args<'_, 'a>, value: &Val<'a>) -> Outcome<bool> {
        match self.key(args, value)? {
            Some(key) => Ok(self.simple.contains(&key)),
            None => self.is_other(args, value),
        }
    }

    fn is_other(&self, args: &mut Args<'_, 'a>, value: &Val<'a>) -> Outcome<bool> {
        let (span, place) = (args.span(), args.call);
        for other in &self.others {
            args.eval.spend(1, span)?;
            if args.eval.equal(value, other, place, 0)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The key of a value that has one, with the search for it paid.
    fn key(&self, args: &mut Args<'_, 'a>, value: &Val<'a>) -> Outcome<Option<Key<'a>>> {
        let levels = (usize::BITS - self.simple.len().leading_zeros()) as usize;
        let span = args.span();
        args.eval.spend(1 + levels as u64, span)?;
        Ok(Some(match value.view() {
            View::Null => Key::Null,
            View::Bool(flag) => Key::Bool(flag),
            View::Num(num) => number(num),
            View::Str(text) => {
                args.eval.spend_bytes(text.len().saturating_mul(levels + 1), span)?;
                match super::text_of(value) {
                    Some(text) => Key::Text(text),
                    None => return Ok(None),
                }
            }
            View::Time(time) => Key::Time(time.clone()),
            View::Bytes(bytes) => {
                args.eval.spend_bytes(bytes.len().saturating_mul(levels + 1), span)?;
                match value {
                    Val::Bytes(bytes) => Key::Bytes(Rc::clone(bytes)),
                    _ => return Ok(None),
                }
            }
            View::Duration(_) | View::List(_) | View::Object(_) => return Ok(None),
        }))
    }
}

fn number<'a>(num: Num) -> Key<'a> {
    /// 2^64: no whole number is as large.
    const BEYOND: f64 = 18_446_744_073_709_551_616.0;
    match num {
        Num::Int(int) => Key::Whole(i128::from(int)),
        Num::Big(big) => Key::Whole(i128::from(big)),
        Num::Float(float) if float.fract() == 0.0 && float.abs() < BEYOND => Key::Whole(float as i128),
        Num::Float(float) => Key::Double(float.to_bits()),
    }
}
