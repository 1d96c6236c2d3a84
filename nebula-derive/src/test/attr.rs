//! `#[test(..)]` as written: `seed = 7`, `seeds = 0..20`, `crate = "path"`.

use proc_macro2::TokenStream;
use syn::{Expr, ExprLit, ExprRange, Lit, Path, RangeLimits, Token, parse::Parser, punctuated::Punctuated};

use crate::{
    attr::{Entry, Slot},
    ctxt::Ctxt,
};

/// What the attribute says.
pub(super) struct TestAttr {
    pub(super) seeds: Seeds,
    pub(super) krate: Slot<Path>,
}

/// The seeds, first and last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seeds {
    pub(super) first: u64,
    pub(super) last: u64,
}

const KEYS: [&str; 3] = ["seed", "seeds", "crate"];

// === impl TestAttr ===

impl TestAttr {
    pub(super) fn read(cx: &Ctxt, attr: TokenStream) -> Self {
        let (mut seed, mut seeds, mut krate) = (Slot::default(), Slot::default(), Slot::default());
        let entries = match Punctuated::<Entry, Token![,]>::parse_terminated.parse2(attr) {
            Ok(entries) => entries,
            Err(error) => {
                cx.push(error);
                Punctuated::new()
            }
        };
        for entry in &entries {
            match entry.word().as_str() {
                "seed" => seed.set(cx, &entry.key, entry.expr(cx).map(|value| one(cx, &value))),
                "seeds" => seeds.set(cx, &entry.key, entry.expr(cx).map(|value| many(cx, &value))),
                "crate" => krate.set(cx, &entry.key, entry.krate(cx)),
                _ => entry.unknown(cx, "test", &KEYS),
            }
        }
        if let (Some(_), Some(key)) = (seed.key(), seeds.key()) {
            cx.error(key, "there is a `seed` already: a test has one seed or several");
        }
        let seeds = seed.take().or_else(|| seeds.take()).flatten();
        Self { seeds: seeds.unwrap_or(Seeds { first: 0, last: 0 }), krate }
    }
}

/// `seed = 7`
fn one(cx: &Ctxt, value: &Expr) -> Option<Seeds> {
    if matches!(value, Expr::Range(_)) {
        cx.error(value, "`seed` is one number; write `seeds = ..` for several");
        return None;
    }
    whole(cx, value, "`seed` is a whole number, as in `seed = 7`").map(|seed| Seeds { first: seed, last: seed })
}

/// `seeds = 0..20`
fn many(cx: &Ctxt, value: &Expr) -> Option<Seeds> {
    const FORM: &str = "`seeds` is a range of whole numbers, as in `seeds = 0..20`";
    let Expr::Range(ExprRange { start: Some(start), end: Some(end), limits, .. }) = value else {
        cx.error(value, FORM);
        return None;
    };
    let (first, end) = (whole(cx, start, FORM), whole(cx, end, FORM));
    let (first, end) = (first?, end?);
    let last = match limits {
        RangeLimits::Closed(_) => Some(end),
        RangeLimits::HalfOpen(_) => end.checked_sub(1),
    };
    let seeds = last.filter(|last| first <= *last).map(|last| Seeds { first, last });
    if seeds.is_none() {
        cx.error(value, "there is no seed in this range: the test would never run");
    }
    seeds
}

fn whole(cx: &Ctxt, value: &Expr, form: &str) -> Option<u64> {
    if let Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) = value
        && let Ok(number) = number.base10_parse()
    {
        return Some(number);
    }
    cx.error(value, form);
    None
}
