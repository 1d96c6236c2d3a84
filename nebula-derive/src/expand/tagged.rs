//! Values that stand beside the tag of an enum: `#[serde(tag = "..")]` with a variant of one value.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Ident, Type, spanned::Spanned};

use super::flat;
use crate::model::{Parameters, Shape, Tagging, VariantBody};

/// What the type's members are called, for enums that put a tag among them; and checks of what has a tag here.
pub(super) fn expand(parameters: &Parameters, p: &TokenStream) -> TokenStream {
    let ident = &parameters.ident;
    match &parameters.shape {
        Shape::Object(list) => {
            let own = flat::names(list);
            let flattened = list.iter().filter(|field| field.presence.is_flattened()).map(|field| {
                let ty = &field.ty;
                quote_spanned!(ty.span()=> <#ty as #p::Flat>::NAMES)
            });
            told(ident, p, &quote!(#p::Some(&[#(#own),*]), #(#flattened),*))
        }
        Shape::Union(Tagging::Internal(tag), variants) => {
            let lists = variants.iter().filter_map(|variant| match &variant.body {
                VariantBody::Object(fields) => Some(flat::names(fields)),
                VariantBody::Unit | VariantBody::Newtype(_) => None,
            });
            let lists: Vec<_> = lists.map(|names| quote!(#p::Some(&[#(#names),*]))).collect();
            let values = variants.iter().filter_map(|variant| match &variant.body {
                VariantBody::Newtype(ty) => Some(&**ty),
                VariantBody::Unit | VariantBody::Object(_) => None,
            });
            let checks: TokenStream = values.map(|ty| check(p, tag, ty)).collect();
            let told = told(ident, p, &quote!(#p::Some(&[#tag]), #(#lists),*));
            quote!(#told #checks)
        }
        Shape::Union(Tagging::Adjacent(tag, content), _) => told(ident, p, &quote!(#p::Some(&[#tag, #content]))),
        Shape::Newtype(_) | Shape::Choice(_) | Shape::Union(Tagging::External, _) => TokenStream::new(),
    }
}

fn told(ident: &Ident, p: &TokenStream, names: &TokenStream) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl #p::ask::Tagged for #ident {
            const NAMES: &'static [#p::Option<&'static [&'static str]>] = &[#names];
        }
    }
}

/// At the type of the value.
fn check(p: &TokenStream, tag: &str, ty: &Type) -> TokenStream {
    let span = ty.span();
    let assert = flat::assert_at(p, span);
    let message = format!("a field of this struct is called `{tag}`, as the tag of the enum: rename one of them");
    quote_spanned! {span=>
        const _: () = #assert!(
            #p::are_new(<#ty as #p::ask::Tagged>::NAMES, #p::Some(&[#tag])),
            #message
        );
    }
}
