//! From tokens to tokens: read, check, expand; with errors, the errors and stand-ins.

pub(crate) mod action;
mod ask;
pub(crate) mod cases;
mod credential;
pub(crate) mod flat;
mod parameters;
pub(crate) mod ports;
mod read;
mod refs;
mod resource;
mod schema;
mod tagged;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Ident, Path};

use crate::{
    attr::{action::ActionAttr, credential::CredentialAttr, param::ContainerParam, resource::ResourceAttr},
    ctxt::Ctxt,
    fallback,
    model::{Field, Shape, VariantBody},
    paths, valid,
};

/// `#[derive(Action)]`
pub(crate) fn action(input: TokenStream) -> TokenStream {
    derive(input, |cx, input| {
        let attr = ActionAttr::read(cx, &input.attrs);
        let sdk = paths::sdk(attr.krate.get().cloned());
        let ports = valid::ports::check(cx, &attr);
        // A trigger has no ports; where it names some, that is told already.
        let of_node = if attr.poll.get().is_some() { &[][..] } else { &ports };
        let stand_in = fallback::action(input, &sdk, of_node);
        let model = valid::action::check(cx, input, attr, ports);
        match model.filter(|_| cx.is_clean()) {
            Some(model) => action::expand(&model),
            None => stand_in,
        }
    })
}

/// `#[derive(Parameters)]`
pub(crate) fn parameters(input: TokenStream) -> TokenStream {
    derive(input, |cx, input| {
        let attr = ContainerParam::read(cx, &input.attrs);
        let sdk = paths::sdk(attr.krate.get().cloned());
        let model = valid::parameters::check(cx, input, attr);
        match model.filter(|_| cx.is_clean()) {
            Some(model) => parameters::expand(&model),
            None => fallback::parameters(input, &sdk),
        }
    })
}

/// `#[derive(Credential)]`
pub(crate) fn credential(input: TokenStream) -> TokenStream {
    derive(input, |cx, input| {
        let attr = CredentialAttr::read(cx, &input.attrs);
        let sdk = paths::sdk(attr.krate.get().cloned());
        let model = valid::credential::check(cx, input, attr);
        match model.filter(|_| cx.is_clean()) {
            Some(model) => credential::expand(&model),
            None => credential::stand_in(input, &sdk),
        }
    })
}

/// `#[derive(Resource)]`
pub(crate) fn resource(input: TokenStream) -> TokenStream {
    derive(input, |cx, input| {
        let attr = ResourceAttr::read(cx, &input.attrs);
        let sdk = paths::sdk(attr.krate.get().cloned());
        let model = valid::resource::check(cx, input, attr);
        match model.filter(|_| cx.is_clean()) {
            Some(model) => resource::expand(&model),
            None => resource::stand_in(input, &sdk),
        }
    })
}

fn derive(input: TokenStream, expand: impl FnOnce(&Ctxt, &DeriveInput) -> TokenStream) -> TokenStream {
    let input = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let cx = Ctxt::default();
    let body = expand(&cx, &input);
    let errors = cx.into_tokens();
    quote! { #errors #body }
}

/// Every field with attributes, and the variant that it is in.
fn every_field(shape: &Shape) -> Vec<(Option<&Ident>, &Field)> {
    match shape {
        Shape::Object(fields) => fields.iter().map(|field| (None, field)).collect(),
        Shape::Newtype(field) => vec![(None, field)],
        Shape::Choice(_) => Vec::new(),
        Shape::Union(_, variants) => variants
            .iter()
            .flat_map(|variant| match &variant.body {
                VariantBody::Object(fields) => {
                    fields.iter().map(|field| (Some(&variant.ident), field)).collect::<Vec<_>>()
                }
                VariantBody::Unit | VariantBody::Newtype(_) => Vec::new(),
            })
            .collect(),
    }
}

/// Where generated code finds what it may call.
fn private(sdk: &Path) -> TokenStream {
    quote!(#sdk::__private)
}

#[cfg(test)]
mod tests;
