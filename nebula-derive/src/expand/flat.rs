//! Structs inside of structs without a name between them: `#[serde(flatten)]`.

use proc_macro2::{Ident, Span, TokenStream};
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

/// The type as something that can be flattened, or that says that it cannot; and checks of what it flattens itself.
pub(super) fn expand(parameters: &Parameters, p: &TokenStream, defaults: &Names) -> TokenStream {
    let ident = &parameters.ident;
    let list = match &parameters.shape {
        Shape::Object(list) if has_flattened(list) => {
            let (none, checks) = (impossible(ident, p), checks(p, list));
            return quote!(#none #checks);
        }
        Shape::Object(list) => list,
        Shape::Newtype(_) | Shape::Choice(_) | Shape::Union(..) => return impossible(ident, p),
    };
    let names = names(list);
    let fields = schema::fields(p, list, &defaults[0]);
    let generator = if fields.is_empty() { quote!(_) } else { quote!(generator) };
    quote! {
        #[automatically_derived]
        impl #p::Flat for #ident {
            const NAMES: #p::Option<&'static [&'static str]> = #p::Some(&[#(#names),*]);

            type Refs = <Self as #p::flow::HasRefs>::Refs;
            type Optional = <Self as #p::flow::HasRefs>::Optional;

            fn fields(#generator: &mut #p::SchemaGenerator) -> #p::Vec<#p::schema::Field> {
                #p::list([#(#fields),*])
            }

            fn refs(at: &#p::flow::Place<'_>) -> Self::Refs {
                <Self as #p::flow::HasRefs>::refs(at)
            }

            fn optional(at: &#p::flow::Place<'_>) -> Self::Optional {
                <Self as #p::flow::HasRefs>::optional(at)
            }
        }
    }
}

/// A type that cannot be flattened: who does it anyway gets one error, from the check.
fn impossible(ident: &Ident, p: &TokenStream) -> TokenStream {
    without_fields(ident, p, &quote!(#p::None))
}

/// Stands in for one with mistakes.
pub(crate) fn stand_in(ident: &Ident, p: &TokenStream) -> TokenStream {
    without_fields(ident, p, &quote!(#p::Some(&[])))
}

fn without_fields(ident: &Ident, p: &TokenStream, names: &TokenStream) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl #p::Flat for #ident {
            const NAMES: #p::Option<&'static [&'static str]> = #names;

            type Refs = ();
            type Optional = ();

            fn fields(_: &mut #p::SchemaGenerator) -> #p::Vec<#p::schema::Field> {
                #p::unreachable!()
            }

            fn refs(_: &#p::flow::Place<'_>) {}

            fn optional(_: &#p::flow::Place<'_>) {}
        }
    }
}

/// The names of fields that are members themselves.
pub(super) fn names(list: &[Field]) -> Vec<&String> {
    let named = list.iter().filter(|field| !matches!(field.presence, Presence::Skipped | Presence::Flattened));
    named.map(|field| &field.name).collect()
}

/// Each at the type that is flattened.
fn checks(p: &TokenStream, list: &[Field]) -> TokenStream {
    let names = names(list);
    let mut before = vec![quote!(#p::Some(&[#(#names),*]))];
    let mut checks = TokenStream::new();
    for field in list.iter().filter(|field| is_flattened(field)) {
        let (ty, span) = (&field.ty, field.ty.span());
        let own = quote_spanned!(span=> <#ty as #p::Flat>::NAMES);
        let assert = assert_at(p, span);
        checks.extend(quote_spanned! {span=>
            const _: () = #assert!(
                #p::Option::is_some(&#own),
                "only a struct with named fields can be flattened, and only if it flattens nothing itself"
            );
            const _: () = #assert!(
                #p::are_new(&[#(#before),*], #own),
                "a field of the flattened struct has the name of another parameter: rename one of them"
            );
        });
        before.push(own);
    }
    checks
}

/// `assert`: the place of the macro is the place of the error.
pub(super) fn assert_at(p: &TokenStream, span: Span) -> TokenStream {
    let tokens = quote!(#p::assert).into_iter().map(|mut token| {
        token.set_span(span);
        token
    });
    tokens.collect()
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
