//! `impl Resource`: metadata, manifest, credential slots and the erased adapter.

use std::time::Duration;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{DeriveInput, Path, spanned::Spanned};

use super::{
    action::{duration, needs, option},
    private,
};
use crate::{
    attr::resource::{Kind, Pool},
    model::CapabilityKind,
    valid::resource::Resource,
};

pub(crate) fn expand(resource: &Resource) -> TokenStream {
    let Resource { ident, id, name, description, .. } = resource;
    let p = private(&resource.sdk);
    let kind = kind(&p, resource.kind);
    let needs = needs(&p, &resource.capabilities);
    let slots = resource.slots.iter().flatten().map(|slot| {
        let (name, ty, description) = (&slot.name, &slot.ty, &slot.description);
        quote_spanned!(ty.span()=> (#name, #description, <#ty as #p::CredentialField>::credential))
    });
    let time = |time: Option<Duration>| option(&p, time.map(|time| duration(&p, time)));
    let (acquire, health, teardown) =
        (time(resource.acquire_timeout), time(resource.health_interval), time(resource.teardown));
    let from_slots = from_slots(&p, resource);
    let declares = CapabilityKind::ALL
        .into_iter()
        .filter(|kind| resource.capabilities.iter().any(|one| one.kind == *kind))
        .map(|kind| declares(&p, kind, ident, &quote!(), &quote!(), &quote!()));
    // The name of the resource carries the place of an error about its lifecycle.
    let erase = quote_spanned!(ident.span()=> #p::erased_resource::<#ident>());
    quote! {
        const _: () = {
            #[automatically_derived]
            impl #p::Resource for #ident {
                fn metadata() -> #p::ResourceMetadata {
                    #p::ResourceMetadata {
                        id: #id,
                        name: #name,
                        description: #description,
                        kind: #kind,
                        needs: &[#(#needs),*],
                        slots: &[#(#slots),*],
                        acquire_timeout: #acquire,
                        health_interval: #health,
                        teardown: #teardown,
                    }
                }

                #from_slots

                fn erase() -> #p::ArcResource {
                    #erase
                }
            }
            #(#declares)*
        };
    }
}

/// Stands in for it, so that what uses the resource is not wrong too.
pub(crate) fn stand_in(input: &DeriveInput, sdk: &Path) -> TokenStream {
    let ident = &input.ident;
    let p = private(sdk);
    let mut promised = input.generics.clone();
    if !promised.params.is_empty() {
        promised.make_where_clause().predicates.push(syn::parse_quote!(
            Self: ::core::marker::Send + ::core::marker::Sync + 'static
        ));
    }
    let (generics, arguments, bounds) = promised.split_for_impl();
    let (generics, arguments, bounds) = (quote!(#generics), quote!(#arguments), quote!(#bounds));
    let declares =
        CapabilityKind::ALL.into_iter().map(|kind| declares(&p, kind, ident, &generics, &arguments, &bounds));
    quote! {
        const _: () = {
            #[automatically_derived]
            impl #generics #p::Resource for #ident #arguments #bounds {
                fn metadata() -> #p::ResourceMetadata {
                    #p::unreachable!()
                }

                fn from_slots(_: &#p::Slots<'_>) -> #p::Result<Self, #p::ActionError> {
                    #p::unreachable!()
                }

                fn erase() -> #p::ArcResource {
                    #p::unreachable!()
                }
            }
            #(#declares)*
        };
    }
}

fn declares(
    p: &TokenStream,
    kind: CapabilityKind,
    ident: &Ident,
    generics: &TokenStream,
    arguments: &TokenStream,
    bounds: &TokenStream,
) -> TokenStream {
    let cap = Ident::new(kind.type_name(), Span::call_site());
    quote! {
        #[automatically_derived]
        impl #generics #p::ResourceDeclares<#p::cap::#cap> for #ident #arguments #bounds {}
    }
}

fn kind(p: &TokenStream, kind: Kind) -> TokenStream {
    match kind {
        Kind::Shared => quote!(#p::ResourceKind::Shared),
        Kind::Exclusive => quote!(#p::ResourceKind::Exclusive),
        Kind::Pool(Pool { min, max, idle, max_life }) => {
            let time = |time: Option<Duration>| {
                let text = time.map(|time| {
                    let time = duration(p, time);
                    quote!(#p::From::from(#time))
                });
                option(p, text)
            };
            let (idle, max_life) = (time(idle), time(max_life));
            quote!(#p::ResourceKind::Pool(#p::PoolSettings { min: #min, max: #max, idle: #idle, max_life: #max_life }))
        }
    }
}

fn from_slots(p: &TokenStream, resource: &Resource) -> TokenStream {
    let ident = &resource.ident;
    let (argument, value) = match &resource.slots {
        None => (quote!(_), quote!(#ident)),
        Some(slots) if slots.is_empty() => (quote!(_), quote!(#ident {})),
        Some(slots) => {
            let fields = slots.iter().map(|slot| {
                let (field, name, ty) = (&slot.ident, &slot.name, &slot.ty);
                let bring = quote_spanned!(ty.span()=> <#ty as #p::CredentialField>::bring(slots, #name)?);
                quote!(#field: #bring)
            });
            (quote!(slots), quote!(#ident { #(#fields),* }))
        }
    };
    quote! {
        fn from_slots(#argument: &#p::Slots<'_>) -> #p::Result<Self, #p::ActionError> {
            #p::Ok(#value)
        }
    }
}

#[cfg(test)]
mod tests;
