//! What typed workflows need of parameters: members as fields of references, and the methods that give them in a call.
//!
//! Everything stays inside of the `const` of the derive, so that no name of it can clash with one of the author's.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::{cases, private};
use crate::model::{Field, Parameters, Presence, Shape, Tagging};

pub(super) fn expand(parameters: &Parameters) -> TokenStream {
    let p = private(&parameters.sdk);
    let body = match &parameters.shape {
        Shape::Object(fields) => {
            let fields: Vec<_> =
                fields.iter().filter(|field| !matches!(field.presence, Presence::Skipped)).map(Member::of).collect();
            let (refs, call) = (refs(&p, &parameters.ident, &fields), call(&p, &parameters.ident, &fields));
            quote!(#refs #call)
        }
        Shape::Union(Tagging::Internal(_) | Tagging::Adjacent(..), _) => whole(&p, &parameters.ident),
        Shape::Choice(variants) => return cases::expand(parameters, variants),
        Shape::Newtype(_) | Shape::Union(Tagging::External, _) => return TokenStream::new(),
    };
    quote! {
        #[allow(
            missing_docs, missing_debug_implementations, private_interfaces, private_bounds, unreachable_pub, dead_code,
            unused_qualifications, clippy::all, clippy::pedantic, clippy::nursery, clippy::absolute_paths
        )]
        const _: () = {
            #body
        };
    }
}

/// A field that is part of the JSON.
struct Member<'a> {
    ident: &'a Ident,
    name: &'a str,
    docs: TokenStream,
    field: &'a Field,
}

