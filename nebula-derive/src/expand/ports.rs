//! The enum of an action's ports.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::Visibility;

use super::cases;
use crate::model::Port;

/// The type that says by which port the action leaves.
pub(crate) fn ty(p: &TokenStream, action: &Ident, ports: &[Port]) -> TokenStream {
    if ports.is_empty() {
        return quote!(#p::NoPorts);
    }
    let name = name(action);
    quote!(#name)
}

/// The enum; nothing for an action without ports.
pub(crate) fn expand(p: &TokenStream, action: &Ident, vis: &Visibility, ports: &[Port]) -> TokenStream {
    if ports.is_empty() {
        return TokenStream::new();
    }
    let name = name(action);
    let doc = format!(" The ports of `{action}`.");
    let variants = ports.iter().map(|Port { name, variant }| {
        let doc = format!(" The port `{}`.", name.value());
        quote!(#[doc = #doc] #variant)
    });
    let switch = cases::of_ports(&name, ports, p);
    let names: Vec<_> = ports.iter().map(|port| &port.name).collect();
    let arms = ports.iter().map(|Port { name, variant }| quote!(Self::#variant => #name));
    quote! {
        #[doc = #doc]
        #[derive(
            ::core::fmt::Debug,
            ::core::clone::Clone,
            ::core::marker::Copy,
            ::core::cmp::PartialEq,
            ::core::cmp::Eq,
            ::core::hash::Hash,
        )]
        #vis enum #name {
            #(#variants,)*
        }

        #[automatically_derived]
        impl #p::serde::Serialize for #name {
            fn serialize<__S: #p::serde::Serializer>(&self, serializer: __S) -> #p::Result<__S::Ok, __S::Error> {
                #p::serde::Serializer::serialize_str(serializer, <Self as #p::Ports>::name(*self))
            }
        }

        #switch

        #[automatically_derived]
        impl #p::Ports for #name {
            const NAMES: &'static [&'static str] = &[#(#names),*];

            fn name(self) -> &'static str {
                match self {
                    #(#arms,)*
                }
            }
        }
    }
}

/// `Review` has `ReviewPort`.
fn name(action: &Ident) -> Ident {
    format_ident!("{}Port", action)
}
