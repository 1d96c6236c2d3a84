//! `#[workflow(..)]`, and `with (..)` in the first line of `workflow!`, as written.

use std::time::Duration;

use quote::ToTokens;
use syn::{Expr, Ident, LitStr, Path, Type};

use super::{Entry, Item, Slot, Value, node::limit, trigger::NamedTrigger};
use crate::ctxt::Ctxt;

/// What is said of a workflow beside its steps.
#[derive(Default)]
pub(crate) struct WorkflowAttr {
    pub(crate) name: Slot<LitStr>,
    pub(crate) timeout: Slot<Duration>,
    pub(crate) max_parallel: Slot<u32>,
    pub(crate) krate: Slot<Path>,
    /// Only of structs.
    pub(crate) id: Slot<LitStr>,
    /// Only of structs.
    pub(crate) input: Slot<Type>,
    /// Only of structs.
    pub(crate) output: Slot<Expr>,
    /// Only of structs.
    pub(crate) triggers: Vec<NamedTrigger>,
    /// Only of structs: constants, each with its type if it is said.
    pub(crate) vars: Slot<Vec<(Ident, Expr, Option<Type>)>>,
    /// The key was there, and its value was wrong.
    pub(crate) broken: Vec<&'static str>,
}

const KEYS: [&str; 9] = ["id", "input", "output", "trigger", "vars", "name", "timeout", "max_parallel", "crate"];
/// The others have a place of their own in `workflow!`.
const OF_STRUCTS: usize = 5;

// === impl WorkflowAttr ===

impl WorkflowAttr {
    /// What stands above a struct.
    pub(crate) fn of_struct(cx: &Ctxt, entries: &[Entry]) -> Self {
        Self::read(cx, entries, &KEYS)
    }

    /// What stands in the first line of the macro.
    pub(crate) fn of_macro(cx: &Ctxt, entries: &[Entry]) -> Self {
        Self::read(cx, entries, &KEYS[OF_STRUCTS..])
    }

    fn read(cx: &Ctxt, entries: &[Entry], keys: &[&str]) -> Self {
        let mut found = Self::default();
        for entry in entries {
            let key = &entry.key;
            match entry.word().as_str() {
                "id" if keys.contains(&"id") => {
                    let id = entry.text(cx).filter(|id| is_id(cx, id));
                    found.broken.extend(id.is_none().then_some("id"));
                    found.id.set(cx, key, id);
                }
                "input" if keys.contains(&"input") => {
                    let input = entry.expr(cx).and_then(|value| ty(cx, &value));
                    found.broken.extend(input.is_none().then_some("input"));
                    found.input.set(cx, key, input);
                }
                "output" if keys.contains(&"output") => {
                    let output = entry.expr(cx);
                    found.broken.extend(output.is_none().then_some("output"));
                    found.output.set(cx, key, output);
                }
                "trigger" if keys.contains(&"trigger") => found.triggers.extend(NamedTrigger::of_struct(cx, entry)),
                "vars" if keys.contains(&"vars") => found.vars.set(cx, key, vars(cx, entry)),
                "name" => found.name.set(cx, key, entry.text(cx)),
                "timeout" => found.timeout.set(cx, key, limit(cx, entry)),
                "max_parallel" => found.max_parallel.set(cx, key, most(cx, entry)),
                "crate" => found.krate.set(cx, key, entry.krate(cx)),
                _ => entry.unknown(cx, "workflow", keys),
            }
        }
        found
    }
}

/// What a definition takes as the id of a workflow.
pub(crate) fn is_id(cx: &Ctxt, id: &LitStr) -> bool {
    let text = id.value();
    let is_id = text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        && text.len() <= 128;
    if !is_id {
        cx.error(id, "no id of a workflow: letters, digits, `-`, `_` and `.`, a letter or digit first, at most 128");
    }
    is_id
}

/// `vars(room = "#ops", most = 3 as u8)`
fn vars(cx: &Ctxt, entry: &Entry) -> Option<Vec<(Ident, Expr, Option<Type>)>> {
    const USAGE: &str = "write `vars(room = \"#ops\")`: names of constants, each with its value";
    let Value::List(items) = &entry.value else {
        cx.error(&entry.key, USAGE);
        return None;
    };
    let mut found: Vec<(Ident, Expr, Option<Type>)> = Vec::new();
    for item in items {
        let Item::Entry(Entry { key, value: Value::Assign(value) }) = item else {
            cx.error_at(item.span(), USAGE);
            continue;
        };
        if found.iter().any(|(other, ..)| other == key) {
            cx.error(key, format!("there is a constant `{key}` already: each has its own name"));
            continue;
        }
        found.push(match value {
            Expr::Cast(cast) => (key.clone(), (*cast.expr).clone(), Some((*cast.ty).clone())),
            value => (key.clone(), value.clone(), None),
        });
    }
    Some(found)
}

fn most(cx: &Ctxt, entry: &Entry) -> Option<u32> {
    let (number, span) = entry.whole(cx)?;
    let most = u32::try_from(number).ok().filter(|most| *most > 0);
    if most.is_none() {
        cx.error_at(span, "attempts at one time: at least 1");
    }
    most
}

fn ty(cx: &Ctxt, value: &Expr) -> Option<Type> {
    let ty = syn::parse2(value.to_token_stream());
    ty.map_err(|_| cx.error(value, "`input` is a type: write `input = City`")).ok()
}
