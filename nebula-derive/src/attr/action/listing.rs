//! Keys that say how an action is found and shown: `category`, `tags(..)`, `icon`, `docs`, `example(..)`.

use syn::{Expr, Lit, LitStr};

use super::super::{Entry, Item, Slot, Value};
use crate::{ctxt::Ctxt, model::Example};

/// What these keys say, as written.
#[derive(Default)]
pub(crate) struct ListingAttr {
    pub(crate) category: Slot<LitStr>,
    pub(crate) tags: Slot<Vec<LitStr>>,
    pub(crate) icon: Slot<LitStr>,
    pub(crate) docs: Slot<LitStr>,
    /// In the order written.
    pub(crate) examples: Vec<Example>,
}

// === impl ListingAttr ===

impl ListingAttr {
    pub(crate) const KEYS: [&str; 5] = ["category", "tags", "icon", "docs", "example"];

    /// Whether the entry was one of these.
    pub(crate) fn entry(&mut self, cx: &Ctxt, entry: &Entry) -> bool {
        let key = &entry.key;
        match entry.word().as_str() {
            "category" => self.category.set(cx, key, entry.text(cx)),
            "tags" => self.tags.set(cx, key, tags(cx, entry)),
            "icon" => self.icon.set(cx, key, entry.text(cx)),
            "docs" => self.docs.set(cx, key, entry.text(cx)),
            "example" => self.examples.extend(example(cx, entry)),
            _ => return false,
        }
        true
    }
}

fn tags(cx: &Ctxt, entry: &Entry) -> Option<Vec<LitStr>> {
    const USAGE: &str = "write `tags(\"weather\", \"forecast\")`";
    let items = match &entry.value {
        Value::List(items) if !items.is_empty() => items,
        Value::Assign(value) => {
            cx.error(value, USAGE);
            return None;
        }
        Value::List(_) | Value::Flag => {
            cx.error(&entry.key, USAGE);
            return None;
        }
    };
    let text = |item: &Item| match item {
        Item::Literal(Lit::Str(text)) => Some(text.clone()),
        Item::Literal(_) | Item::Pair(..) | Item::Entry(_) => {
            cx.error_at(item.span(), format!("a tag is a text: {USAGE}"));
            None
        }
    };
    Some(items.iter().filter_map(text).collect())
}

fn example(cx: &Ctxt, entry: &Entry) -> Option<Example> {
    const KEYS: [&str; 2] = ["title", "input"];
    const USAGE: &str = "write `example(title = \"..\", input = json!({ .. }))`";
    let items = match &entry.value {
        Value::List(items) => items,
        Value::Assign(value) => {
            cx.error(value, USAGE);
            return None;
        }
        Value::Flag => {
            cx.error(&entry.key, USAGE);
            return None;
        }
    };
    let mut title: Slot<LitStr> = Slot::default();
    let mut input: Slot<Expr> = Slot::default();
    // A part with a wrong value is there.
    let mut seen: Vec<String> = Vec::new();
    for item in items {
        let Item::Entry(part) = item else {
            cx.error_at(item.span(), USAGE);
            return None;
        };
        seen.push(part.word());
        match part.word().as_str() {
            "title" => title.set(cx, &part.key, part.text(cx)),
            "input" => input.set(cx, &part.key, part.expr(cx)),
            _ => part.unknown(cx, "example", &KEYS),
        }
    }
    for key in KEYS {
        if !seen.iter().any(|word| word == key) {
            cx.error(&entry.key, format!("`example` has no `{key}`: {USAGE}"));
        }
    }
    Some(Example { title: title.take()?, input: input.take()? })
}
