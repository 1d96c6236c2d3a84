//! The rules of `#[derive(Parameters)]`.

mod flatten;
mod keys;
pub(crate) mod when;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{
    Data, DataEnum, DeriveInput, Fields, GenericArgument, Ident, PathArguments, Type, ext::IdentExt, spanned::Spanned,
};

use crate::{
    attr::{
        param::{ContainerParam, FieldParam, number, place},
        serde::{ContainerSerde, FieldSerde, VariantSerde},
        text_of,
    },
    case::{self, Case},
    ctxt::Ctxt,
    doc, duration,
    model::{DefaultValue, Field, Parameters, Presence, Shape, Tagging, Variant, VariantBody},
    nearest, paths,
};

/// The model, when every rule is kept.
pub(crate) fn check(cx: &Ctxt, input: &DeriveInput, param: ContainerParam) -> Option<Parameters> {
    let serde = ContainerSerde::read(cx, &input.attrs);
    if !input.generics.params.is_empty() {
        cx.error(&input.generics, "parameters have no type parameters: they have one schema");
    }
    let is_newtype = matches!(&input.data, Data::Struct(data) if matches!(&data.fields, Fields::Unnamed(_)));
    if let Some(key) = serde.transparent.key().filter(|_| !is_newtype) {
        cx.error(key, "only a newtype is its value: write `struct X(String)`");
    }
    let description = doc::text(&input.attrs);
    let shape = match &input.data {
        Data::Struct(data) => {
            tags_belong_to_enums(cx, &serde);
            structure(cx, input, &data.fields, &serde)
        }
        Data::Enum(data) => enumeration(cx, input, data, &serde),
        Data::Union(_) => {
            cx.error(&input.ident, "parameters are a struct or an enum");
            None
        }
    };
    if !cx.is_clean() {
        return None;
    }
    Some(Parameters {
        ident: input.ident.clone(),
        sdk: paths::sdk(param.krate.take()),
        description: description.unwrap_or_default(),
        validate: param.validate.take(),
        shape: shape?,
    })
}

/// `tag` and `content` say which variant is meant.
fn tags_belong_to_enums(cx: &Ctxt, serde: &ContainerSerde) {
    for key in [serde.tag.key(), serde.content.key(), serde.rename_all_fields.key()].into_iter().flatten() {
        cx.error(key, format!("`{key}` belongs to an enum"));
    }
}

fn structure(cx: &Ctxt, input: &DeriveInput, fields: &Fields, serde: &ContainerSerde) -> Option<Shape> {
    match fields {
        Fields::Named(fields) => {
            let rule = serde.rename_all.get().copied();
            let fields: Vec<_> = fields.named.iter().map(|one| field(cx, one, rule, &input.ident)).collect();
            let named = fields.iter().flatten().filter(|field| !matches!(field.presence, Presence::Flattened));
            distinct(cx, named.map(|field| (&field.name, field.ident.as_ref())));
            let fields: Vec<_> = fields.into_iter().collect::<Option<_>>()?;
            items_beside(cx, &fields);
            when::beside(cx, &fields);
            Some(Shape::Object(fields))
        }
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            keys::newtype(cx, &fields.unnamed[0].attrs);
            let mut one = field(cx, &fields.unnamed[0], None, &input.ident)?;
            items_beside(cx, std::slice::from_ref(&one));
            one.description = doc::text(&input.attrs).unwrap_or_default();
            if let Presence::Default(_) | Presence::Skipped | Presence::Flattened = one.presence {
                cx.error(
                    &fields.unnamed[0].ty,
                    "the one value of a newtype is always there: put the default where the type is used",
                );
            }
            Some(Shape::Newtype(Box::new(one)))
        }
        Fields::Unnamed(fields) => {
            cx.error_at(fields.span(), "parameters have names: write `struct X { name: .. }`");
            None
        }
        Fields::Unit => Some(Shape::Object(Vec::new())),
    }
}

