//! serde's two impls and the schema. serde does the reading and writing through a twin of the type that carries the
//! attributes (`remote`): a derive cannot add attributes to the item itself.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Ident, spanned::Spanned};

use super::{action::duration, ask, flat, private, read, refs, schema, tagged};
use crate::model::{DefaultValue, Field, Parameters, Presence, Shape, Tagging, Variant, VariantBody};

pub(crate) fn expand(parameters: &Parameters) -> TokenStream {
    let ident = &parameters.ident;
    let p = private(&parameters.sdk);
    let mut defaults = Defaults { p: p.clone(), functions: TokenStream::new(), count: 0 };
    let names = defaults.collect(&parameters.shape);
    let twin = twin(parameters, &p, &names);
    let schema = schema::body(parameters, &p, &names);
    let asserts = ask::expand(parameters, &p);
    let flat = flat::expand(parameters, &p, &names);
    let tagged = tagged::expand(parameters, &p);
    let readers = read::functions(parameters, &p);
    let check = read::whole(parameters, &p);
    let functions = defaults.functions;
    let input = is_object(&parameters.shape).then(|| {
        quote! {
            #[automatically_derived]
            impl #p::Parameters for #ident {
                fn input_schema() -> #p::Value {
                    #p::input_schema::<Self>()
                }

                fn decode(value: &#p::Value) -> #p::Result<Self, #p::ActionError> {
                    #p::decode::<Self>(value)
                }
            }
        }
    });
    let name = ident.to_string();
    let flow = refs::expand(parameters);
    quote! {
        #[allow(non_upper_case_globals, unused_attributes, unused_qualifications, clippy::absolute_paths)]
        const _: () = {
            #functions
            #readers
            #twin

            #[automatically_derived]
            impl #p::serde::Serialize for #ident {
                fn serialize<S: #p::serde::Serializer>(&self, serializer: S) -> #p::Result<S::Ok, S::Error> {
                    __Twin::serialize(self, serializer)
                }
            }

            #[automatically_derived]
            impl<'de> #p::serde::Deserialize<'de> for #ident {
                fn deserialize<D: #p::serde::Deserializer<'de>>(deserializer: D) -> #p::Result<Self, D::Error> {
                    #check
                }
            }

            #[automatically_derived]
            impl #p::schemars::JsonSchema for #ident {
                fn schema_name() -> #p::Cow<'static, str> {
                    #p::Cow::Borrowed(#name)
                }

                fn schema_id() -> #p::Cow<'static, str> {
                    #p::Cow::Borrowed(#p::concat!(#p::module_path!(), "::", #name))
                }

                fn json_schema(generator: &mut #p::SchemaGenerator) -> #p::Schema {
                    #schema
                }
            }

            #input
            #flat
            #tagged

            #asserts
        };

        #flow
    }
}

/// Whether every value is a JSON object, as the input of an action has to be.
fn is_object(shape: &Shape) -> bool {
    matches!(shape, Shape::Object(_) | Shape::Union(Tagging::Internal(_) | Tagging::Adjacent(..), _))
}

/// The functions that make default values, in the order of the fields.
struct Defaults {
    p: TokenStream,
    functions: TokenStream,
    count: usize,
}

/// The default functions of one list of fields, `None` for a field without.
pub(super) type Names = Vec<Vec<Option<Ident>>>;

impl Defaults {
    fn collect(&mut self, shape: &Shape) -> Names {
        match shape {
            Shape::Object(fields) => vec![self.fields(fields)],
            Shape::Newtype(_) => vec![vec![None]],
            Shape::Choice(_) => Vec::new(),
            Shape::Union(_, variants) => variants
                .iter()
                .map(|variant| match &variant.body {
                    VariantBody::Object(fields) => self.fields(fields),
                    VariantBody::Unit | VariantBody::Newtype(_) => Vec::new(),
                })
                .collect(),
        }
    }

    fn fields(&mut self, fields: &[Field]) -> Vec<Option<Ident>> {
        fields
            .iter()
            .map(|field| match &field.presence {
                Presence::Default(value) => Some(self.function(field, value)),
                Presence::Required | Presence::Optional | Presence::Skipped | Presence::Flattened => None,
            })
            .collect()
    }

