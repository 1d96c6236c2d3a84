//! The rules of `ports(..)`.

use proc_macro2::Ident;
use syn::LitStr;

use crate::{attr::action::ActionAttr, case::Case, ctxt::Ctxt, model::Port};

/// Longest name, in bytes.
const LONGEST: usize = 128;

/// The ports whose names are good; what is wrong with the others is noted.
pub(crate) fn check(cx: &Ctxt, attr: &ActionAttr) -> Vec<Port> {
    let mut ports: Vec<Port> = Vec::new();
    for name in attr.ports.get().into_iter().flatten() {
        let text = name.value();
        if text == "error" {
            cx.error(
                name,
                "every node has the port `error`: a failure leaves by it, where the node says `on_error: route`",
            );
            continue;
        }
        let Some(variant) = variant(name) else {
            cx.error(
                name,
                "the name of a port is a word of small letters, digits, `_` and `-` that begins with a letter, as in \"on_hold\"",
            );
            continue;
        };
        if ports.iter().any(|port| port.name.value() == text) {
            cx.error(name, format!("there are two ports `{text}`"));
        } else if let Some(other) = ports.iter().find(|port| port.variant == variant) {
            cx.error(name, format!("`{}` and `{text}` would both be the variant `{variant}`", other.name.value()));
        } else {
            ports.push(Port { name: name.clone(), variant });
        }
    }
    ports
}

/// The variant of the enum, when the name is a good one.
fn variant(name: &LitStr) -> Option<Ident> {
    let text = name.value();
    let is_word = text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.len() <= LONGEST
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-');
    if !is_word {
        return None;
    }
    let mut variant: Ident = syn::parse_str(&Case::Pascal.field(&text.replace('-', "_"))).ok()?;
    variant.set_span(name.span());
    Some(variant)
}
