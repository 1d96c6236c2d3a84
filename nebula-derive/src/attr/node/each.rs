//! `each(order = input.orders, index = place, gives = line)`, which makes a field a loop.

use syn::{Expr, Ident};

use super::Each;
use crate::{
    attr::{Entry, Item, Value},
    ctxt::Ctxt,
};

const USAGE: &str =
    "write `each(order = input.orders, gives = line)`: what an item is called, its list, and what there is of each";

pub(super) fn read(cx: &Ctxt, entry: &Entry) -> Each {
    let told = cx.count();
    let mut found = Each { item: None, list: None, index: None, gives: None, is_broken: true };
    let items = match &entry.value {
        Value::List(items) => items.as_slice(),
        Value::Assign(_) | Value::Flag => &[],
    };
    let Some((first, rest)) = items.split_first() else {
        cx.error(&entry.key, USAGE);
        return found;
    };
    match first {
        Item::Entry(Entry { key: item, value: Value::Assign(list) }) => {
            found.item = Some(item.clone()).filter(|item| item != "_");
            found.list = Some(list.clone());
        }
        other => cx.error_at(other.span(), USAGE),
    }
    for item in rest {
        match item {
            Item::Entry(entry) if entry.word() == "index" && found.index.is_none() => {
                found.index = name(cx, entry, "index = place", "a name for the place of the item");
            }
            Item::Entry(entry) if entry.word() == "gives" && found.gives.is_none() => found.gives = entry.expr(cx),
            Item::Entry(entry) if matches!(entry.word().as_str(), "index" | "gives") => {
                cx.error(&entry.key, format!("`{}` is given twice", entry.word()));
            }
            Item::Entry(entry) => entry.unknown(cx, "loop", &["index", "gives"]),
            other => cx.error_at(other.span(), USAGE),
        }
    }
    found.is_broken = cx.count() > told;
    found
}

/// `key = name`
pub(super) fn name(cx: &Ctxt, entry: &Entry, example: &str, what: &str) -> Option<Ident> {
    match &entry.value {
        Value::Assign(Expr::Path(path)) if path.path.get_ident().is_some() => path.path.get_ident().cloned(),
        Value::Assign(other) => {
            cx.error(other, format!("{what} is wanted: write `{example}`"));
            None
        }
        Value::Flag | Value::List(_) => {
            cx.error(&entry.key, format!("{what} is wanted: write `{example}`"));
            None
        }
    }
}
