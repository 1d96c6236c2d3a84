//! `trigger lines = NewLines { path: "app.log" } with (every = "10s") => |fired| Words { text: fired.event.text };`

use proc_macro2::Delimiter;
use quote::ToTokens;
use syn::{
    Expr, ExprPath, Ident, Pat, Token,
    ext::IdentExt,
    parse::{Parse, ParseStream, Parser},
};

use super::{group, statement, step, wanted, with};
use crate::{
    attr::trigger::TriggerAttr,
    ctxt::Ctxt,
    workflow::ast::{self, Fired, Trigger},
};

const USAGE: &str = "a trigger has a name and an action: write `trigger lines = NewLines { path: \"app.log\" };`";
const INPUT: &str =
    "what goes into the workflow is made of the event: write `=> |fired| Words { text: fired.event.text }`";

/// Whether a trigger stands here, and no step of this name.
pub(super) fn stands(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    ahead.parse::<Ident>().is_ok_and(|word| word == "trigger") && ahead.peek(Ident::peek_any)
}

pub(super) fn trigger(cx: &Ctxt, input: ParseStream<'_>) -> syn::Result<Trigger> {
    input.parse::<Ident>()?;
    let name = input.call(Ident::parse_any)?;
    if !input.peek(Token![=]) || input.peek(Token![=>]) {
        return Err(wanted(input, USAGE));
    }
    input.parse::<Token![=]>()?;
    let Ok(path) = input.fork().parse::<ExprPath>() else { return Err(wanted(input, USAGE)) };
    input.parse::<ExprPath>()?;
    let action = ast::as_type(path.to_token_stream())?;
    let (parameters, is_broken) = match group(input, Delimiter::Brace) {
        Some((inside, _)) => {
            let read = |input: ParseStream<'_>| Ok(step::parameters(cx, input));
            let (parameters, all_read) = read.parse2(inside).unwrap_or_default();
            (parameters, !all_read)
        }
        None => {
            let word = path.path.segments.last().map_or_else(String::new, |last| last.ident.to_string());
            cx.error(
                &path,
                format!("a trigger has its configuration in braces: write `trigger {name} = {word} {{ .. }};`"),
            );
            (Vec::new(), true)
        }
    };
    let options = match with(cx, input) {
        Some(entries) => TriggerAttr::of_macro(cx, &entries),
        None => TriggerAttr::default(),
    };
    let fired = if input.peek(Token![=>]) {
        input.parse::<Token![=>]>()?;
        Some(fired(cx, input))
    } else {
        None
    };
    statement::end(cx, input, name.span());
    Ok(Trigger { name, action, parameters, is_broken, options, input: fired })
}

fn fired(cx: &Ctxt, input: ParseStream<'_>) -> Fired {
    let broken = Fired { name: None, value: None };
    let start = super::here(input);
    let closure = match statement::expression(input, Expr::parse) {
        Ok(Expr::Closure(closure)) if closure.inputs.len() == 1 => closure,
        Ok(other) => {
            cx.error(other, INPUT);
            return broken;
        }
        Err(error) => {
            cx.push(if input.is_empty() || input.peek(Token![;]) { syn::Error::new(start, INPUT) } else { error });
            statement::skip_to_end(input);
            return broken;
        }
    };
    let value = Some(*closure.body);
    match &closure.inputs[0] {
        Pat::Ident(name) if name.by_ref.is_none() && name.mutability.is_none() && name.subpat.is_none() => {
            Fired { name: Some(name.ident.clone()), value }
        }
        Pat::Wild(_) => Fired { name: None, value },
        other => {
            cx.error(other, "the event has one name, and its members are read of it: `|fired| fired.event`");
            broken
        }
    }
}
