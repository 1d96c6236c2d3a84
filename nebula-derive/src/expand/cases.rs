//! The matcher of an enum of plain names: a method per variant, and an end that asks for all of them.
//!
//! As with calls, everything stays inside of a `const` of the derive.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;

use super::private;
use crate::model::{Parameters, Port, Variant};

/// What a variant comes to.
struct OneCase<'a> {
    ident: &'a Ident,
    /// In the JSON.
    name: String,
    description: &'a str,
}

pub(super) fn expand(parameters: &Parameters, variants: &[Variant]) -> TokenStream {
    let cases: Vec<_> = variants
        .iter()
        .map(|variant| OneCase { ident: &variant.ident, name: variant.name.clone(), description: &variant.description })
        .collect();
    matcher(&parameters.ident, &cases, &private(&parameters.sdk))
}

/// The same methods after a mistake.
pub(crate) fn stand_in(owner: &Ident, variants: &[&Ident], p: &TokenStream) -> TokenStream {
    let cases: Vec<_> =
        variants.iter().map(|ident| OneCase { ident, name: ident.unraw().to_string(), description: "" }).collect();
    matcher(owner, &cases, p)
}

/// The matcher of the ports of an action.
pub(super) fn of_ports(owner: &Ident, ports: &[Port], p: &TokenStream) -> TokenStream {
    let cases: Vec<_> = ports
        .iter()
        .map(|Port { name, variant }| OneCase { ident: variant, name: name.value(), description: "" })
        .collect();
    matcher(owner, &cases, p)
}

fn matcher(owner: &Ident, variants: &[OneCase<'_>], p: &TokenStream) -> TokenStream {
    let switch = format_ident!("{}Switch", owner.unraw());
    let states: Vec<_> = (0..variants.len()).map(|at| format_ident!("__S{at}")).collect();
    let names = methods(variants);
    let markers = variants.iter().map(|variant| variant.ident);
    let has = variants
        .iter()
        .zip(&states)
        .map(|(OneCase { ident, .. }, state)| quote!(#state: #p::flow::HasCase<__case::#ident>,));
    let methods = variants.iter().zip(&names).enumerate().map(|(at, (variant, method))| {
        let (name, state) = (&variant.name, &states[at]);
        let next =
            states.iter().enumerate().map(|(i, state)| if i == at { quote!(#p::flow::Given) } else { quote!(#state) });
        let docs = variant.description;
        let docs = (!docs.is_empty()).then(|| quote!(#[doc = #docs]));
        quote_spanned! {variant.ident.span()=>
            #docs
            pub fn #method<__A>(
                mut self,
                branch: impl #p::FnOnce(&mut #p::flow::Flow) -> __A,
            ) -> #switch<#p::flow::Decided<<__D as #p::flow::Decides<__A>>::Value>, #(#next),*>
            where
                __D: #p::flow::Decides<__A>,
                #state: #p::flow::Open,
            {
                self.switch.case::<__D, __A>(#name, branch);
                #switch { switch: self.switch, state: #p::PhantomData }
            }
        }
    });
    let missing: Vec<_> = variants.iter().map(|_| quote!(#p::flow::Missing)).collect();
    quote! {
        #[allow(
            missing_docs, missing_debug_implementations, private_interfaces, private_bounds, unreachable_pub, dead_code,
            unused_qualifications, clippy::all, clippy::pedantic, clippy::nursery, clippy::absolute_paths
        )]
        const _: () = {
            #[must_use = "a switch has an end: `.end()`, or `.otherwise(..)`"]
            pub struct #switch<__D, #(#states),*> {
                switch: #p::flow::Switch<#owner>,
                state: #p::PhantomData<fn() -> (__D, #(#states),*)>,
            }

            /// What is missing is told by these names.
            mod __case {
                #(pub struct #markers;)*
            }

            impl<__D, #(#states),*> #switch<__D, #(#states),*> {
                #(#methods)*
            }

            impl<__V: #p::flow::Joined, #(#states),*> #switch<#p::flow::Decided<__V>, #(#states),*> {
                /// What all cases give.
                pub fn end(self) -> __V
                where
                    #(#has)*
                {
                    self.switch.end()
                }

                /// The branch for all variants that have none, and what all cases give.
                pub fn otherwise<__A: #p::flow::Gives<__V>>(
                    self,
                    branch: impl #p::FnOnce(&mut #p::flow::Flow) -> __A,
                ) -> __V {
                    self.switch.otherwise(branch)
                }
            }

            #[automatically_derived]
            impl #p::flow::HasCases for #owner {
                type Switch = #switch<#p::flow::Undecided, #(#missing),*>;

                fn switch(on: #p::flow::Switch<Self>) -> Self::Switch {
                    #switch { switch: on, state: #p::PhantomData }
                }
            }
        };
    }
}

/// `on_sunny` for `Sunny`; the variant's own name where two would be one.
fn methods(variants: &[OneCase<'_>]) -> Vec<Ident> {
    let plain: Vec<String> = variants.iter().map(|variant| variant.ident.unraw().to_string()).collect();
    let snake: Vec<String> = plain.iter().map(|name| snake(name)).collect();
    let is_taken = |at: usize| snake.iter().enumerate().any(|(other, name)| other != at && *name == snake[at]);
    let name = |at: usize| if is_taken(at) { &plain[at] } else { &snake[at] };
    variants
        .iter()
        .enumerate()
        .map(|(at, variant)| Ident::new(&format!("on_{}", name(at)), variant.ident.span()))
        .collect()
}

/// As people write it: `http_error` for `HTTPError`, which serde's rule takes letter by letter.
pub(crate) fn snake(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (at, c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| chars[at]);
        let begins = before.is_some_and(|before| !before.is_uppercase() && before != '_')
            || before.is_some() && chars.get(at + 1).is_some_and(|next| next.is_lowercase());
        if c.is_uppercase() && begins && !out.ends_with('_') {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}
