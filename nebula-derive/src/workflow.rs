//! `workflow!`, `#[derive(Workflow)]` and `text!`: the calls of the typed builder that one would write by hand.
//!
//! The macro's own grammar (`parse`) and the attributes of the derive (`fields`) become one tree (`ast`), which is
//! expanded. The user's tokens stay what and where they are, so that an editor knows them: a member that is not written
//! yet is filled in (`dots`), and errors stand behind everything else, so that nothing moves when a mistake is made.

mod ast;
mod dots;
mod expand;
mod fields;
mod names;
mod parse;
mod text;
mod value;

use proc_macro2::{Span, TokenStream};
use quote::quote;

use crate::{ctxt::Ctxt, paths};

/// `workflow! { .. }`
pub(crate) fn workflow(input: TokenStream) -> TokenStream {
    let cx = Ctxt::default();
    let input = dots::fill(&cx, input);
    let workflow = parse::workflow(&cx, input);
    let sdk = paths::sdk(workflow.settings.krate.get().cloned());
    let built = expand::expand(&cx, &quote!(#sdk::__private), &workflow);
    let errors = (!cx.is_clean()).then(|| {
        let errors = cx.into_tokens();
        quote!(.__refused({ #errors }))
    });
    quote!(#built #errors)
}

/// `#[derive(Workflow)]`
pub(crate) fn derive(input: TokenStream) -> TokenStream {
    fields::derive(input)
}

/// `text!(..)`, outside of a workflow.
pub(crate) fn text(input: TokenStream) -> TokenStream {
    let cx = Ctxt::default();
    let input = dots::fill(&cx, input);
    let sdk = paths::sdk(None);
    let text = text::read(&cx, Span::call_site(), input);
    let built = text.expand(&quote!(#sdk::__private), text::by_reference);
    if cx.is_clean() {
        return built;
    }
    let errors = cx.into_tokens();
    quote!(#built.text({ #errors "" }))
}

#[cfg(test)]
mod tests;
