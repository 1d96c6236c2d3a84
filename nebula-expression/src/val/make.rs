//! Making lists and objects, never deeper than what may be walked or dropped.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::{List, Object, Text, Val};
use crate::limits::MAX_DATA_DEPTH;

/// The new value would be nested too deeply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooDeep;

impl<'a> Val<'a> {
    pub(crate) fn list(items: Vec<Val<'a>>) -> Result<Self, TooDeep> {
        let depth = above(items.iter())?;
        Ok(Self::List(Rc::new(List { items, depth })))
    }

    pub(crate) fn object(members: BTreeMap<Text<'a>, Val<'a>>) -> Result<Self, TooDeep> {
        let depth = above(members.values())?;
        Ok(Self::Object(Rc::new(Object { members, depth })))
    }
}

fn above<'v, 'a: 'v>(parts: impl Iterator<Item = &'v Val<'a>>) -> Result<u32, TooDeep> {
    let depth = 1 + parts.map(Val::depth).max().unwrap_or(0);
    if depth > MAX_DATA_DEPTH { Err(TooDeep) } else { Ok(depth) }
}
