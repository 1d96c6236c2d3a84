//! `lines = for order in input.orders { .. } with (concurrency = 8);`

use proc_macro2::Delimiter;
use syn::{Expr, Ident, Pat, Token, parse::ParseStream};

use super::{body, group, skip, statement, wanted, with};
use crate::{
    attr::node::NodeAttr,
    ctxt::Ctxt,
    workflow::ast::{Loop, Statement},
};

/// What is said of a loop that is no step.
pub(super) const USAGE: &str = "a loop is a step and has a name, by which the list of what its items give is known: write \
                                `lines = for order in input.orders { .. };`";

/// A loop, of which the name is read.
pub(super) fn statement(cx: &Ctxt, input: ParseStream<'_>, name: Ident) -> syn::Result<Statement> {
    let keyword: Token![for] = input.parse()?;
    let pattern = input.call(Pat::parse_single)?;
    let (index, item) = match &pattern {
        Pat::Tuple(both) if both.elems.len() == 2 => (named(cx, &both.elems[0]), named(cx, &both.elems[1])),
        one => (None, named(cx, one)),
    };
    if !input.peek(Token![in]) {
        return Err(wanted(input, "the list is wanted here: write `for order in input.orders { .. }`"));
    }
    input.parse::<Token![in]>()?;
    let list = match statement::expression(input, Expr::parse_without_eager_brace) {
        Ok(list) => Some(list),
        Err(error) => {
            cx.push(error);
            statement::skip_to_braces(input);
            None
        }
    };
    let Some((inside, close)) = group(input, Delimiter::Brace) else {
        return Err(wanted(input, "the steps of each item are wanted here, in braces"));
    };
    let body = body(cx, inside, close);
    let options = match with(cx, input) {
        Some(entries) => NodeAttr::of_loop(cx, &entries),
        None => NodeAttr::default(),
    };
    statement::end(cx, input, name.span());
    Ok(Statement::Loop(Box::new(Loop {
        name,
        keyword: keyword.span,
        item,
        index,
        list,
        body,
        is_broken: false,
        options,
        field: None,
    })))
}

/// A name, or `_`; anything else is told.
fn named(cx: &Ctxt, pattern: &Pat) -> Option<Ident> {
    match pattern {
        Pat::Ident(name) if name.by_ref.is_none() && name.mutability.is_none() && name.subpat.is_none() => {
            Some(name.ident.clone())
        }
        Pat::Wild(_) => None,
        other => {
            let help = "write `for order in ..`, or `for (index, order) in ..` for its place as well";
            cx.error(other, format!("an item has one name, and its members are read of it: {help}"));
            None
        }
    }
}

/// A loop without a name.
pub(super) fn nameless(input: ParseStream<'_>) -> syn::Error {
    let error = wanted(input, USAGE);
    // It is passed over as a whole.
    statement::skip_to_braces(input);
    skip(input);
    error
}
