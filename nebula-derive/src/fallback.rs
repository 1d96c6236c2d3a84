//! Stand-in impls: when the attributes are wrong, the type is still an action or parameters, so that code which uses
//! it does not light up too.

mod flow;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Ident, Path};

use crate::{
    expand,
    model::{CapabilityKind, Port},
};

/// Stands in for `Action`, every capability and the ports.
pub(crate) fn action(input: &DeriveInput, sdk: &Path, ports: &[Port]) -> TokenStream {
    let ident = &input.ident;
    let mut promised = input.generics.clone();
    if !promised.params.is_empty() {
        // Type parameters are a mistake that has been told already.
        promised.make_where_clause().predicates.push(syn::parse_quote!(
            Self: ::core::marker::Send + ::core::marker::Sync + 'static
        ));
    }
    let (generics, arguments, bounds) = promised.split_for_impl();
    let p = quote!(#sdk::__private);
    let declares = CapabilityKind::ALL.into_iter().map(|kind| {
        let cap = Ident::new(kind.type_name(), proc_macro2::Span::call_site());
        quote! {
            #[automatically_derived]
            impl #generics #p::Declares<#p::cap::#cap> for #ident #arguments #bounds {}
        }
    });
    let port = expand::ports::ty(&p, ident, ports);
    let port_enum = expand::ports::expand(&p, ident, &input.vis, ports);
    quote! {
        #port_enum

        const _: () = {
            #[automatically_derived]
            impl #generics #p::Action for #ident #arguments #bounds {
                const EFFECT: #p::EffectClass = #p::EffectClass::AtMostOnce;

                type Port = #port;

                fn metadata() -> #p::Metadata {
                    #p::unreachable!()
                }

                fn from_slots(_: &#p::Slots<'_>) -> #p::Result<Self, #p::ActionError> {
                    #p::unreachable!()
                }

                fn erase() -> #p::ArcAction {
                    #p::unreachable!()
                }
            }
            #(#declares)*

            #[automatically_derived]
            impl #generics #p::Declares<#p::cap::Heartbeat> for #ident #arguments #bounds {}

            #[automatically_derived]
            impl #generics #p::Polls for #ident #arguments #bounds {}
        };
    }
}

/// Stands in for `Parameters` and what belongs to it.
pub(crate) fn parameters(input: &DeriveInput, sdk: &Path) -> TokenStream {
    let ident = &input.ident;
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    let mut promised = input.generics.clone();
    if !promised.params.is_empty() {
        promised.make_where_clause().predicates.push(syn::parse_quote!(Self: ::core::marker::Send + 'static));
    }
    let (_, _, promised) = promised.split_for_impl();
    let p = quote!(#sdk::__private);
    let mut reading = input.generics.clone();
    reading.params.insert(0, syn::parse_quote!('de));
    let (reading, _, _) = reading.split_for_impl();
    let flow = flow::parameters(input, &p);
    // What is wrong with it is told already: flattening it is no second mistake.
    let flat = input.generics.params.is_empty().then(|| expand::flat::stand_in(ident, &p));
    quote! {
        #flow
        const _: () = {
            #[automatically_derived]
            impl #generics #p::serde::Serialize for #ident #arguments #bounds {
                fn serialize<S: #p::serde::Serializer>(&self, _: S) -> #p::Result<S::Ok, S::Error> {
                    #p::unreachable!()
                }
            }

            #[automatically_derived]
            impl #reading #p::serde::Deserialize<'de> for #ident #arguments #bounds {
                fn deserialize<D: #p::serde::Deserializer<'de>>(_: D) -> #p::Result<Self, D::Error> {
                    #p::unreachable!()
                }
            }

            #[automatically_derived]
            impl #generics #p::schemars::JsonSchema for #ident #arguments #bounds {
                fn schema_name() -> #p::Cow<'static, str> {
                    #p::unreachable!()
                }

                fn json_schema(_: &mut #p::SchemaGenerator) -> #p::Schema {
                    #p::unreachable!()
                }
            }

            #flat

            #[automatically_derived]
            impl #generics #p::ask::Choice for #ident #arguments #bounds {}

            #[automatically_derived]
            impl #generics #p::ask::ComparedWithText for #ident #arguments #bounds {}

            #[automatically_derived]
            impl #generics #p::ask::Tagged for #ident #arguments #bounds {}

            #[automatically_derived]
            impl #generics #p::Parameters for #ident #arguments #promised {
                fn input_schema() -> #p::Value {
                    #p::unreachable!()
                }

                fn decode(_: &#p::Value) -> #p::Result<Self, #p::ActionError> {
                    #p::unreachable!()
                }
            }
        };
    }
}