fn enumeration(cx: &Ctxt, input: &DeriveInput, data: &DataEnum, serde: &ContainerSerde) -> Option<Shape> {
    if data.variants.is_empty() {
        cx.error(&input.ident, "an enum without variants has no value");
        return None;
    }
    let tagging = tagging(cx, serde);
    let variants: Vec<_> = data.variants.iter().map(|one| variant(cx, input, one, serde)).collect();
    distinct(cx, variants.iter().flatten().map(|variant| (&variant.name, Some(&variant.ident))));
    let variants: Vec<_> = variants.into_iter().collect::<Option<_>>()?;
    if let Tagging::Internal(tag) = &tagging {
        tag_is_no_field(cx, tag, &variants);
    }
    let plain = variants.iter().all(|variant| matches!(variant.body, VariantBody::Unit));
    Some(match tagging {
        Tagging::External if plain => Shape::Choice(variants),
        tagging => Shape::Union(tagging, variants),
    })
}

/// `content` needs `tag`, and differs from it.
fn tagging(cx: &Ctxt, serde: &ContainerSerde) -> Tagging {
    match (serde.tag.get(), serde.content.pair()) {
        (None, None) => Tagging::External,
        (Some(tag), None) => Tagging::Internal(tag.value()),
        (Some(tag), Some((_, content))) => {
            if tag.value() == content.value() {
                cx.error(content, "`tag` and `content` have different names");
            }
            Tagging::Adjacent(tag.value(), content.value())
        }
        (None, Some((key, _))) => {
            cx.error(key, "`content` goes with `tag`: write `tag = \"type\", content = \"value\"`");
            Tagging::External
        }
    }
}

/// The tag of an internally tagged enum is the name of no field.
fn tag_is_no_field(cx: &Ctxt, tag: &str, variants: &[Variant]) {
    for variant in variants {
        if let VariantBody::Object(fields) = &variant.body {
            for field in fields.iter().filter(|field| field.name == tag) {
                cx.error(field.ident.as_ref(), format!("`{tag}` is the tag of the enum: give the field another name"));
            }
        }
    }
}

fn variant(cx: &Ctxt, input: &DeriveInput, variant: &syn::Variant, container: &ContainerSerde) -> Option<Variant> {
    let serde = VariantSerde::read(cx, &variant.attrs);
    let params = FieldParam::read(cx, &variant.attrs);
    for key in params.keys() {
        cx.error(key, "this belongs to a field, not to a variant");
    }
    if let (Some(key), Fields::Unit | Fields::Named(_)) = (params.gives.key(), &variant.fields) {
        cx.error(key, "`gives` is for the one value of a variant: put it at the field that holds the expression");
    }
    let rust = variant.ident.unraw().to_string();
    let name = serde.rename.get().map_or_else(
        || container.rename_all.get().map_or_else(|| rust.clone(), |rule| rule.variant(&rust)),
        syn::LitStr::value,
    );
    let body = match &variant.fields {
        Fields::Unit => VariantBody::Unit,
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            let one = &fields.unnamed[0];
            if let Some(attr) =
                one.attrs.iter().find(|attr| attr.path().is_ident("param") || attr.path().is_ident("serde"))
            {
                cx.error(attr, "the one value of a variant has no attributes: name the field to refine it");
            }
            VariantBody::Newtype(Box::new(own(&one.ty, &input.ident)))
        }
        Fields::Unnamed(fields) => {
            cx.error_at(fields.span(), format!("the values of a variant have names: write `{rust} {{ name: .. }}`"));
            return None;
        }
        Fields::Named(fields) => {
            let rule = serde.rename_all.get().or(container.rename_all_fields.get()).copied();
            let flattened = fields.named.iter().filter_map(|one| flatten::key(&one.attrs));
            flattened.for_each(|key| cx.error(key, "only a field of a struct can be flattened, not one of a variant"));
            let fields: Vec<_> = fields.named.iter().map(|one| field(cx, one, rule, &input.ident)).collect();
            distinct(cx, fields.iter().flatten().map(|field| (&field.name, field.ident.as_ref())));
            let fields: Vec<_> = fields.into_iter().collect::<Option<_>>()?;
            items_beside(cx, &fields);
            when::beside(cx, &fields);
            VariantBody::Object(fields)
        }
    };
    Some(Variant {
        ident: variant.ident.clone(),
        name,
        label: params.label.get().map_or_else(|| case::label(&rust), syn::LitStr::value),
        description: doc::text(&variant.attrs).unwrap_or_default(),
        marks: params.marks(),
        body,
    })
}

