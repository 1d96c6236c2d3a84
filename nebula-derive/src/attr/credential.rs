//! `#[credential(..)]` as written.

use syn::{Attribute, Expr, LitStr, Path};

use super::{Entry, Slot, entries, text_of};
use crate::{ctxt::Ctxt, nearest};

/// What the attribute says. Keys that must be there and are not, are `valid`'s matter.
#[derive(Default)]
pub(crate) struct CredentialAttr {
    pub(crate) id: Slot<LitStr>,
    pub(crate) scheme: Slot<Scheme>,
    pub(crate) krate: Slot<Path>,
    /// Keys whose value was wrong: they are not missing.
    pub(crate) broken: Vec<&'static str>,
}

/// How a request carries the credential.
pub(crate) enum Scheme {
    Bearer,
    Basic,
    Header(LitStr),
    Query(LitStr),
    Custom,
}

const KEYS: [&str; 3] = ["id", "scheme", "crate"];
const SCHEMES: [&str; 5] = ["bearer", "basic", "header", "query", "custom"];

// === impl CredentialAttr ===

impl CredentialAttr {
    pub(crate) fn read(cx: &Ctxt, attrs: &[Attribute]) -> Self {
        let mut found = Self::default();
        for entry in entries(cx, attrs, "credential") {
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
            "scheme" => {
                let scheme = entry.expr(cx).and_then(|value| scheme(cx, &value));
                self.broken.extend(scheme.is_none().then_some("scheme"));
                self.scheme.set(cx, key, scheme);
            }
            "crate" => self.krate.set(cx, key, entry.krate(cx)),
            _ => entry.unknown(cx, "credential", &KEYS),
        }
    }
}

fn scheme(cx: &Ctxt, value: &Expr) -> Option<Scheme> {
    let (path, name) = match value {
        Expr::Path(path) => (path, None),
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => (path, Some(&call.args)),
            _ => {
                cx.error(value, "a scheme is wanted: write `scheme = bearer` or `scheme = header(\"X-Api-Key\")`");
                return None;
            }
        },
        _ => {
            cx.error(value, "a scheme is wanted: write `scheme = bearer` or `scheme = header(\"X-Api-Key\")`");
            return None;
        }
    };
    let word = path.path.get_ident().map(ToString::to_string).unwrap_or_default();
    let plain = match word.as_str() {
        "bearer" => Scheme::Bearer,
        "basic" => Scheme::Basic,
        "custom" => Scheme::Custom,
        "header" | "query" => {
            let example = if word == "header" { "X-Api-Key" } else { "key" };
            let text = name.filter(|name| name.len() == 1).and_then(|name| text_of(&name[0]));
            let Some(text) = text else {
                cx.error(value, format!("say which one: write `{word}(\"{example}\")`"));
                return None;
            };
            return Some(if word == "header" { Scheme::Header(text) } else { Scheme::Query(text) });
        }
        _ => {
            cx.error(path, format!("unknown scheme `{word}`{}", nearest::hint(&word, &SCHEMES)));
            return None;
        }
    };
    if name.is_some() {
        cx.error(value, format!("`{word}` takes no value"));
        return None;
    }
    Some(plain)
}
