//! `#[nebula_sdk::test(..)]` on an `async fn`: a test of libtest around it, which makes the harness, and drives the body
//! on the harness's own executor, once for each seed.

mod attr;
mod expand;
mod signature;

use proc_macro2::{Group, TokenStream};
use quote::{ToTokens, quote};
use syn::{
    Attribute, Path, Signature, Type, Visibility,
    parse::{Parse, ParseStream},
};

use self::attr::{Seeds, TestAttr};
use crate::{ctxt::Ctxt, paths};

/// The item as written; its body is not looked into.
struct Written {
    attrs: Vec<Attribute>,
    vis: Visibility,
    sig: Signature,
    body: Group,
}

/// A test without a mistake.
struct Test {
    sdk: Path,
    seeds: Seeds,
    /// The type of its argument.
    harness: Type,
    written: Written,
}

/// `#[nebula_sdk::test(..)]`
pub(crate) fn test(attr: TokenStream, item: &TokenStream) -> TokenStream {
    let written = match syn::parse2::<Written>(item.clone()) {
        Ok(written) => written,
        Err(error) => {
            let error = syn::Error::new(error.span(), "a test is an `async fn` with one argument, its harness");
            let error = error.to_compile_error();
            return quote! { #error #item };
        }
    };
    let (shape, cx) = (Ctxt::default(), Ctxt::default());
    let found = TestAttr::read(&cx, attr);
    let harness = signature::check(&shape, &cx, &written);
    let sound = shape.is_clean() && cx.is_clean();
    let usage = (!shape.is_clean()).then(|| signature::usage(&written.sig.ident).to_compile_error());
    let (shape, errors) = (shape.into_tokens(), cx.into_tokens());
    let body = match (harness, sound) {
        (Some(harness), true) => {
            expand::whole(&Test { sdk: paths::sdk(found.krate.take()), seeds: found.seeds, harness, written })
        }
        _ => expand::stand_in(&written),
    };
    quote! { #usage #shape #errors #body }
}

// === impl Written ===

impl Parse for Written {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        let sig = input.parse()?;
        let body = input.parse()?;
        Ok(Self { attrs, vis, sig, body })
    }
}

impl ToTokens for Written {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { attrs, vis, sig, body } = self;
        tokens.extend(quote! { #(#attrs)* #vis #sig #body });
    }
}

#[cfg(test)]
mod tests;
