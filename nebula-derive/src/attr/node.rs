//! `#[node(..)]` and `with (..)` behind a step, as written.

mod each;

use std::time::Duration;

use syn::{Expr, Ident, LitStr};

use super::{Entry, Item, Slot, Value, action, text_of};
use crate::{ctxt::Ctxt, duration, model::Retry};

/// What is said of a step beside its parameters.
#[derive(Default)]
pub(crate) struct NodeAttr {
    pub(crate) id: Slot<LitStr>,
    pub(crate) name: Slot<LitStr>,
    /// Steps that end before.
    pub(crate) after: Slot<Vec<Ident>>,
    pub(crate) retry: Slot<Retry>,
    pub(crate) timeout: Slot<Duration>,
    pub(crate) deadline: Slot<Duration>,
    /// Slots of the action, and the credentials that go into them.
    pub(crate) credentials: Slot<Vec<(Ident, LitStr)>>,
    /// The same of resources.
    pub(crate) resources: Slot<Vec<(Ident, LitStr)>>,
    /// The run goes on when it fails.
    pub(crate) on_error: Slot<()>,
    /// Only of loops: how many items at one time.
    pub(crate) concurrency: Slot<u32>,
    /// Only of loops: what an item that fails does.
    pub(crate) on_item_error: Slot<OnItemError>,
    /// Only of fields: the conditions, each in the branch of the one before.
    pub(crate) when: Vec<Expr>,
    /// Only of fields: it runs when the condition before it does not hold.
    pub(crate) otherwise: Slot<()>,
    /// Only of fields: it is a loop.
    pub(crate) each: Slot<Each>,
    /// Only of fields: the loop of which it is a step.
    pub(crate) inside: Slot<Ident>,
    /// Only of fields: the workflow that it calls.
    pub(crate) calls: Slot<Expr>,
    /// Only of fields: the parameters, `None` for a value that could not be read.
    pub(crate) with: Slot<Vec<(Ident, Option<Expr>)>>,
}

/// `each(order = input.orders, index = place, gives = line)`
pub(crate) struct Each {
    /// What an item is called; `None` for `_`.
    pub(crate) item: Option<Ident>,
    /// `None` when it could not be read.
    pub(crate) list: Option<Expr>,
    /// What its place is called.
    pub(crate) index: Option<Ident>,
    /// What there is of each item; nothing when absent.
    pub(crate) gives: Option<Expr>,
    /// Something of it is wrong, which is told.
    pub(crate) is_broken: bool,
}

/// What an item that fails does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnItemError {
    /// The loop fails.
    Fail,
    /// It is left out.
    Skip,
    /// The failures are given beside the results.
    Collect,
}

const KEYS: [&str; 17] = [
    "with",
    "when",
    "otherwise",
    "each",
    "inside",
    "calls",
    "concurrency",
    "on_item_error",
    "after",
    "retry",
    "timeout",
    "deadline",
    "credentials",
    "resources",
    "on_error",
    "name",
    "id",
];
/// Attempts, time limits and credentials are those of the steps inside.
const OF_LOOPS: [&str; 6] = ["concurrency", "on_item_error", "after", "on_error", "name", "id"];
/// Parameters, condition and loop of a step have a place of their own in `workflow!`.
const OF_STEPS: usize = 8;

// === impl NodeAttr ===

impl NodeAttr {
    /// What stands above a field.
    pub(crate) fn of_field(cx: &Ctxt, entries: &[Entry]) -> Self {
        Self::read(cx, entries, "node", &KEYS)
    }

    /// What stands behind a step.
    pub(crate) fn of_step(cx: &Ctxt, entries: &[Entry]) -> Self {
        Self::read(cx, entries, "step", &KEYS[OF_STEPS..])
    }

    /// What stands behind a loop.
    pub(crate) fn of_loop(cx: &Ctxt, entries: &[Entry]) -> Self {
        Self::read(cx, entries, "loop", &OF_LOOPS)
    }

    fn read(cx: &Ctxt, entries: &[Entry], what: &str, keys: &[&str]) -> Self {
        let mut found = Self::default();
        for entry in entries {
            let key = &entry.key;
            let word = entry.word();
            if !keys.contains(&word.as_str()) {
                entry.unknown(cx, what, keys);
                continue;
            }
            match word.as_str() {
                "id" => found.id.set(cx, key, entry.text(cx).filter(|id| is_id(cx, id))),
                "name" => found.name.set(cx, key, entry.text(cx)),
                "after" => found.after.set(cx, key, after(cx, entry)),
                "retry" => found.retry.set(cx, key, action::retry(cx, entry)),
                "timeout" => found.timeout.set(cx, key, limit(cx, entry)),
                "deadline" => found.deadline.set(cx, key, limit(cx, entry)),
                "credentials" => {
                    let slots = slots(cx, entry, "key = \"weather_api\"", "credential");
                    found.credentials.set(cx, key, slots);
                }
                "resources" => found.resources.set(cx, key, slots(cx, entry, "db = \"main\"", "resource")),
                "on_error" => found.on_error.set(cx, key, on_error(cx, entry)),
                "concurrency" => found.concurrency.set(cx, key, concurrency(cx, entry)),
                "on_item_error" => found.on_item_error.set(cx, key, on_item_error(cx, entry)),
                "when" => found.when.extend(entry.expr(cx)),
                "otherwise" => found.otherwise.set(cx, key, entry.flag(cx)),
                "each" => found.each.set(cx, key, Some(each::read(cx, entry))),
                "inside" => found.inside.set(cx, key, each::name(cx, entry, "inside = lines", "the name of a loop")),
                "calls" => found.calls.set(cx, key, entry.expr(cx)),
                "with" => found.with.set(cx, key, parameters(cx, entry)),
                _ => entry.unknown(cx, what, keys),
            }
        }
        found
    }
}