fn field(cx: &Ctxt, field: &syn::Field, rule: Option<Case>, owner: &Ident) -> Option<Field> {
    let param = FieldParam::read(cx, &field.attrs);
    let serde = FieldSerde::read(cx, &field.attrs);
    let ty = own(&field.ty, owner);
    let inner = option(&ty);
    let rust = field.ident.as_ref().map(|ident| ident.unraw().to_string()).unwrap_or_default();
    let name = serde
        .rename
        .get()
        .map_or_else(|| rule.map_or_else(|| rust.clone(), |rule| rule.field(&rust)), syn::LitStr::value);
    ordered(cx, &param);
    default_in_bounds(cx, &param);
    keys::check(cx, &param, &ty);
    flatten::check(cx, &param, &serde, &ty);
    let presence = if serde.flatten.get().is_some() {
        Some(Presence::Flattened)
    } else {
        presence(cx, &param, &serde, inner.is_some(), &ty)
    };
    when::possible(cx, &param, presence.as_ref());
    let description = doc::text(&field.attrs);
    if let (None, Some(ident)) = (&description, &field.ident)
        && !matches!(presence, Some(Presence::Skipped | Presence::Flattened))
    {
        cx.error(ident, format!("`{}` has no description: write `/// What it is.` above it", ident.unraw()));
    }
    Some(Field {
        ident: field.ident.clone(),
        label: param.label.get().map_or_else(|| case::label(&rust), syn::LitStr::value),
        name,
        description: description.unwrap_or_default(),
        inner: inner.unwrap_or_else(|| ty.clone()),
        ty,
        presence: presence?,
        marks: param.marks(),
        hints: param.hints(),
        widget: keys::asked_of(&param),
        schema: param.schema.take(),
        validate: param.validate.take(),
        visible_if: param.visible_if.take(),
        required_if: param.required_if.take(),
        item_of: param.item_of.take(),
        keywords: param.keywords,
        examples: param.example.take().into_iter().collect(),
    })
}

/// A field is required, optional, has a default, or is skipped: one of them.
fn presence(cx: &Ctxt, param: &FieldParam, serde: &FieldSerde, optional: bool, ty: &Type) -> Option<Presence> {
    if let Some(key) = serde.skip.key() {
        for other in param.keys().into_iter().chain(param.label.key()).chain(param.gives.key()) {
            cx.error(other, format!("the field is skipped: `{other}` would have no use"));
        }
        if let Some(other) = serde.default.key() {
            cx.error(other, format!("`{key}` takes the type's default already"));
        }
        return Some(Presence::Skipped);
    }
    let given = match (param.default.pair(), serde.default.pair()) {
        (Some(_), Some((key, _))) => {
            cx.error(key, "the field has its default in `#[param(default = ..)]` already");
            return None;
        }
        (Some((key, value)), None) => Some((key, default_value(cx, value.as_ref(), ty)?)),
        (None, Some((key, path))) => Some((key, path.clone().map_or(DefaultValue::Trait, DefaultValue::Call))),
        (None, None) => None,
    };
    match given {
        Some((key, _)) if optional => {
            cx.error(key, "an `Option` is `None` when it is absent: drop the `Option`, or the default");
            None
        }
        Some((_, value)) => Some(Presence::Default(value)),
        None if optional => Some(Presence::Optional),
        None => Some(Presence::Required),
    }
}

