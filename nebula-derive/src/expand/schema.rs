//! The body of `json_schema`: calls of generic functions of nebula-sdk, with the facts as data.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::parameters::Names;
use crate::model::{Field, KeywordValue, Mark, Parameters, Presence, Shape, Tagging, Variant, VariantBody};

pub(super) fn body(parameters: &Parameters, p: &TokenStream, defaults: &Names) -> TokenStream {
    let title = parameters.ident.to_string();
    let description = &parameters.description;
    match &parameters.shape {
        Shape::Object(list) => {
            let fields = fields(p, list, &defaults[0]);
            quote!(#p::schema::object(#title, #description, [#(#fields),*], generator))
        }
        Shape::Newtype(one) => {
            let field = field(p, one, None);
            quote!(#p::schema::newtype(#title, #field))
        }
        Shape::Choice(variants) => {
            let variants = variants.iter().map(|variant| {
                let Variant { name, label, description, .. } = variant;
                quote!((#name, #label, #description))
            });
            quote!(#p::schema::choice(#title, #description, &[#(#variants),*]))
        }
        Shape::Union(tagging, variants) => {
            let tagging = match tagging {
                Tagging::External => quote!(External),
                Tagging::Internal(tag) => quote!(Internal(#tag)),
                Tagging::Adjacent(tag, content) => quote!(Adjacent(#tag, #content)),
            };
            let variants = variants.iter().zip(defaults).map(|(one, defaults)| variant(p, one, defaults));
            quote!(#p::schema::union(#title, #description, #p::schema::Tagging::#tagging, [#(#variants),*], generator))
        }
    }
}

fn variant(p: &TokenStream, variant: &Variant, defaults: &[Option<Ident>]) -> TokenStream {
    let Variant { name, label, description, .. } = variant;
    let marks = marks(p, &variant.marks);
    let body = match &variant.body {
        VariantBody::Unit => quote!(Unit),
        VariantBody::Newtype(ty) => {
            let inner = quote_spanned!(ty.span()=> <#ty as #p::FieldType>::schema(generator));
            quote!(Newtype(#inner, #marks))
        }
        VariantBody::Object(list) => {
            let fields = fields(p, list, defaults);
            quote!(Object(#p::list([#(#fields),*])))
        }
    };
    quote! {
        #p::schema::Variant {
            name: #name,
            label: #label,
            description: #description,
            body: #p::schema::Body::#body,
        }
    }
}

fn fields(p: &TokenStream, fields: &[Field], defaults: &[Option<Ident>]) -> Vec<TokenStream> {
    fields
        .iter()
        .zip(defaults)
        .filter(|(field, _)| !matches!(field.presence, Presence::Skipped))
        .map(|(one, default)| field(p, one, default.as_ref()))
        .collect()
}

fn field(p: &TokenStream, field: &Field, default: Option<&Ident>) -> TokenStream {
    let Field { name, label, description, inner, .. } = field;
    let presence = match (&field.presence, default) {
        (Presence::Optional, _) => quote!(Optional),
        (_, Some(function)) => quote!(Default(#p::schema::value(&#function()))),
        _ => quote!(Required),
    };
    let keywords = field.keywords.iter().map(|keyword| {
        let name = keyword.name;
        let value = match &keyword.value {
            KeywordValue::Integer(int) => i64::try_from(*int).map_or_else(
                |_| {
                    let int = u64::try_from(*int).unwrap_or(u64::MAX);
                    quote!(#int)
                },
                |int| quote!(#int),
            ),
            KeywordValue::Float(float) => quote!(#float),
            KeywordValue::Text(text) => quote!(#text),
            KeywordValue::Parameter(pointer) => quote!(#p::schema::parameter(#pointer)),
            KeywordValue::Expr(expr) => quote!(#expr),
        };
        quote!((#name, #p::json(#value)))
    });
    let marks = marks(p, &field.marks);
    let examples = field.examples.iter().map(|example| {
        let text = crate::attr::text_of(example);
        if text.is_some() {
            quote!(#p::json(#example))
        } else {
            quote!({
                let example: #inner = #example;
                #p::schema::value(&example)
            })
        }
    });
    let schema = quote_spanned!(inner.span()=> <#inner as #p::FieldType>::schema(generator));
    quote! {
        #p::schema::Field {
            name: #name,
            label: #label,
            description: #description,
            schema: #schema,
            presence: #p::schema::Presence::#presence,
            keywords: #p::list([#(#keywords),*]),
            marks: #marks,
            examples: #p::list([#(#examples),*]),
        }
    }
}

fn marks(p: &TokenStream, marks: &[Mark]) -> TokenStream {
    let marks = marks.iter().map(|mark| match mark {
        Mark::Item(pointer) => quote!(#p::schema::Mark::Item(#pointer)),
        Mark::Result(names) => quote!(#p::schema::Mark::Result(&[#(#names),*])),
    });
    quote!(#p::list([#(#marks),*]))
}
