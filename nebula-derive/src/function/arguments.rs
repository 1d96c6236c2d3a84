//! Which argument is what: the context, a slot, a parameter, or the whole input. The type decides.

use proc_macro2::{Ident, Span};
use quote::quote_spanned;
use syn::{Attribute, FnArg, Meta, Pat, Path, Signature, Token, Type, ext::IdentExt, spanned::Spanned};

use super::signature::{first_type, last};
use crate::{ctxt::Ctxt, nearest};

/// The arguments, sorted.
#[derive(Default)]
pub(super) struct Arguments {
    pub(super) context: Option<(Pat, Type)>,
    pub(super) slots: Vec<Named>,
    pub(super) parameters: Vec<Named>,
    /// `#[input]`
    pub(super) whole: Option<(Pat, Type)>,
}

/// An argument that becomes a field.
pub(super) struct Named {
    pub(super) attrs: Vec<Attribute>,
    pub(super) mutability: Option<Token![mut]>,
    pub(super) ident: Ident,
    pub(super) ty: Type,
}

/// What a type says.
enum Sort {
    /// The context's type, complete.
    Context(Box<Type>),
    Slot,
    Parameter,
    /// It is wrong, and that is noted.
    Neither,
}

/// What may stand above a parameter.
const ATTRIBUTES: [&str; 4] = ["doc", "param", "serde", "input"];

// === impl Arguments ===

impl Arguments {
    /// Sorts the arguments; leaves a signature that Rust itself accepts.
    pub(super) fn take(shape: &Ctxt, cx: &Ctxt, sig: &mut Signature, sdk: &Path) -> Self {
        let mut found = Self::default();
        let mut names: Vec<Ident> = Vec::new();
        for argument in &mut sig.inputs {
            let FnArg::Typed(argument) = argument else { continue };
            let attrs = std::mem::take(&mut argument.attrs);
            if let Pat::Ident(pat) = &mut *argument.pat {
                if names.contains(&pat.ident) {
                    cx.error(&pat.ident, format!("there is an argument `{}` already", pat.ident.unraw()));
                    *argument.pat = syn::parse_quote!(_);
                    continue;
                }
                names.push(pat.ident.clone());
            }
            let (pat, ty) = (&argument.pat, &mut argument.ty);
            match sort(shape, ty, sdk) {
                Sort::Neither => {}
                Sort::Context(complete) => {
                    no_attributes(cx, &attrs, "the context is no parameter: nothing is to be said about it");
                    if found.context.is_some() {
                        shape.error(&*ty, "there is one context");
                    }
                    *ty = complete;
                    if found.context.is_none() {
                        found.context = Some(((**pat).clone(), (**ty).clone()));
                    }
                }
                Sort::Parameter if attrs.iter().any(|attr| attr.path().is_ident("input")) => {
                    found.whole(cx, attrs, pat, ty);
                }
                Sort::Slot => {
                    let (docs, others): (Vec<_>, Vec<_>) =
                        attrs.into_iter().partition(|attr| attr.path().is_ident("doc"));
                    no_attributes(cx, &others, "a slot has a description and nothing else");
                    found.slots.extend(named(shape, docs, pat, ty));
                }
                Sort::Parameter => {
                    known(cx, &attrs);
                    found.parameters.extend(named(shape, attrs, pat, ty));
                }
            }
        }
        if found.whole.is_some() {
            for parameter in &found.parameters {
                let message = "there is a whole input already: put this in its struct, or leave `#[input]` out";
                cx.error(&parameter.ident, message);
            }
        }
        found
    }

    /// `#[input] city: City`
    fn whole(&mut self, cx: &Ctxt, attrs: Vec<Attribute>, pat: &Pat, ty: &Type) {
        let (marks, others): (Vec<_>, Vec<_>) = attrs.into_iter().partition(|attr| attr.path().is_ident("input"));
        no_attributes(cx, &others, "this is the whole input: what is to be said stands at its struct");
        for mark in marks.iter().filter(|mark| !matches!(mark.meta, Meta::Path(_))) {
            cx.error(mark, "`input` takes no value: write `#[input]`");
        }
        for mark in marks.iter().skip(1) {
            cx.error(mark, "`input` is given twice");
        }
        if self.whole.is_some() {
            cx.error(&marks[0], "there is a whole input already");
        } else {
            self.whole = Some((pat.clone(), ty.clone()));
        }
    }
}

