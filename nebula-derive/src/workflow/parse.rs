//! The grammar of `workflow!`. What cannot be read is told and passed over; all the rest is read.

mod constant;
pub(super) mod outcome;
mod repeated;
pub(super) mod statement;
mod step;
mod trigger;

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use syn::{
    Attribute, Ident, LitStr, Token, Type,
    ext::IdentExt,
    parse::{ParseStream, Parser},
    punctuated::Punctuated,
    token,
};

use super::ast::{Body, Workflow};
use crate::{
    attr::{Entry, workflow},
    ctxt::Ctxt,
    doc,
};

const USAGE: &str =
    "write `\"my-workflow\" (input: Input) -> Output { step = Action { parameter: input.value }; step }`";

/// The whole macro.
pub(super) fn workflow(cx: &Ctxt, tokens: TokenStream) -> Workflow {
    let read = |input: ParseStream<'_>| Ok(whole(cx, input));
    // Nothing is left over, and no error comes out.
    read.parse2(tokens).unwrap_or_else(|error| {
        cx.push(error);
        empty()
    })
}

fn empty() -> Workflow {
    Workflow {
        description: None,
        id: None,
        input: None,
        input_type: None,
        output_type: None,
        is_inferred: false,
        settings: workflow::WorkflowAttr::default(),
        body: Body::default(),
    }
}

fn whole(cx: &Ctxt, input: ParseStream<'_>) -> Workflow {
    let mut found = empty();
    let docs = input.call(Attribute::parse_outer).map_err(|error| cx.push(error)).unwrap_or_default();
    for other in docs.iter().filter(|attr| !attr.path().is_ident("doc")) {
        cx.error(other, "only a doc comment stands here, which is the description");
    }
    found.description = doc::text(&docs);
    if let Err(error) = header(cx, input, &mut found) {
        // The form comes first, then where it was left.
        cx.error_at(Span::call_site(), format!("a workflow has a form: {USAGE}"));
        cx.push(error);
        skip_to_body(input);
    }
    match group(input, Delimiter::Brace) {
        Some((inside, span)) => found.body = body(cx, inside, span),
        None if cx.is_clean() => cx.error_at(
            here(input),
            "the steps are missing: write them in braces, as in `{ fetch = FetchWeather { name: city.name }; fetch }`",
        ),
        None => {}
    }
    let rest: TokenStream = input.parse().unwrap_or_default();
    if !rest.is_empty() && cx.is_clean() {
        cx.error(rest, "nothing stands behind the braces");
    }
    found
}

/// `"id" (input: Input) -> Output with (..)`
fn header(cx: &Ctxt, input: ParseStream<'_>, found: &mut Workflow) -> syn::Result<()> {
    let mut first = Ok(());
    if input.peek(LitStr) {
        let id: LitStr = input.parse()?;
        found.id = Some(id).filter(|id| workflow::is_id(cx, id));
    } else {
        first = Err(wanted(input, "the id of the workflow is wanted here, a text in quotes"));
        if !input.peek(token::Paren) {
            return first;
        }
    }
    let Some((inside, _)) = group(input, Delimiter::Parenthesis) else {
        return Err(wanted(input, "the input is wanted here: `(city: City)`, or `()` when there is none"));
    };
    (|input: ParseStream<'_>| self::input(input, found)).parse2(inside)?;
    found.output_type = Some(syn::parse_quote!(()));
    if input.peek(Token![->]) {
        found.output_type = None;
        input.parse::<Token![->]>()?;
        found.output_type = Some(input.call(Type::without_plus)?);
    }
    if let Some(entries) = with(cx, input) {
        found.settings = workflow::WorkflowAttr::of_macro(cx, &entries);
    }
    if !input.peek(token::Brace) && !input.is_empty() {
        return first.and(Err(wanted(input, "the steps are wanted here, in braces")));
    }
    first
}

/// `city: City`
fn input(input: ParseStream<'_>, found: &mut Workflow) -> syn::Result<()> {
    if input.is_empty() {
        found.input_type = Some(syn::parse_quote!(()));
        return Ok(());
    }
    if input.peek(Token![_]) {
        input.parse::<Token![_]>()?;
    } else {
        let name = input.call(Ident::parse_any)?;
        found.input = Some(name.clone());
        if !input.peek(Token![:]) {
            return Err(syn::Error::new(name.span(), "the input has a name and a type: `city: City`"));
        }
    }
    input.parse::<Token![:]>()?;
    found.input_type = Some(input.parse()?);
    input.parse::<Option<Token![,]>>()?;
    match input.is_empty() {
        true => Ok(()),
        false => Err(input.error("a workflow has one input: make a struct of several")),
    }
}

/// `with (key = value, ..)`
fn with(cx: &Ctxt, input: ParseStream<'_>) -> Option<Vec<Entry>> {
    if !is_with(input) {
        return None;
    }
    let word: Ident = input.parse().ok()?;
    let Some((inside, _)) = group(input, Delimiter::Parenthesis) else {
        cx.error(&word, "write `with (key = value)`, in parentheses");
        group(input, Delimiter::Brace);
        return None;
    };
    let entries = Punctuated::<Entry, Token![,]>::parse_terminated.parse2(inside);
    entries.map_err(|error| cx.push(error)).ok().map(|entries| entries.into_iter().collect())
}

fn is_with(input: ParseStream<'_>) -> bool {
    input.fork().parse::<Ident>().is_ok_and(|word| word == "with")
}

/// What stands in braces.
fn body(cx: &Ctxt, inside: TokenStream, span: Span) -> Body {
    let read = |input: ParseStream<'_>| Ok(statement::all(cx, input));
    let mut body = read.parse2(inside).unwrap_or_else(|error: syn::Error| {
        cx.push(error);
        Body::default()
    });
    body.end = Some(span);
    body
}

/// The next tokens, if they are a group; with the place of its end.
fn group(input: ParseStream<'_>, delimiter: Delimiter) -> Option<(TokenStream, Span)> {
    let inside = input.step(|cursor| match cursor.token_tree() {
        Some((TokenTree::Group(group), rest)) if group.delimiter() == delimiter => {
            Ok(((group.stream(), group.span_close()), rest))
        }
        _ => Err(cursor.error("a group")),
    });
    inside.ok()
}

/// Passes over what is left of the first line.
fn skip_to_body(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(token::Brace) {
        skip(input);
    }
}

/// Passes over one token.
fn skip(input: ParseStream<'_>) {
    if input.parse::<TokenTree>().is_err() {
        // Only the end cannot be passed over.
    }
}

/// An error at the next token.
fn wanted(input: ParseStream<'_>, message: &str) -> syn::Error {
    syn::Error::new(here(input), message)
}

/// The next token, whole.
fn here(input: ParseStream<'_>) -> Span {
    match input.fork().parse::<TokenTree>() {
        Ok(TokenTree::Group(group)) => group.span_open(),
        Ok(token) => token.span(),
        Err(_) => input.span(),
    }
}
