//! The rules of `#[derive(Action)]`.

mod limits;
mod listing;
mod poll;

use syn::{Data, DeriveInput, ext::IdentExt};

use crate::{
    attr::action::ActionAttr,
    case,
    ctxt::Ctxt,
    doc,
    model::{Action, CapabilityKind, Effect, Port},
    paths,
    valid::slots,
};

/// The model, when every rule is kept.
pub(crate) fn check(cx: &Ctxt, input: &DeriveInput, mut attr: ActionAttr, ports: Vec<Port>) -> Option<Action> {
    concrete(cx, input);
    let id = id(cx, input, &attr);
    let version = version(cx, input, &attr);
    one_effect(cx, &attr);
    retry_needs_repeatable(cx, &attr);
    pure_writes_nothing(cx, &attr);
    pure_is_the_same_each_time(cx, &attr);
    pure_runs_nothing(cx, &attr);
    cache_is_for_the_pure(cx, input, &attr);
    poll::check(cx, &attr);
    let description = description(cx, input, &attr);
    let timeout = attr.timeout.get().copied();
    let poll = attr.poll.get().copied();
    let limits = limits::check(cx, std::mem::take(&mut attr.limits), timeout);
    let listing = listing::check(cx, std::mem::take(&mut attr.listing));
    let slots = slots::of(
        cx,
        input,
        "an action is a struct",
        "a slot has a name, which nodes use: write `struct X { key: Cred<..> }`",
    );
    if !cx.is_clean() {
        return None;
    }
    Some(Action {
        ident: input.ident.clone(),
        id: id?,
        version: version?,
        name: attr.name.get().map_or_else(|| case::label(&input.ident.unraw().to_string()), syn::LitStr::value),
        description: description?,
        effect: effect(&attr),
        key: std::mem::take(&mut attr.key),
        timeout,
        retry: attr.retry.take(),
        capabilities: attr.capabilities.take().unwrap_or_default(),
        slots: slots?,
        limits,
        poll,
        listing,
        vis: input.vis.clone(),
        ports,
        sdk: paths::sdk(attr.krate.take()),
    })
}

/// An action that says nothing runs at most once: no default may hurt.
fn effect(attr: &ActionAttr) -> Effect {
    attr.effect.get().copied().unwrap_or(Effect::AtMostOnce)
}

/// An action is one action: it has no type parameters.
fn concrete(cx: &Ctxt, input: &DeriveInput) {
    if !input.generics.params.is_empty() {
        cx.error(&input.generics, "an action has no type parameters: it has one id and one schema");
    }
}

/// An id has a namespace, `weather.fetch`, of words of letters, digits, `_` and `-`.
fn id(cx: &Ctxt, input: &DeriveInput, attr: &ActionAttr) -> Option<syn::LitStr> {
    let Some(id) = attr.id.get() else {
        if !attr.broken.iter().any(|key| key == "id") {
            let word = case::Case::Snake.variant(&input.ident.unraw().to_string());
            cx.error(&input.ident, format!("this action has no id: write `#[action(id = \"namespace.{word}\", ..)]`"));
        }
        return None;
    };
    let text = id.value();
    let word = |part: &str| {
        let mut chars = part.chars();
        chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
            && chars.all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
    };
    if !text.contains('.') {
        cx.error(id, "an action id has a namespace, as in \"http.request\"");
    } else if text.len() > 128 || !text.split('.').all(word) {
        cx.error(
            id,
            "an action id is words with dots between: letters, digits, `_` and `-`, at most 128, as in \"http.request\"",
        );
    }
    Some(id.clone())
}

/// A version is `major.minor`.
fn version(cx: &Ctxt, input: &DeriveInput, attr: &ActionAttr) -> Option<(u32, u32)> {
    let Some(version) = attr.version.get() else {
        if !attr.broken.iter().any(|key| key == "version") {
            cx.error(&input.ident, "this action has no version: write `#[action(version = \"1.0\", ..)]`");
        }
        return None;
    };
    let number = |part: &str| {
        (!part.is_empty() && part.len() <= 6 && part.bytes().all(|b| b.is_ascii_digit()))
            .then(|| part.parse().ok())
            .flatten()
    };
    let text = version.value();
    let parts = text.split_once('.').and_then(|(major, minor)| Some((number(major)?, number(minor)?)));
    if parts.is_none() {
        cx.error(version, "a version is \"major.minor\", as in \"1.0\"");
    }
    parts
}

