//! Questions to rustc about the types of fields, each at the token that makes it matter.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::every_field;
use crate::{
    model::{Field, FieldSort, KeywordValue, Parameters, Shape, VariantBody, When},
    valid::parameters::when::leaves,
};

pub(super) fn expand(parameters: &Parameters, p: &TokenStream) -> TokenStream {
    let mut lines = TokenStream::new();
    for (_, field) in every_field(&parameters.shape) {
        let inner = &field.inner;
        let keywords = field.keywords.iter().map(|keyword| (keyword.of, keyword.key.span()));
        for (of, span) in keywords.chain(field.widget) {
            if let Some(question) = question(of) {
                lines.extend(quote_spanned!(span=> #p::ask::#question::<#inner>();));
            }
        }
    }
    for fields in lists(&parameters.shape) {
        for field in fields {
            for when in [&field.visible_if, &field.required_if].into_iter().flatten() {
                compared(p, when, fields, &mut lines);
            }
        }
    }
    let asked = if lines.is_empty() { lines } else { quote!(const _: fn() = || { #lines };) };
    let told = told(parameters, p);
    quote!(#asked #told)
}

fn question(of: FieldSort) -> Option<TokenStream> {
    Some(match of {
        FieldSort::Any => return None,
        FieldSort::Number => quote!(a_number),
        FieldSort::Text => quote!(a_text),
        FieldSort::List => quote!(a_list),
        FieldSort::TextChoice => quote!(a_choice_of_texts),
        FieldSort::NumberChoice => quote!(a_choice_of_numbers),
        FieldSort::TextWidget => quote!(shown_as_text),
        FieldSort::NumberWidget => quote!(shown_as_number),
        FieldSort::FlagWidget => quote!(shown_as_flag),
        FieldSort::ChoiceWidget => quote!(shown_as_choice),
    })
}

/// What a condition compares can be equal, or ordered.
fn compared(p: &TokenStream, when: &When, fields: &[Field], lines: &mut TokenStream) {
    let span = when.text.span();
    let mut ask = |name: &str, values: &[&KeywordValue]| {
        let Some(field) = fields.iter().find(|field| field.name == name) else { return };
        let ty = &field.inner;
        for value in values {
            lines.extend(match value {
                KeywordValue::Text(text) => {
                    let never = format!("`{name}` is never `{text}`");
                    quote_spanned! {span=>
                        const _: () = if !#p::ask::may_be(#p::ask::compared_with_text::<#ty>(), #text) {
                            ::core::panic!("{}", #never)
                        };
                    }
                }
                KeywordValue::Integer(_) | KeywordValue::Float(_) => {
                    quote_spanned!(span=> #p::ask::compared_with_number::<#ty>();)
                }
                KeywordValue::Flag(_) => quote_spanned!(span=> #p::ask::compared_with_flag::<#ty>();),
                _ => TokenStream::new(),
            });
        }
    };
    leaves(&when.condition, &mut ask);
}

/// What other types may ask of this one.
fn told(parameters: &Parameters, p: &TokenStream) -> TokenStream {
    let Shape::Choice(variants) = &parameters.shape else { return TokenStream::new() };
    let ident = &parameters.ident;
    let names = variants.iter().map(|variant| &variant.name);
    quote! {
        #[automatically_derived]
        impl #p::ask::Choice for #ident {}

        #[automatically_derived]
        impl #p::ask::ComparedWithText for #ident {
            const NAMES: #p::Option<&'static [&'static str]> = #p::Option::Some(&[#(#names),*]);
        }
    }
}

fn lists(shape: &Shape) -> Vec<&[Field]> {
    match shape {
        Shape::Object(fields) => vec![fields],
        Shape::Newtype(_) | Shape::Choice(_) => Vec::new(),
        Shape::Union(_, variants) => variants
            .iter()
            .filter_map(|variant| match &variant.body {
                VariantBody::Object(fields) => Some(fields.as_slice()),
                VariantBody::Unit | VariantBody::Newtype(_) => None,
            })
            .collect(),
    }
}
