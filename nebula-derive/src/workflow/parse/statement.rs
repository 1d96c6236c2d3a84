//! Statements: steps, values with names, branches, and what the whole comes to.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    Expr, Ident, Pat, Token, Type,
    ext::IdentExt,
    parse::{Parse, ParseStream, Parser},
    spanned::Spanned,
    token,
};

use super::{body, constant, group, here, outcome, repeated, skip, step, trigger};
use crate::{
    ctxt::Ctxt,
    workflow::ast::{Arm, Body, Case, Choice, If, Let, Match, Statement, Value},
};

const USAGE: &str = "a statement is a step `fetch = FetchWeather { name: city.name };`, a value `let warm = fetch.temp > 20.0;` or a \
                     branch `if warm { .. }`; what the workflow gives stands at the end, without `;`";

/// All statements up to the end.
pub(super) fn all(cx: &Ctxt, input: ParseStream<'_>) -> Body {
    let mut body = Body::default();
    while !input.is_empty() {
        if input.peek(Token![;]) {
            skip(input);
        } else if let Err(error) = one(cx, input, &mut body) {
            cx.push(error);
            skip_statement(input);
        }
    }
    body
}

fn one(cx: &Ctxt, input: ParseStream<'_>, body: &mut Body) -> syn::Result<()> {
    if input.peek(Token![for]) {
        return Err(repeated::nameless(input));
    }
    if trigger::stands(input) {
        body.triggers.push(trigger::trigger(cx, input)?);
    } else if input.peek(Token![const]) {
        body.statements.push(Statement::Const(Box::new(constant::constant(cx, input)?)));
    } else if input.peek(Token![let]) {
        body.statements.push(Statement::Let(Box::new(binding(cx, input)?)));
    } else if input.peek(Token![if]) || input.peek(Token![match]) {
        choice(cx, input, body)?;
    } else if input.peek(Ident::peek_any)
        && input.peek2(Token![=])
        && !input.peek2(Token![==])
        && !input.peek2(Token![=>])
    {
        body.statements.push(step::statement(cx, input)?);
    } else {
        value(cx, input, body)?;
    }
    Ok(())
}

/// What the workflow gives, or something that does not belong here.
fn value(cx: &Ctxt, input: ParseStream<'_>, body: &mut Body) -> syn::Result<()> {
    let start = here(input);
    let value = match expression(input, Expr::parse) {
        Ok(Expr::Return(back)) => {
            cx.error_at(back.return_token.span, "what the workflow gives stands at the end, without `return` and `;`");
            if let Some(value) = back.expr {
                body.value.get_or_insert(Value::Expr(*value));
            }
            input.parse::<Option<Token![;]>>()?;
            return Ok(());
        }
        Ok(Expr::While(_) | Expr::Loop(_)) => {
            return Err(syn::Error::new(start, format!("a run has no loops of this kind; {USAGE}")));
        }
        Ok(value) => value,
        // A word of Rust that begins no value.
        Err(_) if input.peek(Ident::peek_any) && input.fork().parse::<Ident>().is_err() => {
            return Err(syn::Error::new(start, USAGE));
        }
        Err(error) => return Err(error),
    };
    if input.is_empty() {
        body.value = Some(Value::Expr(value));
        return Ok(());
    }
    if input.peek(Token![;]) {
        skip(input);
        match &value {
            Expr::Struct(action) => {
                let action = &action.path;
                let name = action.segments.last().map_or_else(String::new, |last| last.ident.to_string());
                cx.error(action, format!("a step has a name: write `name = {name} {{ .. }};`"));
            }
            _ if input.is_empty() => {
                cx.error(&value, "what the workflow gives stands at the end without `;`");
                body.value = Some(Value::Expr(value));
            }
            _ => cx.error(&value, format!("nothing is done here: {USAGE}")),
        }
        return Ok(());
    }
    Err(match value {
        Expr::Path(_) | Expr::Lit(_) => syn::Error::new_spanned(&value, USAGE),
        other => syn::Error::new_spanned(other, "what the workflow gives stands at the end, and this is not the end"),
    })
}

