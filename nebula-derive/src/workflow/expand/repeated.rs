//! Loops: `for_each`, as a step.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Type;

use super::{choice::Branch, flow, flow_at, options};
use crate::{
    attr::node::OnItemError,
    workflow::{
        ast::{Loop, Named},
        names::Kind,
        value::{self, Writer},
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
    if one.is_broken {
        write.names.declare(name, Kind::Broken);
        return TokenStream::new();
    }
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
    let check = one.field.as_ref().map(|ty| is_of_field(write, one, ty));
    quote!(#step #check)
}

/// Asks at the type of the field whether it is that of the list.
fn is_of_field(write: &Writer<'_>, one: &Loop, ty: &Type) -> TokenStream {
    let p = write.p;
    let at = value::start(&ty.to_token_stream());
    let mut name = one.name.clone();
    name.set_span(name.span().located_at(at));
    let ty = match one.options.on_error.get() {
        Some(()) => quote!(#p::Option<#ty>),
        None => ty.to_token_stream(),
    };
    quote_spanned!(at=> #p::flow::list_as_field::<#ty, _, _>(&#name);)
}
