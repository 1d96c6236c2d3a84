//! `capabilities(..)`: sorts with their bounds, and bare words of sorts that have none.

use syn::{Lit, LitStr};

use super::super::{Entry, Item, Value};
use crate::{
    ctxt::Ctxt,
    grant,
    model::{Bound, Capability, CapabilityKind},
    nearest,
};

pub(crate) fn read(cx: &Ctxt, entry: &Entry) -> Option<Vec<Capability>> {
    let Value::List(items) = &entry.value else {
        cx.error(&entry.key, "write `capabilities(net(\"example.com:443\"))`");
        return None;
    };
    let mut found = Vec::new();
    for item in items {
        match item {
            Item::Entry(part) => capability(cx, part, &mut found),
            Item::Literal(literal) | Item::Pair(literal, _) => {
                cx.error(literal, format!("a capability is wanted here, as in `net({})`", quote::quote!(#literal)));
            }
        }
    }
    Some(found)
}

fn capability(cx: &Ctxt, part: &Entry, found: &mut Vec<Capability>) {
    let word = part.word();
    let Some(kind) = CapabilityKind::of(&word) else {
        let hint = nearest::hint(&word, &CapabilityKind::NAMES);
        cx.error(&part.key, format!("unknown capability `{word}`{hint}"));
        return;
    };
    let one = |bound| Capability { kind, bound, word: part.key.clone() };
    let Some(example) = kind.example() else {
        if let Some(()) = part.flag(cx) {
            if found.iter().any(|before| before.kind == kind) {
                cx.error(&part.key, format!("`{word}` is declared twice"));
            }
            found.push(one(Bound::Declared));
        }
        return;
    };
    let usage = format!("write `{word}(\"{example}\")` or `{word}(param = \"..\")`");
    let Value::List(items) = &part.value else {
        cx.error(&part.key, &usage);
        return;
    };
    if items.is_empty() {
        cx.error(&part.key, &usage);
    }
    for item in items {
        let (text, bound) = match item {
            Item::Literal(Lit::Str(text)) => match kind.check(&text.value()) {
                Ok(()) => (text.clone(), Bound::Exact(text.clone())),
                Err(message) => {
                    cx.error(text, message);
                    continue;
                }
            },
            Item::Entry(inner) if inner.key == "param" => match inner.text(cx) {
                Some(text) if !text.value().is_empty() && !text.value().contains('/') => {
                    (text.clone(), Bound::Parameter(text))
                }
                Some(text) => {
                    cx.error(&text, "the name of a parameter of the input is wanted, as in \"url\"");
                    continue;
                }
                None => continue,
            },
            Item::Entry(inner) => {
                inner.unknown(cx, &word, &["param"]);
                continue;
            }
            Item::Literal(literal) | Item::Pair(literal, _) => {
                cx.error(literal, &usage);
                continue;
            }
        };
        let new = one(bound);
        if found.iter().any(|before| is_same(before, &new)) {
            cx.error(&text, format!("`{word}` of this is declared twice"));
        }
        found.push(new);
    }
}

fn is_same(a: &Capability, b: &Capability) -> bool {
    let text = |bound: &Bound| match bound {
        Bound::Exact(text) => Some((true, LitStr::value(text))),
        Bound::Parameter(text) => Some((false, LitStr::value(text))),
        Bound::Declared => None,
    };
    a.kind == b.kind && text(&a.bound) == text(&b.bound)
}

impl CapabilityKind {
    fn check(self, text: &str) -> Result<(), String> {
        match self {
            Self::Net => grant::net(text),
            Self::FsRead | Self::FsWrite => grant::path(text),
            Self::Env => grant::env(text),
            Self::Exec => grant::program(text),
            Self::Blob | Self::Random | Self::WallClock => Ok(()),
        }
    }
}
