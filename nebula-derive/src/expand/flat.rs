//! Structs inside of structs without a name between them: `#[serde(flatten)]`.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::{parameters::Names, schema};
use crate::model::{Field, Parameters, Presence, Shape};

/// Whether fields of others stand among these.
pub(super) fn has_flattened(fields: &[Field]) -> bool {
    fields.iter().any(is_flattened)
}

fn is_flattened(field: &Field) -> bool {
    field.presence.is_flattened()
}

/// That the struct can be flattened, or that what it flattens fits.
pub(super) fn expand(parameters: &Parameters, p: &TokenStream, defaults: &Names) -> TokenStream {
    let Shape::Object(list) = &parameters.shape else { return TokenStream::new() };
    let names: Vec<_> = list
        .iter()
        .filter(|field| !matches!(field.presence, Presence::Skipped | Presence::Flattened))
        .map(|field| &field.name)
        .collect();
    if !has_flattened(list) {
        let ident = &parameters.ident;
        let fields = schema::fields(p, list, &defaults[0]);
        let generator = if fields.is_empty() { quote!(_) } else { quote!(generator) };
        return quote! {
            #[automatically_derived]
            impl #p::Flat for #ident {
                const NAMES: &'static [&'static str] = &[#(#names),*];

                fn fields(#generator: &mut #p::SchemaGenerator) -> #p::Vec<#p::schema::Field> {
                    #p::list([#(#fields),*])
                }
            }
        };
    }
    let mut before = vec![quote!(&[#(#names),*])];
    let mut checks = TokenStream::new();
    for field in list.iter().filter(|field| is_flattened(field)) {
        let ty = &field.ty;
        let own = quote_spanned!(ty.span()=> <#ty as #p::Flat>::NAMES);
        checks.extend(quote_spanned!(ty.span()=> const _: () = #p::no_name_twice(&[#(#before),*], #own);));
        before.push(own);
    }
    checks
}

/// All fields in their order.
pub(super) fn joined(p: &TokenStream, list: &[Field], defaults: &[Option<Ident>]) -> TokenStream {
    let parts = list.iter().zip(defaults).map(|(field, default)| {
        if is_flattened(field) {
            let ty = &field.ty;
            return quote_spanned!(ty.span()=> <#ty as #p::Flat>::fields(generator));
        }
        let one = schema::fields(p, std::slice::from_ref(field), std::slice::from_ref(default));
        quote!(#p::list([#(#one),*]))
    });
    quote!(#p::schema::joined([#(#parts),*]))
}
