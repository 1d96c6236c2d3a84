//! `#[action(..)]` on a function: what one would write by hand, a struct with slots, a struct of parameters and the
//! impl. Both structs go through the same derives, so that their rules and mistakes are told once.

mod arguments;
mod expand;
mod signature;

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    Attribute, DeriveInput, LitStr, Path, ReturnType, Signature, Type, Visibility,
    ext::IdentExt,
    parse::{Parse, ParseStream},
};

use self::arguments::Arguments;
use crate::{attr::action::ActionAttr, case::Case, ctxt::Ctxt, fallback, model::Port, paths, valid};

/// The item as written; its body is not looked into.
struct Written {
    attrs: Vec<Attribute>,
    vis: Visibility,
    sig: Signature,
    body: Group,
}

/// What is made of it.
struct Function {
    /// What stands between the parentheses of the attribute.
    attr: TokenStream,
    sdk: Path,
    /// `crate = ".."`, for the other derive.
    krate: Option<String>,
    id: Option<LitStr>,
    /// The action's struct.
    ident: Ident,
    /// The struct of its parameters.
    input: Ident,
    vis: Visibility,
    docs: Vec<Attribute>,
    /// Attributes that belong to the body.
    others: Vec<Attribute>,
    arguments: Arguments,
    ports: Vec<Port>,
    /// `None` when the return type is wrong.
    output: Option<Output>,
    sig: Signature,
    body: Group,
}

/// What the function returns.
struct Output {
    written: ReturnType,
    ty: Type,
    /// `Result<ActionResult<T>>`
    may_wait: bool,
}

/// `#[nebula_sdk::action(..)]`
pub(crate) fn action(attr: TokenStream, item: &TokenStream) -> TokenStream {
    let written = match syn::parse2::<Written>(item.clone()) {
        Ok(written) => written,
        Err(error) => return no_function(&attr, item, &error),
    };
    let (shape, cx) = (Ctxt::default(), Ctxt::default());
    let named = written.sig.ident.clone();
    let function = Function::check(&shape, &cx, attr, written);
    let sound = shape.is_clean() && cx.is_clean();
    // The form comes first, then where it was left.
    let usage = (!shape.is_clean()).then(|| signature::usage(&named).to_compile_error());
    let (shape, errors) = (shape.into_tokens(), cx.into_tokens());
    let body = function.map(|function| if sound { expand::whole(&function) } else { expand::stand_in(&function) });
    quote! { #usage #shape #errors #body }
}

/// The attribute stands above something else.
fn no_function(attr: &TokenStream, item: &TokenStream, error: &syn::Error) -> TokenStream {
    let Ok(mut input) = syn::parse2::<DeriveInput>(item.clone()) else {
        let error = error.to_compile_error();
        return quote! { #error #item };
    };
    let message = "this form of the attribute is for an `async fn`; on a struct, write `#[derive(Action)]` and below it \
                   `#[action(..)]`, without the path";
    let error = syn::Error::new_spanned(&input.ident, message).to_compile_error();
    let attr = read(attr);
    let ports = valid::ports::check(&Ctxt::default(), &attr);
    let sdk = paths::sdk(attr.krate.take());
    let stand_in = fallback::action(&input, &sdk, &ports);
    // The derive would miss its attribute.
    input.attrs.retain(|attr| {
        let is_derive = attr.path().is_ident("derive") && attr.to_token_stream().to_string().contains("Action");
        !is_derive && !attr.path().is_ident("action")
    });
    quote! { #error #input #stand_in }
}

/// The attribute, for the keys that are needed beforehand; its mistakes are told by the derive.
fn read(attr: &TokenStream) -> ActionAttr {
    ActionAttr::read(&Ctxt::default(), &[syn::parse_quote!(#[action(#attr)])])
}

// === impl Written ===

impl Parse for Written {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        let sig = input.parse()?;
        let body = input.parse()?;
        Ok(Self { attrs, vis, sig, body })
    }
}

// === impl Function ===

impl Function {
    /// `None` when there is nothing to make a struct of.
    fn check(shape: &Ctxt, cx: &Ctxt, mut attr: TokenStream, written: Written) -> Option<Self> {
        let Written { attrs, vis, mut sig, body } = written;
        let found = read(&attr);
        let id = found.id.get().cloned();
        let ports = valid::ports::check(&Ctxt::default(), &found);
        let krate = found.krate.get().map(|path| path.to_token_stream().to_string().replace(' ', ""));
        let found_ports = found.ports.key().cloned();
        if let Some(key) = found.poll.key() {
            cx.error(
                key,
                "a trigger keeps a cursor, which no function has: write a struct with `#[derive(Action)]` and `impl TriggerAction` for it",
            );
            attr = without_poll(attr);
        }
        let sdk = paths::sdk(found.krate.take());
        signature::check(shape, &sig);
        let (docs, others) = attrs.into_iter().partition(|attr| attr.path().is_ident("doc"));
        let ident = name(cx, &sig.ident)?;
        let input = Ident::new(&format!("{ident}Input"), ident.span());
        let arguments = Arguments::take(shape, cx, &mut sig, &sdk);
        let output = signature::output(shape, &sig);
        if let (Some(Output { may_wait: false, .. }), Some(port), Some(key)) = (&output, ports.first(), found_ports) {
            let variant = &port.variant;
            cx.error(
                key,
                format!(
                    "an action with ports says by which it leaves: it returns `Result<ActionResult<.., {ident}Port>>`, as in \
                     `Ok(ActionResult::Route({ident}Port::{variant}, ..))`"
                ),
            );
        }
        Some(Self { attr, sdk, krate, id, ident, input, vis, docs, others, arguments, ports, output, sig, body })
    }
}

/// The attribute as if it said nothing of polls: that was told.
fn without_poll(attr: TokenStream) -> TokenStream {
    let mut kept = Vec::new();
    let mut entry: Vec<TokenTree> = Vec::new();
    for token in attr.into_iter().map(Some).chain([None]) {
        let is_end = token.as_ref().is_none_or(is_comma);
        entry.extend(token);
        if is_end {
            let is_poll = matches!(entry.first(), Some(TokenTree::Ident(key)) if key == "poll");
            kept.extend(std::mem::take(&mut entry).into_iter().filter(|_| !is_poll));
        }
    }
    kept.into_iter().collect()
}

fn is_comma(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',')
}

/// The struct is named as the function, in Pascal case.
fn name(cx: &Ctxt, function: &Ident) -> Option<Ident> {
    let name = Case::Pascal.field(&function.unraw().to_string());
    match syn::parse_str::<Ident>(&name) {
        Ok(mut ident) => {
            ident.set_span(function.span());
            Some(ident)
        }
        Err(_) => {
            cx.error(
                function,
                format!("`{name}` cannot be the name of the action's struct: give the function another"),
            );
            None
        }
    }
}

#[cfg(test)]
mod tests;