    fn function(&mut self, field: &Field, value: &DefaultValue) -> Ident {
        self.count += 1;
        let name = format_ident!("__default_{}", self.count);
        let (ty, p) = (&field.ty, &self.p);
        let body = match value {
            DefaultValue::Trait => quote_spanned!(ty.span()=> <#ty as #p::Default>::default()),
            DefaultValue::Call(path) => quote!(#path()),
            DefaultValue::Expr(expr) => expr.to_token_stream(),
            DefaultValue::Text(text) => quote_spanned!(text.span()=> <#ty as #p::TextDefault>::of(#text)),
            DefaultValue::Duration(text) => {
                let text = duration(p, *text);
                quote!(<#ty as #p::From<#p::Duration>>::from(#text))
            }
        };
        self.functions.extend(quote! {
            fn #name() -> #ty {
                #body
            }
        });
        name
    }
}

/// The type again, with serde's attributes.
fn twin(parameters: &Parameters, p: &TokenStream, defaults: &Names) -> TokenStream {
    let ident = parameters.ident.to_string();
    let serde = quote!(#p::serde).to_string().replace(' ', "");
    let attribute = |more: TokenStream| {
        quote! {
            #[derive(#p::serde::Serialize, #p::serde::Deserialize)]
            #[serde(crate = #serde, remote = #ident, rename = #ident, #more)]
            #[allow(dead_code, clippy::all, clippy::pedantic, clippy::nursery)]
        }
    };
    match &parameters.shape {
        Shape::Object(list) => {
            let attribute = attribute(quote!(deny_unknown_fields));
            let fields = fields(p, list, &defaults[0], None);
            quote! { #attribute struct __Twin { #fields } }
        }
        Shape::Newtype(field) => {
            let attribute = attribute(quote!(transparent));
            let (ty, through) = (&field.ty, read::through(p, field, None));
            quote! { #attribute struct __Twin(#[serde(#through)] #ty); }
        }
        Shape::Choice(list) => {
            let attribute = attribute(TokenStream::new());
            let variants = list.iter().map(|one| variant(p, one, &[]));
            quote! { #attribute enum __Twin { #(#variants),* } }
        }
        Shape::Union(tagging, list) => {
            let attribute = attribute(match tagging {
                Tagging::External => quote!(deny_unknown_fields),
                Tagging::Internal(tag) => quote!(tag = #tag, deny_unknown_fields),
                Tagging::Adjacent(tag, content) => quote!(tag = #tag, content = #content, deny_unknown_fields),
            });
            let variants = list.iter().zip(defaults).map(|(one, defaults)| variant(p, one, defaults));
            quote! { #attribute enum __Twin { #(#variants),* } }
        }
    }
}

fn variant(p: &TokenStream, variant: &Variant, defaults: &[Option<Ident>]) -> TokenStream {
    let (ident, name) = (&variant.ident, &variant.name);
    let body = match &variant.body {
        VariantBody::Unit => TokenStream::new(),
        VariantBody::Newtype(ty) => {
            let through = read::plain(p, ty, false);
            quote!((#[serde(#through)] #ty))
        }
        VariantBody::Object(list) => {
            let fields = fields(p, list, defaults, Some(ident));
            quote!({ #fields })
        }
    };
    quote!(#[serde(rename = #name)] #ident #body)
}

fn fields(p: &TokenStream, fields: &[Field], defaults: &[Option<Ident>], variant: Option<&Ident>) -> TokenStream {
    let is_none = quote!(#p::Option::is_none).to_string().replace(' ', "");
    fields
        .iter()
        .zip(defaults)
        .map(|(field, default)| {
            let Field { ident, name, ty, .. } = field;
            let through = read::through(p, field, variant);
            let how = match (&field.presence, default) {
                (Presence::Skipped, _) => quote!(skip),
                (Presence::Flattened, _) => return quote!(#[serde(flatten, #through)] #ident: #ty,),
                (Presence::Optional, _) => quote!(#through, default, skip_serializing_if = #is_none),
                (_, Some(function)) => {
                    let function = function.to_string();
                    quote!(#through, default = #function)
                }
                _ => through,
            };
            quote!(#[serde(rename = #name, #how)] #ident: #ty,)
        })
        .collect()
}