/// An action has one effect class.
fn one_effect(cx: &Ctxt, attr: &ActionAttr) {
    if let (Some(other), Some((first, _))) = (&attr.other_effect, attr.effect.pair()) {
        cx.error(
            other,
            format!("the action is `{first}` already: choose one of `pure`, `idempotent` and `at_most_once`"),
        );
    }
}

/// What may run at most once is not retried.
fn retry_needs_repeatable(cx: &Ctxt, attr: &ActionAttr) {
    if effect(attr) == Effect::AtMostOnce
        && attr.other_effect.is_none()
        && let Some(key) = attr.retry.key()
    {
        let why = if attr.effect.get().is_some() {
            "the action is `at_most_once`"
        } else {
            "the action says no effect class, so it is `at_most_once`"
        };
        cx.error(
            key,
            format!(
                "`retry` would repeat the effect: {why}; say `idempotent` if repeating with the same key is harmless, or \
                 leave `retry` out"
            ),
        );
    }
}

/// What is kept stands for a call that had no effect, and is given to whoever asks the same.
fn cache_is_for_the_pure(cx: &Ctxt, input: &DeriveInput, attr: &ActionAttr) {
    let Some(key) = attr.limits.cache.key() else { return };
    if effect(attr) != Effect::Pure && attr.other_effect.is_none() {
        let class = attr.effect.key().map_or("it says no effect class", |_| "it has an effect");
        cx.error(key, format!("`cache` is for `pure` actions, and {class}: a call that is left out has none"));
    }
    let has_slots = matches!(&input.data, Data::Struct(data) if !data.fields.is_empty());
    if has_slots {
        cx.error(
            key,
            "what was read with a credential or a resource is not kept for others: an action with slots has no `cache`",
        );
    }
}

/// What writes files is not pure.
fn pure_writes_nothing(cx: &Ctxt, attr: &ActionAttr) {
    let writes = attr.capabilities.get().is_some_and(|all| all.iter().any(|one| one.kind == CapabilityKind::FsWrite));
    if let (true, Some((key, Effect::Pure))) = (writes, attr.effect.pair()) {
        cx.error(
            key,
            "an action that declares `fs_write` is not `pure`: say `idempotent` if writing again leaves the same file",
        );
    }
}

/// What a program does is not known.
fn pure_runs_nothing(cx: &Ctxt, attr: &ActionAttr) {
    let Some((_, Effect::Pure)) = attr.effect.pair() else { return };
    if let Some(one) = attr.capabilities.get().into_iter().flatten().find(|one| one.kind == CapabilityKind::Exec) {
        cx.error(
            &one.word,
            "an action that declares `exec` is not `pure`, for a program may do anything: say `idempotent` if running it \
             again does no harm",
        );
    }
}

/// What gives something else each time is not pure.
fn pure_is_the_same_each_time(cx: &Ctxt, attr: &ActionAttr) {
    let Some((_, Effect::Pure)) = attr.effect.pair() else { return };
    for one in attr.capabilities.get().into_iter().flatten() {
        if matches!(one.kind, CapabilityKind::Random | CapabilityKind::WallClock) {
            let word = &one.word;
            let message = format!(
                "an action that declares `{word}` is not `pure`, for it gives something else each time: say `idempotent` if \
                 repeating it does no harm"
            );
            cx.error(word, message);
        }
    }
}

/// An action says what it does: in its doc comment, or in `description`, which comes before it.
fn description(cx: &Ctxt, input: &DeriveInput, attr: &ActionAttr) -> Option<String> {
    if let Some(given) = attr.description.get() {
        let text = given.value();
        if text.trim().is_empty() {
            cx.error(given, "say what the action does");
        }
        return Some(text);
    }
    let text = doc::text(&input.attrs);
    if text.is_none() && !attr.broken.iter().any(|key| key == "description") {
        cx.error(&input.ident, "this action has no description: write `/// What it does.` above it");
    }
    text
}
