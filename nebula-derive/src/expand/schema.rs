//! The body of `json_schema`: calls of generic functions of nebula-sdk, with the facts as data.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Expr, spanned::Spanned};

use super::{flat, parameters::Names};
use crate::model::{
    Comparison, Condition, Field, KeywordValue, Mark, Parameters, Presence, Shape, Tagging, Variant, VariantBody,
};

pub(super) fn body(parameters: &Parameters, p: &TokenStream, defaults: &Names) -> TokenStream {
    let title = parameters.ident.to_string();
    let description = &parameters.description;
    match &parameters.shape {
        Shape::Object(list) => {
            let fields = if flat::has_flattened(list) {
                flat::joined(p, list, &defaults[0])
            } else {
                quote!(<Self as #p::Flat>::fields(generator))
            };
            quote!(#p::schema::object(#title, #description, #fields, generator))
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

pub(super) fn fields(p: &TokenStream, fields: &[Field], defaults: &[Option<Ident>]) -> Vec<TokenStream> {
    fields
        .iter()
        .zip(defaults)
        .filter(|(field, _)| !matches!(field.presence, Presence::Skipped | Presence::Flattened))
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
        let (name, value) = (keyword.name, value(p, &keyword.value));
        quote!((#name, #value))
    });
    let hints = field.hints.iter().map(|(name, hint)| {
        let value = value(p, hint);
        quote!((#name, #value))
    });
    let when = [("visible_if", &field.visible_if), ("required_if", &field.required_if)];
    let when = when.into_iter().filter_map(|(key, when)| {
        let when = when.as_ref()?;
        let (text, condition) = (&when.text, condition(p, &when.condition));
        Some(quote!((#key, #text, #condition)))
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
    let schema = match &field.schema {
        None => quote_spanned!(inner.span()=> <#inner as #p::FieldType>::schema(generator)),
        // A bare path is that of a function.
        Some(Expr::Path(path)) => quote_spanned!(path.span()=> #p::schema::own(#path())),
        Some(expr) => quote_spanned!(expr.span()=> #p::schema::own(#expr)),
    };
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
            hints: #p::list([#(#hints),*]),
            when: #p::list([#(#when),*]),
        }
    }
}

fn value(p: &TokenStream, value: &KeywordValue) -> TokenStream {
    let value = match value {
        KeywordValue::Integer(int) => i64::try_from(*int).map_or_else(
            |_| {
                let int = u64::try_from(*int).unwrap_or(u64::MAX);
                quote!(#int)
            },
            |int| quote!(#int),
        ),
        KeywordValue::Float(float) => quote!(#float),
        KeywordValue::Text(text) => quote!(#text),
        KeywordValue::Flag(flag) => quote!(#flag),
        KeywordValue::Null => quote!(()),
        KeywordValue::Parameter(pointer) => quote!(#p::schema::parameter(#pointer)),
        KeywordValue::Expr(expr) => quote!(#expr),
        KeywordValue::OneOf(values) => {
            let values = values.iter().map(|one| self::value(p, one));
            quote!(#p::list([#(#values),*]))
        }
        KeywordValue::Labelled(options) => {
            let options = options.iter().map(|(one, label)| {
                let value = self::value(p, one);
                quote!((#value, #label))
            });
            return quote!(#p::schema::options([#(#options),*]));
        }
    };
    quote!(#p::json(#value))
}

fn condition(p: &TokenStream, found: &Condition) -> TokenStream {
    let list = |parts: &[Condition]| -> Vec<_> { parts.iter().map(|part| condition(p, part)).collect() };
    let condition = match found {
        Condition::Compare(name, how, with) => {
            let how = match how {
                Comparison::Equal => quote!(Equal),
                Comparison::Unequal => quote!(Unequal),
                Comparison::Less => quote!(Less),
                Comparison::AtMost => quote!(AtMost),
                Comparison::More => quote!(More),
                Comparison::AtLeast => quote!(AtLeast),
            };
            let with = value(p, with);
            quote!(compare(#name, #p::schema::Comparison::#how, #with))
        }
        Condition::OneOf(name, values) => {
            let values = values.iter().map(|one| value(p, one));
            quote!(one_of(#name, #p::list([#(#values),*])))
        }
        Condition::Not(inner) => {
            let inner = condition(p, inner);
            quote!(not(#inner))
        }
        Condition::All(parts) => {
            let parts = list(parts);
            quote!(all(#p::list([#(#parts),*])))
        }
        Condition::Any(parts) => {
            let parts = list(parts);
            quote!(any(#p::list([#(#parts),*])))
        }
    };
    quote!(#p::schema::Condition::#condition)
}

fn marks(p: &TokenStream, marks: &[Mark]) -> TokenStream {
    let marks = marks.iter().map(|mark| match mark {
        Mark::Item(pointer) => quote!(#p::schema::Mark::Item(#pointer)),
        Mark::Result(names) => quote!(#p::schema::Mark::Result(&[#(#names),*])),
    });
    quote!(#p::list([#(#marks),*]))
}
