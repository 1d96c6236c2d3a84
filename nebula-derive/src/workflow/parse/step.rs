//! `fetch = FetchWeather { name: city.name } with (timeout = "10s");`

use proc_macro2::{Delimiter, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    Expr, ExprPath, Ident, Pat, Token,
    ext::IdentExt,
    parse::{Parse, ParseStream, Parser},
    token,
};

use super::{group, here, is_with, repeated, skip, statement, with};
use crate::{
    attr::node::NodeAttr,
    ctxt::Ctxt,
    workflow::ast::{self, Callee, Let, Parameter, Statement, Step, Value},
};

/// A step; or a value that should have been a `let`.
pub(super) fn statement(cx: &Ctxt, input: ParseStream<'_>) -> syn::Result<Statement> {
    let name = input.call(Ident::parse_any)?;
    if syn::parse2::<Ident>(name.to_token_stream()).is_err() {
        cx.error(&name, format!("`{name}` is a word of Rust: give the step another name"));
    }
    input.parse::<Token![=]>()?;
    if input.peek(Token![for]) {
        return repeated::statement(cx, input, name);
    }
    let (calls, path) = if is_call(input) {
        let path: ExprPath = input.parse()?;
        let arguments: TokenTree = input.parse()?;
        (Callee::Workflow(syn::parse2(quote!(#path #arguments))?), path)
    } else if is_action(input) {
        let path: ExprPath = input.parse()?;
        (Callee::Action(ast::as_type(path.to_token_stream())?), path)
    } else {
        return plain(cx, input, &name).map(|binding| Statement::Let(Box::new(binding)));
    };
    let (parameters, is_broken) = match group(input, Delimiter::Brace) {
        Some((inside, _)) => {
            let read = |input: ParseStream<'_>| Ok(parameters(cx, input));
            let (parameters, all_read) = read.parse2(inside).unwrap_or_default();
            (parameters, !all_read)
        }
        None => {
            let action = path.path.segments.last().map_or_else(String::new, |last| last.ident.to_string());
            cx.error(
                &path,
                format!("an action has its parameters in braces: write `{name} = {action} {{ parameter: value }};`"),
            );
            if input.peek(token::Paren) {
                skip(input);
            }
            (Vec::new(), true)
        }
    };
    let options = match with(cx, input) {
        Some(entries) => NodeAttr::of_step(cx, &entries),
        None => NodeAttr::default(),
    };
    statement::end(cx, input, name.span());
    Ok(Statement::Step(Box::new(Step { name, calls, parameters, is_broken, options, field: None })))
}

/// Whether a function that gives a workflow is called here, with the parameters of the workflow behind it.
fn is_call(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    let Ok(path) = ahead.parse::<ExprPath>() else { return false };
    let is_function =
        path.path.segments.last().is_some_and(|last| !last.ident.to_string().starts_with(char::is_uppercase));
    is_function && ahead.peek(token::Paren) && ahead.parse::<TokenTree>().is_ok() && ahead.peek(token::Brace)
}

/// Whether a type stands here, with its parameters behind it or with nothing.
fn is_action(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    let Ok(path) = ahead.parse::<ExprPath>() else { return false };
    let is_type = path.path.segments.last().is_some_and(|last| last.ident.to_string().starts_with(char::is_uppercase));
    ahead.peek(token::Brace)
        || is_type && (ahead.is_empty() || ahead.peek(Token![;]) || ahead.peek(token::Paren) || is_with(&ahead))
}

fn plain(cx: &Ctxt, input: ParseStream<'_>, name: &Ident) -> syn::Result<Let> {
    let value = match statement::expression(input, Expr::parse) {
        Ok(value) => {
            cx.error(
                name,
                format!("a step is an action with its parameters, `{name} = Action {{ .. }};`; a value of another kind is `let {name} = ..;`"),
            );
            value
        }
        Err(_) => return Err(super::wanted(input, "an action with its parameters is wanted here: `Action { .. }`")),
    };
    statement::end(cx, input, name.span());
    let pattern: Pat = syn::parse_quote!(#name);
    Ok(Let { pattern, ty: None, value: Some(Value::Expr(value)) })
}

/// The parameters, and whether all of them could be read.
pub(super) fn parameters(cx: &Ctxt, input: ParseStream<'_>) -> (Vec<Parameter>, bool) {
    let mut found: Vec<Parameter> = Vec::new();
    let mut all_read = true;
    while !input.is_empty() {
        match parameter(cx, input) {
            Ok(parameter) => {
                if found.iter().any(|other| other.name.unraw() == parameter.name.unraw()) {
                    cx.error(&parameter.name, format!("`{}` is given twice", parameter.name.unraw()));
                } else {
                    found.push(parameter);
                }
            }
            Err(error) => {
                cx.push(error);
                all_read = false;
                skip_to_comma(input);
            }
        }
        if input.peek(Token![,]) {
            skip(input);
        } else if !input.is_empty() {
            cx.error_at(here(input), "a `,` is missing before this");
            if !input.peek(Ident::peek_any) || !input.peek2(Token![:]) {
                skip_to_comma(input);
                skip(input);
            }
        }
    }
    (found, all_read)
}

/// `name: city.name`, or `name` alone for `name: name`.
fn parameter(cx: &Ctxt, input: ParseStream<'_>) -> syn::Result<Parameter> {
    if input.peek(Token![..]) {
        let rest = here(input);
        return Err(syn::Error::new(rest, "a step has no rest: what is left out has its default"));
    }
    if !input.peek(Ident::peek_any) {
        return Err(super::wanted(input, "the name of a parameter is wanted here, as in `name: city.name`"));
    }
    let name = input.call(Ident::parse_any)?;
    if input.peek(Token![=]) {
        let assign: Token![=] = input.parse()?;
        cx.error(assign, format!("write `{name}: ..`, with a colon"));
    } else if input.peek(Token![:]) {
        input.parse::<Token![:]>()?;
    } else {
        let value = syn::parse2(name.to_token_stream()).ok();
        if value.is_none() {
            cx.error(&name, format!("`{name}` has no value: write `{name}: ..`"));
        }
        return Ok(Parameter { name, value });
    }
    let value = match statement::expression(input, Expr::parse) {
        Ok(value) => Some(value),
        Err(error) => {
            let is_missing = input.is_empty() || input.peek(Token![,]);
            if is_missing {
                cx.error(&name, format!("`{name}` has no value: write `{name}: ..`"));
            } else {
                cx.push(error);
            }
            skip_to_comma(input);
            None
        }
    };
    Ok(Parameter { name, value })
}

fn skip_to_comma(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        skip(input);
    }
}
