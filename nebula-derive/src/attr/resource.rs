//! `#[resource(..)]` as written.

use std::time::Duration;

use syn::{Attribute, Ident, LitStr, Path};

use super::{
    Entry, Item, Slot, Value,
    action::{capability, limits},
    entries,
};
use crate::{
    ctxt::Ctxt,
    model::{Capability, CapabilityKind},
};

/// What the attribute says. Keys that must be there and are not, are `valid`'s matter.
#[derive(Default)]
pub(crate) struct ResourceAttr {
    pub(crate) id: Slot<LitStr>,
    pub(crate) name: Slot<LitStr>,
    pub(crate) description: Slot<LitStr>,
    pub(crate) kind: Slot<Kind>,
    /// Where a second kind was named.
    pub(crate) other_kind: Option<Ident>,
    pub(crate) acquire_timeout: Slot<Duration>,
    pub(crate) health_interval: Slot<Duration>,
    pub(crate) teardown: Slot<Duration>,
    pub(crate) capabilities: Slot<Vec<Capability>>,
    pub(crate) krate: Slot<Path>,
    /// Keys whose value was wrong: they are not missing.
    pub(crate) broken: Vec<&'static str>,
}

/// How many have it at one time.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Shared,
    Exclusive,
    Pool(Pool),
}

/// `pool(..)`
#[derive(Clone, Copy)]
pub(crate) struct Pool {
    pub(crate) min: u32,
    pub(crate) max: u32,
    pub(crate) idle: Option<Duration>,
    pub(crate) max_life: Option<Duration>,
}

const KEYS: [&str; 11] = [
    "id",
    "name",
    "description",
    "shared",
    "exclusive",
    "pool",
    "acquire_timeout",
    "health_interval",
    "teardown",
    "capabilities",
    "crate",
];
const POOL: [&str; 4] = ["min", "max", "idle", "max_life"];
/// Most of a pool.
const MOST: u32 = 10_000;

// === impl ResourceAttr ===

impl ResourceAttr {
    pub(crate) fn read(cx: &Ctxt, attrs: &[Attribute]) -> Self {
        let mut found = Self::default();
        for entry in entries(cx, attrs, "resource") {
            found.entry(cx, &entry);
        }
        found
    }

    fn entry(&mut self, cx: &Ctxt, entry: &Entry) {
        let key = &entry.key;
        match entry.word().as_str() {
            "id" => {
                let id = entry.text(cx);
                self.broken.extend(id.is_none().then_some("id"));
                self.id.set(cx, key, id);
            }
            "name" => self.name.set(cx, key, entry.text(cx)),
            "description" => {
                let text = entry.text(cx);
                self.broken.extend(text.is_none().then_some("description"));
                self.description.set(cx, key, text);
            }
            "shared" => self.kind(cx, key, entry.flag(cx).map(|()| Kind::Shared)),
            "exclusive" => self.kind(cx, key, entry.flag(cx).map(|()| Kind::Exclusive)),
            "pool" => self.kind(cx, key, pool(cx, entry).map(Kind::Pool)),
            "acquire_timeout" => {
                let time = limits::time(cx, entry, "nobody gets one in no time: give it some");
                self.acquire_timeout.set(cx, key, time);
            }
            "health_interval" => {
                let time = limits::time(cx, entry, "it would be checked before every use: give it some time");
                self.health_interval.set(cx, key, time);
            }
            "teardown" => {
                let time = limits::time(cx, entry, "nothing closes in no time: give it some");
                self.teardown.set(cx, key, time);
            }
            "capabilities" => {
                let all = capability::read(cx, entry);
                for one in all.iter().flatten().filter(|one| one.kind == CapabilityKind::Blob) {
                    cx.error(&one.word, "a resource has no blobs: they belong to the attempts that are given them");
                }
                self.capabilities.set(cx, key, all);
            }
            "crate" => self.krate.set(cx, key, entry.krate(cx)),
            _ => entry.unknown(cx, "resource", &KEYS),
        }
    }

    fn kind(&mut self, cx: &Ctxt, key: &Ident, kind: Option<Kind>) {
        match self.kind.key() {
            Some(first) if first != key => self.other_kind = Some(key.clone()),
            _ => {
                self.broken.extend(kind.is_none().then_some("kind"));
                self.kind.set(cx, key, kind);
            }
        }
    }
}

/// `pool(min = 1, max = 8, idle = "5m", max_life = "30m")`
fn pool(cx: &Ctxt, entry: &Entry) -> Option<Pool> {
    const USAGE: &str = "say how many there are at most: write `pool(max = 8)`";
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
    let (mut min, mut max, mut idle, mut max_life) =
        (Slot::default(), Slot::default(), Slot::default(), Slot::default());
    let mut is_broken = false;
    for item in items {
        let Item::Entry(part) = item else {
            cx.error_at(item.span(), "a key is wanted here, as in `max = 8`");
            is_broken = true;
            continue;
        };
        match part.word().as_str() {
            "min" => min.set(cx, &part.key, number(cx, part, 0)),
            "max" => {
                let most = number(cx, part, 1);
                is_broken |= most.is_none();
                max.set(cx, &part.key, most);
            }
            "idle" => {
                let time = limits::time(cx, part, "none would be kept for the next: give it some time");
                idle.set(cx, &part.key, time);
            }
            "max_life" => {
                let time = limits::time(cx, part, "none would live: give it some time");
                max_life.set(cx, &part.key, time);
            }
            word => {
                // `max` misspelt is told once.
                is_broken |= crate::nearest::nearest(word, &POOL) == Some("max");
                part.unknown(cx, "pool", &POOL);
            }
        }
    }
    let Some(most) = max.get().copied() else {
        if !is_broken {
            cx.error(&entry.key, format!("`pool` has no `max`: {USAGE}"));
        }
        return None;
    };
    if let Some((key, min)) = min.pair()
        && *min > most
    {
        cx.error(key, format!("there are {most} at most, so `min` is not more"));
    }
    Some(Pool { min: min.take().unwrap_or(0), max: most, idle: idle.take(), max_life: max_life.take() })
}

fn number(cx: &Ctxt, part: &Entry, least: u32) -> Option<u32> {
    let (number, span) = part.whole(cx)?;
    let number = u32::try_from(number).ok().filter(|number| (least..=MOST).contains(number));
    if number.is_none() {
        cx.error_at(span, format!("how many of them: {least} to {MOST}"));
    }
    number
}
