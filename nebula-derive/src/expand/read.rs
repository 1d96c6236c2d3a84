//! How fields are read and written, and who looks at what was read.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{LitStr, Type, spanned::Spanned};

use super::every_field;
use crate::model::{Field, Parameters, Presence};

/// serde's attribute of a field: through nebula-sdk's one trait, or through the field's own function.
pub(super) fn through(p: &TokenStream, field: &Field, variant: Option<&Ident>) -> TokenStream {
    let optional = matches!(field.presence, Presence::Optional);
    let ty = if optional { &field.inner } else { &field.ty };
    let traits = if field.schema.is_some() { quote!(#p::OpaqueType) } else { quote!(#p::FieldType) };
    match &field.validate {
        Some(_) => with(&traits, ty, optional, Some(name(field, variant))),
        None => with(&traits, ty, optional, None),
    }
}

/// The same of a value without attributes.
pub(super) fn plain(p: &TokenStream, ty: &Type, optional: bool) -> TokenStream {
    with(&quote!(#p::FieldType), ty, optional, None)
}

/// Reading and writing by one trait: a type that lacks what it needs is one error in our words, at the type, and not
/// five of serde's. The place of a path in a string is the string's place.
fn with(traits: &TokenStream, ty: &Type, optional: bool, own: Option<Ident>) -> TokenStream {
    let (write, read) = if optional { ("write_option", "read_option") } else { ("write", "read") };
    let path = quote!(<#ty as #traits>).to_string();
    let [write, read] = [write, read].map(|function| LitStr::new(&format!("{path}::{function}"), ty.span()));
    match own {
        None => quote!(serialize_with = #write, deserialize_with = #read),
        Some(own) => {
            let own = own.to_string();
            quote!(serialize_with = #write, deserialize_with = #own)
        }
    }
}

/// The functions that read a field and look at what was read.
pub(super) fn functions(parameters: &Parameters, p: &TokenStream) -> TokenStream {
    let mut found = TokenStream::new();
    for (variant, field) in every_field(&parameters.shape) {
        let Some(validate) = &field.validate else { continue };
        let (name, inner) = (name(field, variant), &field.inner);
        let traits = if field.schema.is_some() { quote!(OpaqueType) } else { quote!(FieldType) };
        let (ty, read, check) = if matches!(field.presence, Presence::Optional) {
            (quote!(#p::Option<#inner>), quote!(read_option), quote!(validated_option))
        } else {
            (quote!(#inner), quote!(read), quote!(validated))
        };
        let call = quote_spanned!(validate.span()=> #p::#check(value, #validate));
        found.extend(quote! {
            fn #name<'de, D: #p::serde::Deserializer<'de>>(deserializer: D) -> #p::Result<#ty, D::Error> {
                let value = <#inner as #p::#traits>::#read(deserializer)?;
                #call
            }
        });
    }
    found
}

/// The body of `deserialize`.
pub(super) fn whole(parameters: &Parameters, p: &TokenStream) -> TokenStream {
    match &parameters.validate {
        None => quote!(__Twin::deserialize(deserializer)),
        Some(validate) => {
            let call = quote_spanned!(validate.span()=> #p::validated(value, #validate));
            quote! {
                let value = __Twin::deserialize(deserializer)?;
                #call
            }
        }
    }
}

fn name(field: &Field, variant: Option<&Ident>) -> Ident {
    let plain = |ident: Option<&Ident>| ident.map(syn::ext::IdentExt::unraw);
    match (plain(variant), plain(field.ident.as_ref())) {
        (Some(variant), Some(field)) => format_ident!("__read_{variant}_{field}"),
        (_, Some(field)) => format_ident!("__read_{field}"),
        (_, None) => format_ident!("__read"),
    }
}