impl<'a> Member<'a> {
    fn of(field: &'a Field) -> Self {
        let ident = field.ident.as_ref().unwrap_or_else(|| unreachable!("an object's fields have names"));
        let description = &field.description;
        let docs = if description.is_empty() { TokenStream::new() } else { quote!(#[doc = #description]) };
        Self { ident, name: &field.name, docs, field }
    }
}

/// Two structs with a field per member: of what is certain, and of what may be absent.
fn refs(p: &TokenStream, owner: &Ident, members: &[Member<'_>]) -> TokenStream {
    let certain = members.iter().map(|Member { ident, docs, field, .. }| {
        let ty = &field.ty;
        if field.presence.is_flattened() {
            return quote_spanned!(ty.span()=> #docs pub #ident: <#ty as #p::Flat>::Refs,);
        }
        quote_spanned!(ty.span()=> #docs pub #ident: #p::flow::Expr<#ty>,)
    });
    let optional = members.iter().map(|Member { ident, docs, field, .. }| {
        let inner = &field.inner;
        if field.presence.is_flattened() {
            return quote_spanned!(inner.span()=> #docs pub #ident: <#inner as #p::Flat>::Optional,);
        }
        quote_spanned!(inner.span()=> #docs pub #ident: #p::flow::Expr<#p::Option<#inner>>,)
    });
    let make_certain = members.iter().map(|Member { ident, name, field, .. }| match field.presence {
        Presence::Optional => quote!(#ident: at.absent_field(#name),),
        // Its members are members of this.
        Presence::Flattened => {
            let ty = &field.ty;
            quote_spanned!(ty.span()=> #ident: <#ty as #p::Flat>::refs(at),)
        }
        _ => quote!(#ident: at.field(#name),),
    });
    let make_optional = members.iter().map(|Member { ident, name, field, .. }| match field.presence {
        Presence::Flattened => {
            let ty = &field.ty;
            quote_spanned!(ty.span()=> #ident: <#ty as #p::Flat>::optional(at),)
        }
        _ => quote!(#ident: at.optional_field(#name),),
    });
    // An object without members asks for none.
    let at = if members.is_empty() { quote!(_) } else { quote!(at) };
    quote! {
        pub struct __Refs { #(#certain)* }
        pub struct __Optional { #(#optional)* }

        #[automatically_derived]
        impl #p::flow::HasRefs for #owner {
            type Refs = __Refs;
            type Optional = __Optional;

            fn refs(#at: &#p::flow::Place<'_>) -> __Refs {
                __Refs { #(#make_certain)* }
            }

            fn optional(#at: &#p::flow::Place<'_>) -> __Optional {
                __Optional { #(#make_optional)* }
            }
        }
    }
}

/// The builder of a call: one type parameter per member that must be given, and a trait that says which is missing.
fn call(p: &TokenStream, owner: &Ident, members: &[Member<'_>]) -> TokenStream {
    let call = name_beside(owner, members);
    let required: Vec<_> = members
        .iter()
        .filter(|member| matches!(member.field.presence, Presence::Required | Presence::Flattened))
        .collect();
    let states: Vec<_> = (0..required.len()).map(|at| format_ident!("__P{at}")).collect();
    let needs: Vec<_> = (0..required.len()).map(|at| format_ident!("__Needs{at}")).collect();
    let traits = required.iter().zip(&needs).map(|(member, needs)| {
        // Braces would be places to fill in.
        let name = member.name.replace('{', "{{").replace('}', "}}");
        let message = format!("the parameter `{name}` is missing");
        let label = format!("`.{}(..)` has to be called", member.ident);
        quote! {
            #[diagnostic::on_unimplemented(message = #message, label = #label)]
            pub trait #needs {}
            impl #needs for #p::flow::Given {}
        }
    });
    let setters = members.iter().map(|Member { ident, name, docs, field }| {
        // What may be left out is left out by not calling this; null is no value of it.
        let ty = &field.inner;
        let at = required.iter().position(|other| other.ident == *ident);
        let next = states
            .iter()
            .enumerate()
            .map(|(i, state)| if at == Some(i) { quote!(#p::flow::Given) } else { state.to_token_stream() });
        let how = if field.presence.is_flattened() { quote!(spread) } else { quote!(with) };
        quote_spanned! {ident.span()=>
            #docs
            pub fn #ident<__V: #p::flow::Feeds<#ty>>(self, value: __V) -> #call<__O, #(#next),*> {
                #call { draft: self.draft.#how(#name, value.feed()), given: #p::PhantomData }
            }
        }
    });
    let missing = required.iter().map(|_| quote!(#p::flow::Missing));
    quote! {
        #[must_use]
        pub struct #call<__O, #(#states),*> {
            draft: #p::flow::Draft<__O>,
            given: #p::PhantomData<fn() -> (#(#states,)*)>,
        }

        #(#traits)*

        impl<__O, #(#states),*> #call<__O, #(#states),*> {
            #(#setters)*
        }

        #[automatically_derived]
        impl<__O, #(#states: #needs),*> #p::flow::Call<__O> for #call<__O, #(#states),*> {
            fn draft(self) -> #p::flow::Draft<__O> {
                self.draft
            }
        }

        #[automatically_derived]
        impl #p::flow::Composes for #owner {}

        #[automatically_derived]
        impl #p::flow::Accepts for #owner {
            type Call<__O> = #call<__O, #(#missing),*>;

            fn call<__O>(draft: #p::flow::Draft<__O>) -> Self::Call<__O> {
                #call { draft, given: #p::PhantomData }
            }
        }
    }
}

/// An input without members of its own is given as a whole.
fn whole(p: &TokenStream, owner: &Ident) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl #p::flow::Accepts for #owner {
            type Call<__O> = #p::flow::WholeCall<Self, __O>;

            fn call<__O>(draft: #p::flow::Draft<__O>) -> Self::Call<__O> {
                #p::flow::WholeCall::new(draft)
            }
        }
    }
}

/// `CityCall`, unless a member's type mentions that name and means something else.
fn name_beside(owner: &Ident, members: &[Member<'_>]) -> Ident {
    let plain = syn::ext::IdentExt::unraw(owner);
    let name = Ident::new(&format!("{plain}Call"), Span::call_site());
    let is_taken = members.iter().any(|member| mentions(member.field.ty.to_token_stream(), &name));
    if is_taken { format_ident!("__{name}") } else { name }
}

fn mentions(tokens: TokenStream, name: &Ident) -> bool {
    tokens.into_iter().any(|tree| match tree {
        TokenTree::Ident(ident) => ident == *name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}
