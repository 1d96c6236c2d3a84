//! Keys that bound an action's calls: times, sizes, how many and how often.

use std::time::Duration;

use syn::{Lit, LitStr};

use super::super::{Entry, Item, Slot, Value};
use crate::{ctxt::Ctxt, duration, model::Rate, size};

/// What these keys say, as written.
#[derive(Default)]
pub(crate) struct LimitsAttr {
    pub(crate) deadline: Slot<Duration>,
    pub(crate) max_input: Slot<u64>,
    pub(crate) max_output: Slot<u64>,
    pub(crate) concurrency: Slot<u32>,
    pub(crate) rate: Slot<Rate>,
    pub(crate) cache: Slot<Duration>,
    pub(crate) heartbeat: Slot<Duration>,
}

// === impl LimitsAttr ===

impl LimitsAttr {
    pub(crate) const KEYS: [&str; 7] =
        ["deadline", "max_input", "max_output", "concurrency", "rate_limit", "cache", "heartbeat"];

    /// Whether the entry was one of these.
    pub(crate) fn entry(&mut self, cx: &Ctxt, entry: &Entry) -> bool {
        let key = &entry.key;
        match entry.word().as_str() {
            "deadline" => {
                self.deadline.set(cx, key, time(cx, entry, "the attempts have no time: give them some"));
            }
            "max_input" => self.max_input.set(cx, key, bytes(cx, entry)),
            "max_output" => self.max_output.set(cx, key, bytes(cx, entry)),
            "concurrency" => self.concurrency.set(cx, key, count(cx, entry, 10_000, "attempts at one time")),
            "heartbeat" => {
                self.heartbeat.set(
                    cx,
                    key,
                    time(cx, entry, "nobody gives a sign of life all the time: give it some time"),
                );
            }
            "cache" => self.cache.set(cx, key, time(cx, entry, "nothing is kept for no time: leave `cache` out")),
            "rate_limit" => self.rate.set(cx, key, rate(cx, entry)),
            _ => return false,
        }
        true
    }
}

/// `key = "10s"`; `nothing` is what is wrong with no time at all.
pub(crate) fn time(cx: &Ctxt, entry: &Entry, nothing: &str) -> Option<Duration> {
    let text = entry.text(cx)?;
    let time = duration::read(cx, &text)?;
    if time.is_zero() {
        cx.error(&text, nothing);
        return None;
    }
    Some(time)
}

/// `key = "1MiB"`
fn bytes(cx: &Ctxt, entry: &Entry) -> Option<u64> {
    let text = entry.text(cx)?;
    let bytes = size::read(cx, &text)?;
    if bytes == 0 {
        cx.error(&text, "nothing has no bytes: give it some");
        return None;
    }
    Some(bytes)
}

/// `key = 4`, from 1 to `most`.
fn count(cx: &Ctxt, entry: &Entry, most: u32, what: &str) -> Option<u32> {
    let (number, span) = entry.whole(cx)?;
    let count = u32::try_from(number).ok().filter(|count| (1..=most).contains(count));
    if count.is_none() {
        cx.error_at(span, format!("{what}: 1 to {most}"));
    }
    count
}

/// `rate_limit = "10/s"` or `rate_limit("10/s", burst = 5)`
fn rate(cx: &Ctxt, entry: &Entry) -> Option<Rate> {
    const USAGE: &str = "write `rate_limit = \"10/s\"` or `rate_limit(\"10/s\", burst = 5)`";
    let items = match &entry.value {
        Value::Assign(_) => {
            let (count, per) = pace(cx, &entry.text(cx)?)?;
            return Some(Rate { count, per, burst: 1 });
        }
        Value::List(items) => items,
        Value::Flag => {
            cx.error(&entry.key, USAGE);
            return None;
        }
    };
    let mut items = items.iter();
    let first = items.next();
    let Some(Item::Literal(Lit::Str(text))) = first else {
        cx.error_at(first.map_or(entry.key.span(), Item::span), USAGE);
        return None;
    };
    let found = pace(cx, text);
    let mut burst: Slot<u32> = Slot::default();
    for item in items {
        match item {
            Item::Entry(part) if part.key == "burst" => {
                burst.set(cx, &part.key, count(cx, part, 10_000, "attempts that may begin at once"));
            }
            Item::Entry(part) => part.unknown(cx, "rate_limit", &["burst"]),
            Item::Literal(literal) | Item::Pair(literal, _) => cx.error(literal, USAGE),
        }
    }
    let (count, per) = found?;
    Some(Rate { count, per, burst: burst.take().unwrap_or(1) })
}

/// `10/s`, `100/m`, `5/h`
fn pace(cx: &Ctxt, text: &LitStr) -> Option<(u32, Duration)> {
    let value = text.value();
    let read = value.split_once('/').and_then(|(count, unit)| {
        let count: u32 = count.trim().parse().ok().filter(|count| (1..=1_000_000).contains(count))?;
        let per = match unit.trim() {
            "s" => 1,
            "m" | "min" => 60,
            "h" => 3_600,
            _ => return None,
        };
        Some((count, Duration::from_secs(per)))
    });
    if read.is_none() {
        cx.error(
            text,
            "not a rate: write how many in a second, a minute or an hour, as in \"10/s\", \"100/m\" or \"5/h\"",
        );
    }
    read
}
