//! Loops: `for_each`, as a step.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::{choice::Branch, flow_at, options};
use crate::{
    attr::node::OnItemError,
    workflow::{
        ast::{Loop, Named},
        names::Kind,
        value::Writer,
    },
};

/// `let lines = f.for_each("lines", &input.orders, |f, order| { .. }).concurrency(8).step();`
pub(super) fn statement(write: &Writer<'_>, one: &Loop) -> TokenStream {
    let Loop { name, keyword, item, list, body, .. } = one;
    let inside = || {
        let bound: Vec<_> = item.iter().map(|item| (item.clone(), Kind::Data)).collect();
        Branch::of(write, body, &bound, body.value.is_some())
    };
    let Some(branch) = write.names.inside_of_loop(inside) else {
        write.cx.error_at(
            *keyword,
            "a loop stands in a loop: let the inner one be a workflow of its own, and call it as a step",
        );
        write.names.declare(name, Kind::Broken);
        return TokenStream::new();
    };
    // Nothing of an item is known outside, and why is told.
    branch.note(write);
    let f = flow_at(name.span());
    let list = list.as_ref().map_or_else(|| write.broken(), |list| write.given(list));
    let argument = item.as_ref().map_or_else(|| quote!(_), ToTokens::to_token_stream);
    let Branch { f: inner, statements, value, .. } = &branch;
    let for_each = Ident::new("for_each", *keyword);
    let id = Named::Loop(one).id();
    let concurrency = one.options.concurrency.get().map(|most| quote!(.concurrency(#most)));
    let failed = match one.options.on_item_error.get() {
        None | Some(OnItemError::Fail) => quote!(.step()),
        Some(OnItemError::Skip) => quote!(.skip_failed().step()),
        Some(OnItemError::Collect) => quote!(.collect_failed()),
    };
    let options = options(write, &one.options);
    let step = quote! {
        #[allow(unused_variables)]
        let #name = #f.#for_each(#id, #list, |#inner, #argument| { #statements #value }) #concurrency #failed #options;
    };
    write.names.declare(name, Kind::Step);
    step
}
