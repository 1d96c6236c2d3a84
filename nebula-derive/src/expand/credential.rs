//! `impl Credential`: reading the stored secret, redaction, and how a request carries it.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{DeriveInput, Path, spanned::Spanned};

use super::private;
use crate::{
    attr::credential::Scheme,
    valid::credential::{Credential, Field},
};

pub(crate) fn expand(credential: &Credential) -> TokenStream {
    let Credential { ident, id, fields, .. } = credential;
    let p = private(&credential.sdk);
    let names = fields.iter().map(|field| &field.name);
    let values = fields.iter().map(|Field { ident, name, ty }| {
        let take = quote_spanned!(ty.span()=> stored.take::<#ty>(#name, __FIELDS)?);
        quote!(#ident: #take)
    });
    let scheme = scheme(&p, &credential.scheme);
    let http = http(&p, credential);
    let check = http.is_some().then(|| quote!(#p::stored::check::<Self>(#id, __FIELDS, &credential)?;));
    let http = http.map(|auth| {
        quote! {
            #[automatically_derived]
            impl #p::HttpCredential for #ident {
                fn http_auth(&self) -> #p::Result<#p::HttpAuth, #p::ActionError> {
                    #auth
                }
            }
        }
    });
    let debug = debug(&p, ident, &quote!(), &quote!(), &quote!());
    quote! {
        const _: () = {
            const __FIELDS: &[&str] = &[#(#names),*];

            #[automatically_derived]
            impl #p::Credential for #ident {
                const ID: &'static str = #id;

                fn scheme() -> #p::CredentialScheme {
                    #p::CredentialScheme::#scheme
                }

                fn from_secret(secret: #p::SecretString) -> #p::Result<Self, #p::ActionError> {
                    let mut stored = #p::stored::Stored::read::<Self>(__FIELDS, secret)?;
                    let credential = Self { #(#values),* };
                    #check
                    #p::Ok(credential)
                }

                fn fake_secret() -> #p::SecretString {
                    #p::stored::fake(__FIELDS)
                }
            }

            #http
            #debug
        };
    }
}

/// Stands in for it, so that actions with such a slot are not wrong too.
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
    let debug = debug(&p, ident, &quote!(#generics), &quote!(#arguments), &quote!(#bounds));
    quote! {
        const _: () = {
            #[automatically_derived]
            impl #generics #p::Credential for #ident #arguments #bounds {
                const ID: &'static str = "";

                fn from_secret(_: #p::SecretString) -> #p::Result<Self, #p::ActionError> {
                    #p::unreachable!()
                }
            }

            #[automatically_derived]
            impl #generics #p::HttpCredential for #ident #arguments #bounds {
                fn http_auth(&self) -> #p::Result<#p::HttpAuth, #p::ActionError> {
                    #p::unreachable!()
                }
            }

            #debug
        };
    }
}

fn debug(
    p: &TokenStream,
    ident: &syn::Ident,
    generics: &TokenStream,
    arguments: &TokenStream,
    bounds: &TokenStream,
) -> TokenStream {
    let text = format!("{ident}([redacted])");
    quote! {
        #[automatically_derived]
        impl #generics #p::fmt::Debug for #ident #arguments #bounds {
            fn fmt(&self, f: &mut #p::fmt::Formatter<'_>) -> #p::fmt::Result {
                f.write_str(#text)
            }
        }
    }
}

/// The scheme, as schemas have it.
fn scheme(p: &TokenStream, scheme: &Scheme) -> TokenStream {
    match scheme {
        Scheme::Bearer => quote!(Bearer),
        Scheme::Basic => quote!(Basic),
        Scheme::Header(name) => quote!(Header(#p::From::from(#name))),
        Scheme::Query(name) => quote!(Query(#p::From::from(#name))),
        Scheme::Custom => quote!(Custom),
    }
}

/// What the scheme makes of the fields; `custom` leaves it to the author.
fn http(p: &TokenStream, credential: &Credential) -> Option<TokenStream> {
    let text = |field: &Field| {
        let Field { ident, ty, .. } = field;
        quote_spanned!(ty.span()=> <#ty as #p::stored::SecretText>::text(&self.#ident))
    };
    let of = |name: &str| credential.fields.iter().find(|field| field.name == name).map(text);
    let first = text(credential.fields.first()?);
    Some(match &credential.scheme {
        Scheme::Bearer => quote!(#p::HttpAuth::bearer(#first)),
        Scheme::Basic => {
            let (username, password) = (of("username")?, of("password")?);
            quote!(#p::HttpAuth::basic(#username, #password))
        }
        Scheme::Header(name) => quote!(#p::HttpAuth::header(#name, #first)),
        Scheme::Query(name) => quote!(#p::HttpAuth::query(#name, #first)),
        Scheme::Custom => return None,
    })
}

#[cfg(test)]
mod tests;
