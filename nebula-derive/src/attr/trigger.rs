//! `with (..)` behind a trigger, and `trigger(..)` above a struct, as written.

use std::time::Duration;

use syn::{Expr, Ident, LitStr, Type};

use super::{
    Entry, Item, Slot, Value,
    node::{is_id, limit, parameters, slots},
};
use crate::ctxt::Ctxt;

/// What is said of a trigger beside its configuration.
#[derive(Default)]
pub(crate) struct TriggerAttr {
    pub(crate) id: Slot<LitStr>,
    pub(crate) name: Slot<LitStr>,
    pub(crate) every: Slot<Duration>,
    pub(crate) timeout: Slot<Duration>,
    /// Slots of the action, and the credentials that go into them.
    pub(crate) credentials: Slot<Vec<(Ident, LitStr)>>,
    /// Only above structs: the configuration.
    pub(crate) with: Slot<Vec<(Ident, Option<Expr>)>>,
    /// Only above structs: what goes into the workflow.
    pub(crate) input: Slot<Expr>,
}

/// `trigger(lines = NewLines, with(path = "app.log"))`
pub(crate) struct NamedTrigger {
    pub(crate) name: Ident,
    pub(crate) action: Type,
    pub(crate) attr: TriggerAttr,
    /// Something of it is wrong, which is told.
    pub(crate) is_broken: bool,
}

const KEYS: [&str; 7] = ["with", "input", "every", "timeout", "credentials", "name", "id"];
/// Configuration and input have a place of their own in `workflow!`.
const OF_STRUCTS: usize = 2;

/// The shortest wait between two polls.
const SHORTEST: Duration = Duration::from_secs(1);
/// The longest one: 366 days.
const LONGEST: Duration = Duration::from_secs(366 * 24 * 3_600);

// === impl TriggerAttr ===

impl TriggerAttr {
    /// What stands behind a trigger of the macro.
    pub(crate) fn of_macro(cx: &Ctxt, entries: &[Entry]) -> Self {
        let mut found = Self::default();
        for entry in entries {
            found.read(cx, entry, &KEYS[OF_STRUCTS..]);
        }
        found
    }

    fn read(&mut self, cx: &Ctxt, entry: &Entry, keys: &[&str]) {
        let key = &entry.key;
        let word = entry.word();
        match word.as_str() {
            known if !keys.contains(&known) => entry.unknown(cx, "trigger", keys),
            "id" => self.id.set(cx, key, entry.text(cx).filter(|id| is_id(cx, id))),
            "name" => self.name.set(cx, key, entry.text(cx)),
            "every" => self.every.set(cx, key, limit(cx, entry).filter(|wait| is_wait(cx, key, *wait))),
            "timeout" => self.timeout.set(cx, key, limit(cx, entry)),
            "credentials" => {
                self.credentials.set(cx, key, slots(cx, entry, "key = \"weather_api\"", "credential"));
            }
            "with" => self.with.set(cx, key, parameters(cx, entry)),
            "input" => self.input.set(cx, key, entry.expr(cx)),
            _ => entry.unknown(cx, "trigger", keys),
        }
    }
}

// === impl NamedTrigger ===

impl NamedTrigger {
    /// What stands in the parentheses.
    pub(crate) fn of_struct(cx: &Ctxt, entry: &Entry) -> Option<Self> {
        const USAGE: &str =
            "write `trigger(lines = NewLines, with(path = \"app.log\"))`: its name and its action come first";
        let told = cx.count();
        let Value::List(items) = &entry.value else {
            cx.error(&entry.key, USAGE);
            return None;
        };
        let (first, rest) = items.split_first().map_or((None, [].as_slice()), |(first, rest)| (Some(first), rest));
        let named = match first {
            Some(Item::Entry(Entry { key, value: Value::Assign(Expr::Path(action)) })) => {
                syn::parse2(quote::ToTokens::to_token_stream(action)).ok().map(|action: Type| (key.clone(), action))
            }
            _ => None,
        };
        let mut attr = TriggerAttr::default();
        for item in rest {
            match item {
                Item::Entry(entry) => attr.read(cx, entry, &KEYS),
                Item::Literal(_) | Item::Pair(..) => cx.error_at(item.span(), USAGE),
            }
        }
        let Some((name, action)) = named else {
            cx.error_at(first.map_or(entry.key.span(), Item::span), USAGE);
            return None;
        };
        Some(Self { name, action, attr, is_broken: cx.count() > told })
    }
}

fn is_wait(cx: &Ctxt, key: &Ident, wait: Duration) -> bool {
    let message = if wait < SHORTEST {
        "a trigger is polled once in a second at most: make `every` longer"
    } else if wait > LONGEST {
        "a trigger is polled once in 366 days at least: make `every` shorter"
    } else {
        return true;
    };
    cx.error(key, message);
    false
}