/// `let warm = fetch.temp > 20.0;`
fn binding(cx: &Ctxt, input: ParseStream<'_>) -> syn::Result<Let> {
    input.parse::<Token![let]>()?;
    let pattern = input.call(Pat::parse_single)?;
    let ty = if input.peek(Token![:]) {
        input.parse::<Token![:]>()?;
        Some(input.parse::<Type>()?)
    } else {
        None
    };
    input.parse::<Token![=]>()?;
    if input.peek(Token![for]) {
        return Err(repeated::nameless(input));
    }
    if input.peek(Token![if]) || input.peek(Token![match]) {
        let value = Some(Value::Choice(Box::new(branches(cx, input)?)));
        end(cx, input, pattern.span());
        return Ok(Let { pattern, ty, value });
    }
    let value = match expression(input, Expr::parse) {
        Ok(value) => Some(Value::Expr(value)),
        Err(error) => {
            cx.push(error);
            skip_to_end(input);
            None
        }
    };
    end(cx, input, pattern.span());
    Ok(Let { pattern, ty, value })
}

/// Branches, as a statement or as what the whole comes to.
fn choice(cx: &Ctxt, input: ParseStream<'_>, body: &mut Body) -> syn::Result<()> {
    let choice = branches(cx, input)?;
    if !choice.gives() {
        body.statements.push(Statement::Choice(choice));
    } else if input.is_empty() {
        body.value = Some(Value::Choice(Box::new(choice)));
    } else {
        let end = choice.bodies().into_iter().find_map(|body| body.value.as_ref().and(body.end));
        let at = end.unwrap_or_else(Span::call_site);
        cx.error_at(at, "nothing takes the value of this branch: write `let name = ..` before it; steps need none, their names are known behind it");
        body.statements.push(Statement::Choice(choice));
    }
    Ok(())
}

fn branches(cx: &Ctxt, input: ParseStream<'_>) -> syn::Result<Choice> {
    if input.peek(Token![match]) {
        cases(cx, input)
    } else if let Some(caught) = outcome::caught(cx, input) {
        caught.map(|caught| Choice::Caught(Box::new(caught)))
    } else {
        condition(cx, input).map(|branches| Choice::If(Box::new(branches)))
    }
}

/// `if condition { .. } else if other { .. } else { .. }`
fn condition(cx: &Ctxt, input: ParseStream<'_>) -> syn::Result<If> {
    let keyword: Token![if] = input.parse()?;
    let mut unknown = Vec::new();
    let condition = match expression(input, Expr::parse_without_eager_brace) {
        Ok(Expr::Let(matched)) => {
            names(matched.pat.to_token_stream(), &mut unknown);
            cx.error_at(
                matched.let_token.span,
                "whether there is a value is asked with `.is_some()`; `.or_default(..)` gives one in its place",
            );
            None
        }
        Ok(condition) => Some(condition),
        Err(error) => {
            cx.push(error);
            skip_to_braces(input);
            None
        }
    };
    let (condition, written) = with_braces(cx, input, condition);
    let Some((inside, close)) = written.or_else(|| group(input, Delimiter::Brace)) else {
        return Err(super::wanted(input, "the steps of the branch are wanted here, in braces"));
    };
    let then = body(cx, inside, close);
    let otherwise = if input.peek(Token![else]) {
        input.parse::<Token![else]>()?;
        Some(otherwise(cx, input)?)
    } else {
        None
    };
    Ok(If { keyword: keyword.span, condition, unknown, then, otherwise })
}

