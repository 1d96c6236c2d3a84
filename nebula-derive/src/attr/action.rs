//! `#[action(..)]` as written.

pub(crate) mod capability;
pub(crate) mod limits;
pub(crate) mod listing;

use syn::{Attribute, Expr, Ident, LitStr, Path};

use self::{limits::LimitsAttr, listing::ListingAttr};
use super::{Entry, Item, Slot, Value, entries, text_of};
use crate::{
    ctxt::Ctxt,
    duration,
    model::{Backoff, Capability, Effect, Retry},
};

/// What the attribute says. Keys that must be there and are not, are `valid`'s matter.
#[derive(Default)]
pub(crate) struct ActionAttr {
    pub(crate) id: Slot<LitStr>,
    pub(crate) version: Slot<LitStr>,
    pub(crate) name: Slot<LitStr>,
    pub(crate) description: Slot<LitStr>,
    pub(crate) effect: Slot<Effect>,
    /// The fields of the input that make the idempotency key.
    pub(crate) key: Vec<Ident>,
    pub(crate) timeout: Slot<std::time::Duration>,
    pub(crate) retry: Slot<Retry>,
    pub(crate) capabilities: Slot<Vec<Capability>>,
    pub(crate) limits: LimitsAttr,
    pub(crate) listing: ListingAttr,
    pub(crate) ports: Slot<Vec<LitStr>>,
    /// The wait between two polls of a trigger.
    pub(crate) poll: Slot<std::time::Duration>,
    pub(crate) krate: Slot<Path>,
    /// Keys whose value was wrong: they are not missing.
    pub(crate) broken: Vec<String>,
    /// Where a second effect class was named.
    pub(crate) other_effect: Option<Ident>,
}

const KEYS: [&str; 13] = [
    "id",
    "version",
    "name",
    "description",
    "pure",
    "idempotent",
    "at_most_once",
    "timeout",
    "retry",
    "capabilities",
    "ports",
    "poll",
    "crate",
];

// === impl ActionAttr ===

impl ActionAttr {
    pub(crate) fn read(cx: &Ctxt, attrs: &[Attribute]) -> Self {
        let mut found = Self::default();
        for entry in entries(cx, attrs, "action") {
            found.entry(cx, &entry);
        }
        found
    }

    fn entry(&mut self, cx: &Ctxt, entry: &Entry) {
        let key = &entry.key;
        let word = entry.word();
        match word.as_str() {
            "id" => self.id.set(cx, key, self.broken.keep(&word, entry.text(cx))),
            "version" => self.version.set(cx, key, self.broken.keep(&word, entry.text(cx))),
            "name" => self.name.set(cx, key, entry.text(cx)),
            "description" => self.description.set(cx, key, self.broken.keep(&word, entry.text(cx))),
            "pure" => self.effect(cx, entry, Effect::Pure),
            "idempotent" => self.idempotent(cx, entry),
            "at_most_once" => self.effect(cx, entry, Effect::AtMostOnce),
            "timeout" => {
                let value = limits::time(cx, entry, "no attempt ends in no time: give it some");
                self.timeout.set(cx, key, value);
            }
            "retry" => self.retry.set(cx, key, retry(cx, entry)),
            "capabilities" => self.capabilities.set(cx, key, capability::read(cx, entry)),
            "ports" => self.ports.set(cx, key, ports(cx, entry)),
            "poll" => {
                let value =
                    limits::time(cx, entry, "nothing is polled all the time: say how long to wait, as in \"60s\"");
                self.poll.set(cx, key, value);
            }
            "crate" => self.krate.set(cx, key, entry.krate(cx)),
            _ if self.listing.entry(cx, entry) || self.limits.entry(cx, entry) => {}
            _ => {
                let all = [&KEYS[..], &ListingAttr::KEYS, &LimitsAttr::KEYS].concat();
                entry.unknown(cx, "action", &all);
            }
        }
    }

    /// `idempotent`, or with the fields that make its key.
    fn idempotent(&mut self, cx: &Ctxt, entry: &Entry) {
        match &entry.value {
            Value::List(items) => {
                self.key = key(cx, entry, items);
                self.class(entry, cx, Effect::Idempotent);
            }
            Value::Flag | Value::Assign(_) => self.effect(cx, entry, Effect::Idempotent),
        }
    }

    fn effect(&mut self, cx: &Ctxt, entry: &Entry, effect: Effect) {
        if entry.flag(cx).is_some() {
            self.class(entry, cx, effect);
        }
    }

    fn class(&mut self, entry: &Entry, cx: &Ctxt, effect: Effect) {
        match self.effect.pair() {
            Some((_, first)) if *first != effect => self.other_effect = Some(entry.key.clone()),
            _ => self.effect.set(cx, &entry.key, Some(effect)),
        }
    }
}

trait Keep {
    fn keep<T>(&mut self, word: &str, value: Option<T>) -> Option<T>;
}

impl Keep for Vec<String> {
    fn keep<T>(&mut self, word: &str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.push(word.to_owned());
        }
        value
    }
}