fn sort(shape: &Ctxt, ty: &Type, sdk: &Path) -> Sort {
    let is_slot = |ty: &Type| last(ty).is_some_and(|last| last.ident == "Cred" || last.ident == "Res");
    let is_context = |ty: &Type| last(ty).is_some_and(|last| last.ident == "Ctx" || last.ident == "ActionContext");
    match ty {
        Type::Reference(reference) if is_context(&reference.elem) => {
            if reference.mutability.is_some() {
                shape.error(ty, "the context is shared: write `&Ctx`");
            }
            Sort::Context(Box::new(complete(reference, sdk)))
        }
        Type::Reference(reference) if is_slot(&reference.elem) => {
            shape.error(ty, "a slot is taken by value: leave the `&` out");
            Sort::Neither
        }
        Type::Reference(_) => {
            shape.error(ty, "a parameter is owned, as JSON has it: write `String` for a text, `Vec<T>` for a list");
            Sort::Neither
        }
        Type::ImplTrait(_) => {
            shape.error(ty, "a parameter has one type, which has a schema: name it");
            Sort::Neither
        }
        _ if is_context(ty) => {
            shape.error(ty, "the context is borrowed: write `&Ctx`");
            Sort::Context(Box::new(complete(&syn::parse_quote!(&#ty), sdk)))
        }
        _ if is_slot(ty) => Sort::Slot,
        _ => match last(ty).filter(|last| last.ident == "Option").and_then(first_type) {
            Some(inner) if is_slot(inner) => Sort::Slot,
            _ => Sort::Parameter,
        },
    }
}

/// `&Ctx` and `&ActionContext` mean the context of this action.
fn complete(reference: &syn::TypeReference, sdk: &Path) -> Type {
    let mut reference = reference.clone();
    reference.mutability = None;
    if let Type::Path(path) = &mut *reference.elem
        && let Some(last) = path.path.segments.last_mut()
    {
        // Where the author wrote it, but written by us: no lint is to find fault with the path.
        let span = last.ident.span().resolved_at(Span::call_site());
        if last.ident == "Ctx" {
            let name = Ident::new("ActionContext", span);
            path.path = syn::parse_quote!(#sdk::#name);
        }
        if let Some(last) = path.path.segments.last_mut()
            && last.arguments.is_none()
        {
            last.arguments = syn::PathArguments::AngleBracketed(
                syn::parse2(quote_spanned!(span=> <Self>)).expect("angle brackets around a type"),
            );
        }
    }
    Type::Reference(reference)
}

fn named(shape: &Ctxt, attrs: Vec<Attribute>, pat: &Pat, ty: &Type) -> Option<Named> {
    match pat {
        Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => {
            Some(Named { attrs, mutability: pat.mutability, ident: pat.ident.clone(), ty: ty.clone() })
        }
        _ => {
            shape.error_at(pat.span(), "an argument has a name: callers of the action use it");
            None
        }
    }
}

fn known(cx: &Ctxt, attrs: &[Attribute]) {
    for attr in attrs {
        let word = attr.path().segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        if attr.path().get_ident().is_none_or(|ident| !ATTRIBUTES.iter().any(|known| ident == known)) {
            let hint = nearest::nearest(&word, &ATTRIBUTES[1..]).map_or_else(
                || "; there are comments, `#[param(..)]`, `#[serde(..)]` and `#[input]`".to_owned(),
                |near| format!("; did you mean `{near}`?"),
            );
            cx.error(attr.path(), format!("no attribute of a parameter{hint}"));
        }
    }
}

fn no_attributes(cx: &Ctxt, attrs: &[Attribute], message: &str) {
    for attr in attrs {
        cx.error(attr, message);
    }
}