fn default_value(cx: &Ctxt, value: Option<&syn::Expr>, ty: &Type) -> Option<DefaultValue> {
    let Some(value) = value else {
        return Some(DefaultValue::Trait);
    };
    Some(match text_of(value) {
        Some(text) if last_segment(ty) == "DurationText" => DefaultValue::Duration(duration::read(cx, &text)?),
        Some(text) => DefaultValue::Text(text),
        None => DefaultValue::Expr(value.clone()),
    })
}

/// A lower bound is not above the upper one.
fn ordered(cx: &Ctxt, param: &FieldParam) {
    for (low, high) in [("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems")] {
        if let (Some((low, span)), Some((high, _))) = (param.bound(low), param.bound(high))
            && low > high
        {
            cx.error_at(span, format!("nothing fits: the least allowed is {low}, the most allowed is {high}"));
        }
    }
}

/// A default is within the bounds.
fn default_in_bounds(cx: &Ctxt, param: &FieldParam) {
    let Some(Some(default)) = param.default.get() else {
        return;
    };
    let bounds = |least, most| (param.bound(least), param.bound(most));
    #[expect(clippy::cast_precision_loss, reason = "a length of 2^53 is not written in source text")]
    let (value, (least, most), words) = match (number(default).and_then(|value| value.as_f64()), text_of(default)) {
        (Some(value), _) => (value, bounds("minimum", "maximum"), ("below the least", "above the most")),
        (None, Some(text)) => {
            let length = text.value().chars().count() as f64;
            (length, bounds("minLength", "maxLength"), ("shorter than the least", "longer than the most"))
        }
        (None, None) => return,
    };
    if least.is_some_and(|(least, _)| value < least) {
        cx.error_at(place(default), format!("the default is {} that is allowed", words.0));
    } else if most.is_some_and(|(most, _)| value > most) {
        cx.error_at(place(default), format!("the default is {} that is allowed", words.1));
    }
}

/// Two parameters have two names.
fn distinct<'a>(cx: &Ctxt, names: impl Iterator<Item = (&'a String, Option<&'a Ident>)>) {
    let mut seen: Vec<&String> = Vec::new();
    for (name, ident) in names {
        if seen.contains(&name) {
            cx.error(ident, format!("`{name}` is the name of another one already"));
        }
        seen.push(name);
    }
}

/// `item_of` names a field beside it.
fn items_beside(cx: &Ctxt, fields: &[Field]) {
    for field in fields {
        let Some(list) = &field.item_of else { continue };
        let name = list.value();
        let others: Vec<&str> =
            fields.iter().map(|other| other.name.as_str()).filter(|other| *other != field.name).collect();
        if others.is_empty() {
            cx.error(list, format!("there is no field `{name}`: this one is the only one"));
        } else if !others.contains(&name.as_str()) {
            cx.error(list, format!("there is no field `{name}` beside this one{}", nearest::hint(&name, &others)));
        }
    }
}

/// The type with `Self` replaced: the expansion uses it inside of another type.
fn own(ty: &Type, owner: &Ident) -> Type {
    fn walk(tokens: TokenStream, owner: &Ident) -> TokenStream {
        tokens
            .into_iter()
            .map(|tree| match tree {
                proc_macro2::TokenTree::Ident(ident) if ident == "Self" => {
                    Ident::new(&owner.to_string(), ident.span()).into()
                }
                proc_macro2::TokenTree::Group(group) => {
                    let mut inner = proc_macro2::Group::new(group.delimiter(), walk(group.stream(), owner));
                    inner.set_span(group.span());
                    inner.into()
                }
                other => other,
            })
            .collect()
    }
    syn::parse2(walk(ty.to_token_stream(), owner)).unwrap_or_else(|_| ty.clone())
}

/// What an `Option` holds.
fn option(ty: &Type) -> Option<Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Option")?;
    match &last.arguments {
        PathArguments::AngleBracketed(arguments) => match arguments.args.first()? {
            GenericArgument::Type(inner) => Some(inner.clone()),
            _ => None,
        },
        _ => None,
    }
}

fn last_segment(ty: &Type) -> String {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default(),
        _ => String::new(),
    }
}
