//! Loops: `for_each`, as a step.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::{choice::Branch, flow, flow_at, options};
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
    let Loop { name, keyword, item, index, list, body, .. } = one;
    let branch = write.names.inside_of_loop(name, || {
        let bound: Vec<_> = item.iter().chain(index).map(|name| (name.clone(), Kind::Item)).collect();
        Branch::of(write, body, &bound, body.value.is_some())
    });
    // Nothing of an item is known outside, and why is told.
    branch.note(write);
    let f = flow_at(name.span());
    let list = list.as_ref().map_or_else(|| write.broken(), |list| write.given(list));
    let argument = item.as_ref().map_or_else(|| quote!(_), ToTokens::to_token_stream);
    let Branch { f: inner, statements, value, .. } = &branch;
    let place = index.as_ref().map(|index| {
        let f = flow_at(index.span());
        quote! {
            #[allow(unused_variables)]
            let #index = #f.index();
        }
    });
    let inner = if place.is_some() { flow().into_token_stream() } else { inner.clone() };
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
        let #name = #f.#for_each(#id, #list, |#inner, #argument| { #place #statements #value }) #concurrency #failed #options;
    };
    write.names.declare(name, Kind::Step);
    step
}