/// `idempotent(key(order_id, customer))`
fn key(cx: &Ctxt, entry: &Entry, items: &[Item]) -> Vec<Ident> {
    const USAGE: &str = "write `idempotent`, or `idempotent(key(order_id))` with fields of the input";
    let mut fields: Vec<Ident> = Vec::new();
    if items.is_empty() {
        cx.error(&entry.key, USAGE);
    }
    for item in items {
        let parts = match item {
            Item::Entry(part) if part.key == "key" => match &part.value {
                Value::List(parts) if !parts.is_empty() => parts,
                Value::Assign(_) | Value::Flag | Value::List(_) => {
                    cx.error(&part.key, USAGE);
                    continue;
                }
            },
            Item::Entry(part) => {
                part.unknown(cx, "idempotent", &["key"]);
                continue;
            }
            Item::Literal(literal) | Item::Pair(literal, _) => {
                cx.error(literal, USAGE);
                continue;
            }
        };
        for part in parts {
            match part {
                Item::Entry(Entry { key, value: Value::Flag }) if fields.contains(key) => {
                    cx.error(key, format!("the field `{key}` is given twice"));
                }
                Item::Entry(Entry { key, value: Value::Flag }) => fields.push(key.clone()),
                other => cx.error_at(other.span(), "the name of a field of the input is wanted, without quotes"),
            }
        }
    }
    fields
}

pub(crate) fn retry(cx: &Ctxt, entry: &Entry) -> Option<Retry> {
    const KEYS: [&str; 3] = ["max", "backoff", "jitter"];
    let Value::List(items) = &entry.value else {
        cx.error(&entry.key, "write `retry(max = 3, backoff = exp(\"200ms\"), jitter)`");
        return None;
    };
    let (mut max, mut backoff, mut jitter) = (Slot::default(), Slot::default(), Slot::default());
    for item in items {
        let Item::Entry(part) = item else {
            cx.error_at(item.span(), "a key is wanted here, as in `max = 3`");
            continue;
        };
        match part.word().as_str() {
            "max" => {
                let value = part.whole(cx).and_then(|(number, span)| match u32::try_from(number) {
                    Ok(number @ 2..=100) => Some(number),
                    _ => {
                        cx.error_at(span, "attempts in all, the first one included: 2 to 100");
                        None
                    }
                });
                max.set(cx, &part.key, value.or(Some(2)));
            }
            "backoff" => backoff.set(cx, &part.key, part.expr(cx).and_then(|value| self::backoff(cx, &value))),
            "jitter" => jitter.set(cx, &part.key, self::jitter(cx, part)),
            _ => part.unknown(cx, "retry", &KEYS),
        }
    }
    let Some(max) = max.take() else {
        cx.error(&entry.key, "`retry` has no `max`: say how many attempts there are in all, as in `max = 3`");
        return None;
    };
    Some(Retry { max, backoff: backoff.take().unwrap_or_default(), jitter: jitter.take().unwrap_or(true) })
}

fn jitter(cx: &Ctxt, part: &Entry) -> Option<bool> {
    match &part.value {
        Value::Flag => Some(true),
        Value::Assign(Expr::Path(path)) if path.path.is_ident("full") => Some(true),
        Value::Assign(Expr::Path(path)) if path.path.is_ident("none") => Some(false),
        Value::Assign(value) => {
            cx.error(value, "`jitter` is `full` or `none`");
            None
        }
        Value::List(_) => {
            cx.error(&part.key, "write `jitter`, `jitter = full` or `jitter = none`");
            None
        }
    }
}

fn backoff(cx: &Ctxt, value: &Expr) -> Option<Backoff> {
    const USAGE: &str = "write `exp(\"200ms\")`, `exp(\"200ms\", max = \"10s\")` or `fixed(\"5s\")`";
    let Expr::Call(call) = value else {
        cx.error(value, USAGE);
        return None;
    };
    let Expr::Path(function) = &*call.func else {
        cx.error(&call.func, USAGE);
        return None;
    };
    let mut args = call.args.iter();
    let Some(first) = args.next().and_then(text_of) else {
        cx.error(value, USAGE);
        return None;
    };
    let first = duration::read(cx, &first);
    if function.path.is_ident("fixed") {
        for extra in args {
            cx.error(extra, "a fixed wait has no further settings");
        }
        return Some(Backoff::Fixed(first?));
    }
    if !function.path.is_ident("exp") {
        cx.error(function, format!("there is no such backoff: {USAGE}"));
        return None;
    }
    let mut max = None;
    for arg in args {
        match arg {
            Expr::Assign(pair) if matches!(&*pair.left, Expr::Path(left) if left.path.is_ident("max")) => {
                match text_of(&pair.right) {
                    Some(text) => max = duration::read(cx, &text),
                    None => cx.error(&pair.right, "`max` is a text: write `max = \"10s\"`"),
                }
            }
            other => cx.error(other, "only `max = \"..\"` may follow"),
        }
    }
    Some(Backoff::Exponential(first?, max))
}

fn ports(cx: &Ctxt, entry: &Entry) -> Option<Vec<LitStr>> {
    const USAGE: &str = "name the ports: write `ports(\"approved\", \"rejected\")`";
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
    let mut found = Vec::new();
    for item in items {
        match item {
            Item::Literal(syn::Lit::Str(text)) => found.push(text.clone()),
            other => cx.error_at(other.span(), "the name of a port is a text, as in \"approved\""),
        }
    }
    Some(found)
}
