//! `impl Action`: metadata, manifest, slots and the erased adapter.

mod facts;

use std::time::Duration;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::{ports, private};
use crate::model::{Action, Backoff, Bound, Capability, CapabilityKind, Effect, Retry};

pub(crate) fn expand(action: &Action) -> TokenStream {
    let Action { ident, id, name, description, .. } = action;
    let p = private(&action.sdk);
    let (major, minor) = action.version;
    let effect = effect(&p, action.effect);
    let key = key(&p, action);
    let timeout = option(&p, action.timeout.map(|timeout| duration(&p, timeout)));
    let retry = option(&p, action.retry.as_ref().map(|retry| self::retry(&p, retry)));
    let poll = option(&p, action.poll.map(|every| duration(&p, every)));
    let limits = facts::limits(&p, &action.limits);
    let listing = facts::listing(&p, &action.listing);
    let needs = needs(&p, &action.capabilities);
    let declares = declares(&p, action);
    let slots = action.slots.iter().flatten().map(|slot| {
        let (name, ty, description) = (&slot.name, &slot.ty, &slot.description);
        quote_spanned!(ty.span()=> (#name, #description, <#ty as #p::SlotField>::describe))
    });
    let from_slots = from_slots(&p, action);
    let port = ports::ty(&p, ident, &action.ports);
    let port_enum = ports::expand(&p, ident, &action.vis, &action.ports);
    // The name of the action carries the place of an error about its body.
    let erase = match action.poll {
        None => quote_spanned!(ident.span()=> <#ident as #p::Body<_>>::erased()),
        Some(_) => quote_spanned!(ident.span()=> #p::erased_trigger::<#ident, _>()),
    };
    let polls = action.poll.map(|_| {
        quote! {
            #[automatically_derived]
            impl #p::Polls for #ident {}

            // Found before the method of the trait, so that what is wrong is said in its words.
            #[automatically_derived]
            impl #ident {
                #[doc(hidden)]
                #[allow(dead_code, reason = "nobody can call it")]
                pub fn call<__Kind>() -> <<Self as #p::flow::Calls<__Kind>>::Input as #p::flow::Accepts>::Call<
                    #p::flow::Ends<<Self as #p::flow::Calls<__Kind>>::Output, <Self as #p::Action>::Port>,
                >
                where
                    Self: #p::flow::Calls<__Kind>,
                {
                    <Self as #p::flow::Calls<__Kind>>::call()
                }
            }
        }
    });
    quote! {
        #port_enum

        const _: () = {
            #[automatically_derived]
            impl #p::Action for #ident {
                const EFFECT: #p::EffectClass = #effect;

                type Port = #port;

                fn metadata() -> #p::Metadata {
                    #p::Metadata {
                        id: #id,
                        version: (#major, #minor),
                        name: #name,
                        description: #description,
                        key: #key,
                        timeout: #timeout,
                        retry: #retry,
                        limits: #limits,
                        poll: #poll,
                        listing: #listing,
                        needs: &[#(#needs),*],
                        slots: &[#(#slots),*],
                    }
                }

                #from_slots

                fn erase() -> #p::ArcAction {
                    #erase
                }
            }
            #declares
            #polls
        };
    }
}

/// The names of the fields, asked of the input itself: one that it does not have is an error at the field.
fn key(p: &TokenStream, action: &Action) -> TokenStream {
    let (ident, fields) = (&action.ident, &action.key);
    if fields.is_empty() {
        return quote!(#p::list([]));
    }
    let texts = fields.iter().map(|field| quote_spanned!(field.span()=> #p::flow::text_of(&fields.#field)));
    // An input without fields is an error at the first of them.
    quote_spanned!(fields[0].span()=> #p::key_fields::<#ident, _>(|fields| #p::list([#(#texts),*])))
}

fn from_slots(p: &TokenStream, action: &Action) -> TokenStream {
    let ident = &action.ident;
    let (argument, value) = match &action.slots {
        None => (quote!(_), quote!(#ident)),
        Some(slots) if slots.is_empty() => (quote!(_), quote!(#ident {})),
        Some(slots) => {
            let fields = slots.iter().map(|slot| {
                let (field, name, ty) = (&slot.ident, &slot.name, &slot.ty);
                let fill = quote_spanned!(ty.span()=> <#ty as #p::SlotField>::fill(slots, #name)?);
                quote!(#field: #fill)
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

/// `Declares<cap::X>` for every capability that the attribute names.
fn declares(p: &TokenStream, action: &Action) -> TokenStream {
    let ident = &action.ident;
    CapabilityKind::ALL
        .into_iter()
        .filter(|kind| action.capabilities.iter().any(|one| one.kind == *kind))
        .map(|kind| {
            let cap = Ident::new(kind.type_name(), Span::call_site());
            quote! {
                #[automatically_derived]
                impl #p::Declares<#p::cap::#cap> for #ident {}
            }
        })
        .chain(action.limits.heartbeat.map(|_| {
            quote! {
                #[automatically_derived]
                impl #p::Declares<#p::cap::Heartbeat> for #ident {}
            }
        }))
        .collect()
}

pub(super) fn needs(p: &TokenStream, capabilities: &[Capability]) -> Vec<TokenStream> {
    capabilities
        .iter()
        .map(|one| {
            let kind = Ident::new(one.kind.type_name(), Span::call_site());
            let bound = match &one.bound {
                Bound::Exact(text) => quote!(Exact(#text)),
                Bound::Parameter(name) => quote!(Parameter(#name)),
                Bound::Declared => quote!(Declared),
            };
            quote!((#p::CapabilityKind::#kind, #p::Bound::#bound))
        })
        .collect()
}

fn effect(p: &TokenStream, effect: Effect) -> TokenStream {
    match effect {
        Effect::Pure => quote!(#p::EffectClass::Pure),
        Effect::Idempotent => quote!(#p::EffectClass::Idempotent),
        Effect::AtMostOnce => quote!(#p::EffectClass::AtMostOnce),
    }
}

pub(crate) fn retry(p: &TokenStream, retry: &Retry) -> TokenStream {
    let max = retry.max;
    let backoff = match retry.backoff {
        Backoff::Exponential(first, max) => {
            let first = duration(p, first);
            let max = option(p, max.map(|max| duration(p, max)));
            quote!(#p::exponential(#first, #max))
        }
        Backoff::Fixed(wait) => {
            let wait = duration(p, wait);
            quote!(#p::fixed(#wait))
        }
    };
    let jitter = if retry.jitter { quote!(Full) } else { quote!(None) };
    quote!(#p::RetryPolicy { max_attempts: #max, backoff: #backoff, jitter: #p::Jitter::#jitter })
}

pub(crate) fn duration(p: &TokenStream, duration: Duration) -> TokenStream {
    let (secs, nanos) = (duration.as_secs(), duration.subsec_nanos());
    quote!(#p::Duration::new(#secs, #nanos))
}

pub(super) fn option(p: &TokenStream, value: Option<TokenStream>) -> TokenStream {
    value.map_or_else(|| quote!(#p::None), |value| quote!(#p::Some(#value)))
}