/// In `if fetch.temp > { .. }`, the braces were read as the value that is missing.
fn with_braces(
    cx: &Ctxt,
    input: ParseStream<'_>,
    condition: Option<Expr>,
) -> (Option<Expr>, Option<(TokenStream, Span)>) {
    match condition {
        Some(Expr::Binary(binary)) if !input.peek(token::Brace) && matches!(*binary.right, Expr::Block(_)) => {
            cx.error(binary.op, "a value is missing behind this");
            let mut block = binary.right.to_token_stream().into_iter();
            let inside = match block.next() {
                Some(TokenTree::Group(group)) => Some((group.stream(), group.span_close())),
                _ => None,
            };
            (None, inside)
        }
        condition => (condition, None),
    }
}

/// What stands behind `else`.
fn otherwise(cx: &Ctxt, input: ParseStream<'_>) -> syn::Result<Body> {
    if input.peek(Token![if]) {
        let inner = condition(cx, input)?;
        let end = inner.then.end;
        let inner = Choice::If(Box::new(inner));
        return Ok(if inner.gives() {
            Body { value: Some(Value::Choice(Box::new(inner))), end, ..Body::default() }
        } else {
            Body { statements: vec![Statement::Choice(inner)], end, ..Body::default() }
        });
    }
    match group(input, Delimiter::Brace) {
        Some((inside, close)) => Ok(body(cx, inside, close)),
        None => Err(super::wanted(input, "the steps of the other branch are wanted here, in braces")),
    }
}

/// `match day.sky { Sky::Sunny => { .. } _ => { .. } }`
fn cases(cx: &Ctxt, input: ParseStream<'_>) -> syn::Result<Choice> {
    let keyword: Token![match] = input.parse()?;
    let on = match expression(input, Expr::parse_without_eager_brace) {
        Ok(on) => Some(on),
        Err(error) => {
            cx.push(error);
            skip_to_braces(input);
            None
        }
    };
    let Some((inside, close)) = group(input, Delimiter::Brace) else {
        return Err(super::wanted(
            input,
            "the cases are wanted here, in braces: `{ Sky::Sunny => { .. } _ => { .. } }`",
        ));
    };
    let mut found = Match { keyword: keyword.span, on, arms: Vec::new(), is_broken: false };
    let read = |input: ParseStream<'_>| {
        while !input.is_empty() {
            match arm(cx, input) {
                Ok(Some(arm)) => found.arms.push(arm),
                Ok(None) => found.is_broken = true,
                Err(error) => {
                    cx.push(error);
                    found.is_broken = true;
                    while !input.is_empty() && !input.peek(Token![,]) {
                        skip(input);
                    }
                }
            }
            if input.peek(Token![,]) {
                skip(input);
            }
        }
        Ok(())
    };
    read.parse2(inside)?;
    if found.arms.iter().any(|arm| outcome::is_of_step(&arm.case)) {
        let Match { on, arms, is_broken, .. } = found;
        let outcome = outcome::of_arms(cx, keyword.span, on.as_ref(), arms, is_broken, close);
        return Ok(Choice::Outcome(Box::new(outcome)));
    }
    if let Some(early) = found.arms.iter().rev().skip(1).find(|arm| matches!(arm.case, Case::Others)) {
        cx.error_at(early.body.end.unwrap_or(close), "the branch for all others, `_`, comes last");
        found.is_broken = true;
    } else if found.arms.is_empty() && !found.is_broken {
        cx.error_at(close, "there is no case: write `Sky::Sunny => { .. }` for each, or `_ => { .. }` for the others");
        found.is_broken = true;
    }
    Ok(Choice::Match(found))
}