/// A time that is not nothing.
pub(crate) fn limit(cx: &Ctxt, entry: &Entry) -> Option<Duration> {
    let text = entry.text(cx)?;
    let limit = duration::read(cx, &text)?;
    if limit.is_zero() {
        cx.error(&text, "nothing ends in no time: give it some");
        return None;
    }
    Some(limit)
}

/// What a definition takes as the id of a node.
pub(crate) fn is_id(cx: &Ctxt, id: &LitStr) -> bool {
    let text = id.value();
    let is_id = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
        && text.len() <= 128;
    if !is_id {
        cx.error(id, "no id of a step: letters, digits, `_` and `-`, a letter or `_` first, at most 128");
    }
    is_id
}

fn after(cx: &Ctxt, entry: &Entry) -> Option<Vec<Ident>> {
    const USAGE: &str = "write `after(fetch)` or `after(fetch, post)`, with the names of steps";
    match &entry.value {
        Value::List(items) if !items.is_empty() => {
            let steps = items.iter().map(|item| match item {
                Item::Entry(Entry { key, value: Value::Flag }) => Some(key.clone()),
                other => {
                    cx.error_at(other.span(), USAGE);
                    None
                }
            });
            Some(steps.collect::<Vec<_>>().into_iter().flatten().collect())
        }
        Value::Assign(Expr::Path(path)) if path.path.get_ident().is_some() => {
            path.path.get_ident().cloned().map(|step| vec![step])
        }
        Value::Assign(other) => {
            cx.error(other, USAGE);
            None
        }
        Value::List(_) | Value::Flag => {
            cx.error(&entry.key, USAGE);
            None
        }
    }
}

fn on_error(cx: &Ctxt, entry: &Entry) -> Option<()> {
    const USAGE: &str = "write `on_error = continue`; for another way to go on, write `if let Err(failure) = step { .. }` behind the step";
    let value = entry.expr(cx)?;
    if matches!(&value, Expr::Continue(value) if value.label.is_none()) {
        return Some(());
    }
    cx.error(value, USAGE);
    None
}

fn concurrency(cx: &Ctxt, entry: &Entry) -> Option<u32> {
    const MOST: u32 = 10_000;
    let (number, span) = entry.whole(cx)?;
    let most = u32::try_from(number).ok().filter(|most| (1..=MOST).contains(most));
    if most.is_none() {
        cx.error_at(span, "items at one time: 1 to 10,000");
    }
    most
}

fn on_item_error(cx: &Ctxt, entry: &Entry) -> Option<OnItemError> {
    let value = entry.expr(cx)?;
    let word = match &value {
        Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
        _ => None,
    };
    match word.as_deref() {
        Some("fail") => Some(OnItemError::Fail),
        Some("skip") => Some(OnItemError::Skip),
        Some("collect") => Some(OnItemError::Collect),
        _ => {
            cx.error(value, "an item that fails does one of these: `fail`, `skip`, `collect`");
            None
        }
    }
}

/// `credentials(key = "weather_api")`, `resources(db = "main")`
pub(crate) fn slots(cx: &Ctxt, entry: &Entry, example: &str, what: &str) -> Option<Vec<(Ident, LitStr)>> {
    let usage = format!("write `{}({example})`: a slot of the action, and the name of a {what}", entry.word());
    let Value::List(items) = &entry.value else {
        cx.error(&entry.key, &usage);
        return None;
    };
    let mut found: Vec<(Ident, LitStr)> = Vec::new();
    for item in items {
        let name = match item {
            Item::Entry(Entry { key, value: Value::Assign(value) }) => text_of(value).map(|name| (key.clone(), name)),
            _ => None,
        };
        match name {
            Some((slot, _)) if found.iter().any(|(other, _)| *other == slot) => {
                cx.error(&slot, format!("`{slot}` is given twice"));
            }
            Some(pair) => found.push(pair),
            None => cx.error_at(item.span(), &usage),
        }
    }
    Some(found)
}

pub(crate) fn parameters(cx: &Ctxt, entry: &Entry) -> Option<Vec<(Ident, Option<Expr>)>> {
    const USAGE: &str = "write `with(name = input.name)`: parameters of the action, each with its value";
    let Value::List(items) = &entry.value else {
        cx.error(&entry.key, USAGE);
        return None;
    };
    let mut found = Vec::new();
    for item in items {
        match item {
            Item::Entry(Entry { key, value: Value::Assign(value) }) => found.push((key.clone(), Some(value.clone()))),
            Item::Entry(Entry { key, .. }) => {
                cx.error(key, format!("`{key}` has no value: write `{key} = ..`"));
                found.push((key.clone(), None));
            }
            Item::Literal(_) | Item::Pair(..) => cx.error_at(item.span(), USAGE),
        }
    }
    Some(found)
}
