//! A dot with nothing behind it: what an editor sees while a member is being written.
//!
//! It is told, and filled in with a call that every expression has, so that all the rest can be read and the editor finds
//! what stands before the dot.

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, TokenStream, TokenTree};

use crate::ctxt::Ctxt;

/// The name of what is filled in.
pub(super) const UNFINISHED: &str = "__unfinished";

/// The tokens with every dot followed by something.
pub(super) fn fill(cx: &Ctxt, tokens: TokenStream) -> TokenStream {
    let mut filled = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    // Before a dot of its own there is something to take a member of.
    let mut may_end = false;
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), fill(cx, group.stream()));
                inner.set_span(group.span());
                filled.push(inner.into());
                may_end = true;
            }
            TokenTree::Punct(dot) if dot.as_char() == '.' && may_end && is_alone(&dot, tokens.peek()) => {
                cx.error_at(dot.span(), "the name of a member is missing after the dot");
                let name = Ident::new(UNFINISHED, dot.span());
                let mut call = Group::new(Delimiter::Parenthesis, TokenStream::new());
                call.set_span(dot.span());
                filled.extend([TokenTree::from(dot), name.into(), call.into()]);
                may_end = true;
            }
            other => {
                may_end = !matches!(other, TokenTree::Punct(_));
                filled.push(other);
            }
        }
    }
    filled.into_iter().collect()
}

/// Neither part of a range, nor with a member behind it.
fn is_alone(dot: &Punct, next: Option<&TokenTree>) -> bool {
    match next {
        Some(TokenTree::Punct(next)) => next.as_char() != '.' || dot.spacing() == Spacing::Alone,
        Some(TokenTree::Ident(_) | TokenTree::Literal(_)) => false,
        Some(TokenTree::Group(_)) | None => true,
    }
}
