//! The rules of `#[derive(Resource)]`.

use std::time::Duration;

use syn::{Data, DeriveInput, Ident, LitStr, Path, ext::IdentExt};

use crate::{
    attr::resource::{Kind, ResourceAttr},
    case,
    ctxt::Ctxt,
    doc,
    model::{Capability, CredSlot},
    paths,
    valid::slots,
};

/// `#[derive(Resource)]`, with nothing left to look up.
pub(crate) struct Resource {
    pub(crate) ident: Ident,
    pub(crate) sdk: Path,
    pub(crate) id: LitStr,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) kind: Kind,
    pub(crate) acquire_timeout: Option<Duration>,
    pub(crate) health_interval: Option<Duration>,
    pub(crate) teardown: Option<Duration>,
    pub(crate) capabilities: Vec<Capability>,
    /// `None` for a unit struct.
    pub(crate) slots: Option<Vec<CredSlot>>,
}

/// The model, when every rule is kept.
pub(crate) fn check(cx: &Ctxt, input: &DeriveInput, attr: ResourceAttr) -> Option<Resource> {
    if !input.generics.params.is_empty() {
        cx.error(&input.generics, "a resource has no type parameters: it has one id and one schema");
    }
    let id = id(cx, input, &attr);
    one_kind(cx, input, &attr);
    let description = description(cx, input, &attr);
    let slots = slots(cx, input);
    if !cx.is_clean() {
        return None;
    }
    Some(Resource {
        ident: input.ident.clone(),
        id: id?,
        name: attr.name.get().map_or_else(|| case::label(&input.ident.unraw().to_string()), LitStr::value),
        description: description?,
        kind: attr.kind.take()?,
        acquire_timeout: attr.acquire_timeout.take(),
        health_interval: attr.health_interval.take(),
        teardown: attr.teardown.take(),
        capabilities: attr.capabilities.take().unwrap_or_default(),
        slots: slots?,
        sdk: paths::sdk(attr.krate.take()),
    })
}

/// An id has a namespace, `postgres.database`, of words of letters, digits, `_` and `-`.
fn id(cx: &Ctxt, input: &DeriveInput, attr: &ResourceAttr) -> Option<LitStr> {
    let Some(id) = attr.id.get() else {
        if !attr.broken.contains(&"id") {
            let word = case::Case::Snake.variant(&input.ident.unraw().to_string());
            let message = format!("this resource has no id: write `#[resource(id = \"namespace.{word}\", ..)]`");
            cx.error(&input.ident, message);
        }
        return None;
    };
    let text = id.value();
    let word = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    };
    if !text.contains('.') {
        cx.error(id, "the id of a resource has a namespace, as in \"postgres.database\"");
    } else if text.len() > 128 || !text.split('.').all(word) {
        let message = "the id of a resource is words with dots between: letters, digits, `_` and `-`, at most 128, as in \
                       \"postgres.database\"";
        cx.error(id, message);
    }
    Some(id.clone())
}

/// A resource says how many have it at one time, once.
fn one_kind(cx: &Ctxt, input: &DeriveInput, attr: &ResourceAttr) {
    match (attr.kind.key(), &attr.other_kind) {
        (Some(first), Some(other)) => {
            let message =
                format!("the resource is `{first}` already: choose one of `shared`, `exclusive` and `pool(..)`");
            cx.error(other, message);
        }
        (None, None) if !attr.broken.contains(&"kind") => {
            let message = "say how many attempts have this resource at one time: `#[resource(shared)]` for all at once, \
                           `exclusive` for one after the other, `pool(max = 8)` for one each of several";
            cx.error(&input.ident, message);
        }
        _ => {}
    }
}

/// A resource says what it is: in its doc comment, or in `description`, which comes before it.
fn description(cx: &Ctxt, input: &DeriveInput, attr: &ResourceAttr) -> Option<String> {
    if let Some(given) = attr.description.get() {
        let text = given.value();
        if text.trim().is_empty() {
            cx.error(given, "say what the resource is");
        }
        return Some(text);
    }
    let text = doc::text(&input.attrs);
    if text.is_none() && !attr.broken.contains(&"description") {
        cx.error(&input.ident, "this resource has no description: write `/// What it is.` above it");
    }
    text
}

/// A resource is a unit struct, or a struct whose named fields are its credentials.
#[expect(clippy::option_option, reason = "outer: whether the rule is kept; inner: whether there are fields")]
fn slots(cx: &Ctxt, input: &DeriveInput) -> Option<Option<Vec<CredSlot>>> {
    let slots = slots::of(
        cx,
        input,
        "a resource is a struct",
        "a credential slot has a name: write `struct X { login: Cred<..> }`",
    );
    if let Data::Struct(data) = &input.data {
        let attrs = data.fields.iter().flat_map(|field| &field.attrs);
        for attr in attrs.filter(|attr| attr.path().is_ident("resource")) {
            cx.error(attr, "`#[resource(..)]` stands above the struct: nothing is to be said about a field");
        }
    }
    slots
}