/// One case; `None` when its pattern is none, which is told.
fn arm(cx: &Ctxt, input: ParseStream<'_>) -> syn::Result<Option<Arm>> {
    let pattern = Pat::parse_multi_with_leading_vert(input)?;
    let case = case(cx, &pattern);
    if input.peek(Token![if]) {
        return Err(super::wanted(input, "a case has no further condition: write an `if` inside"));
    }
    input.parse::<Token![=>]>()?;
    let start = here(input);
    let body = match group(input, Delimiter::Brace) {
        Some((inside, close)) => body(cx, inside, close),
        None => {
            let value = expression(input, Expr::parse)?;
            Body { value: Some(Value::Expr(value)), end: Some(start), ..Body::default() }
        }
    };
    Ok(case.map(|case| Arm { case, body }))
}

/// Of what a case is; `None` when its pattern is none, which is told.
pub(in crate::workflow) fn case(cx: &Ctxt, pattern: &Pat) -> Option<Case> {
    let case = match pattern {
        Pat::Wild(_) => Some(Case::Others),
        Pat::Path(path) if path.path.segments.len() > 1 && path.qself.is_none() => {
            let mut of = path.path.clone();
            let variant = of.segments.pop();
            of.segments.pop_punct();
            variant.map(|variant| Case::Variant(of, variant.ident))
        }
        other => outcome::case(other),
    };
    if case.is_none() {
        cx.error(pattern, "a case is one variant with the name of its enum, `Sky::Sunny`, or `_` for all others");
    }
    case
}

/// Passes over a value that cannot be read, to what is in braces behind it.
pub(super) fn skip_to_braces(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(token::Brace) && !input.peek(Token![;]) {
        skip(input);
    }
}

/// What a pattern may bind.
fn names(pattern: TokenStream, found: &mut Vec<Ident>) {
    for token in pattern {
        match token {
            TokenTree::Ident(name) => found.push(name),
            TokenTree::Group(group) => names(group.stream(), found),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// An expression, with the error of the one that is read from the same place on a failure: the input does not move then.
pub(super) fn expression(input: ParseStream<'_>, parse: fn(ParseStream<'_>) -> syn::Result<Expr>) -> syn::Result<Expr> {
    use syn::parse::discouraged::Speculative;

    let fork = input.fork();
    let value = parse(&fork).map_err(|error| {
        let message = error.to_string();
        let at = error.span();
        if message.contains("unexpected end of input") {
            return syn::Error::new(at, "a value is missing here");
        }
        if message == "expected an expression" { syn::Error::new(at, "a value is wanted here") } else { error }
    })?;
    if let Expr::Verbatim(tokens) = &value {
        return Err(syn::Error::new_spanned(tokens, "no value that a workflow knows"));
    }
    input.advance_to(&fork);
    Ok(value)
}

/// The `;` behind a statement.
pub(super) fn end(cx: &Ctxt, input: ParseStream<'_>, of: Span) {
    if input.peek(Token![;]) {
        skip(input);
    } else if input.is_empty() {
        cx.error_at(of, "a `;` is missing at the end of this");
    } else {
        cx.error_at(here(input), "a `;` is missing before this");
        // What stands on this line belongs to nothing.
        if !starts_statement(input) {
            skip_statement(input);
        }
    }
}

/// Passes over the rest of a statement, and not its `;`.
pub(super) fn skip_to_end(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![;]) {
        skip(input);
    }
}

/// Passes over a statement that cannot be read.
fn skip_statement(input: ParseStream<'_>) {
    // Whatever it begins with has been told to be wrong.
    let mut is_first = true;
    while !input.is_empty() && (is_first || !starts_statement(input)) {
        is_first = false;
        if input.peek(Token![;]) {
            skip(input);
            return;
        }
        let is_braces =
            matches!(input.fork().parse(), Ok(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace);
        skip(input);
        if is_braces && input.peek(Token![else]) {
            skip(input);
        }
    }
}

fn starts_statement(input: ParseStream<'_>) -> bool {
    input.peek(Token![let])
        || input.peek(Token![const])
        || trigger::stands(input)
        || input.peek(Token![if])
        || input.peek(Token![match])
        || input.peek(Ident) && input.peek2(Token![=]) && !input.peek2(Token![==])
}
