//! `text!("{} is {}", fetch.city, fetch.temp)`: words with values between them.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{
    Expr, Ident, LitStr, Token,
    parse::{ParseStream, Parser},
    punctuated::Punctuated,
    spanned::Spanned,
};

use crate::ctxt::Ctxt;

const USAGE: &str = "write `text!(\"{} is {}\", fetch.city, fetch.temp)`";

/// Words and values, in their order.
pub(super) struct Text {
    span: Span,
    pieces: Vec<Piece>,
}

enum Piece {
    Words(String),
    Value(Expr),
}

/// What stands in the text of the literal.
enum Part {
    Words(String),
    /// `{}`
    Next,
    /// `{name}`
    Named(Ident),
    /// Something else in braces, which is told.
    Wrong,
}

/// Reads what stands between the parentheses; of what is wrong, nothing is left.
pub(super) fn read(cx: &Ctxt, at: Span, tokens: TokenStream) -> Text {
    if tokens.is_empty() {
        cx.error_at(at, format!("there is no text: {USAGE}"));
        return Text { span: at, pieces: Vec::new() };
    }
    let read = |input: ParseStream<'_>| {
        if !input.peek(LitStr) {
            let rest: TokenStream = input.parse()?;
            return Err(syn::Error::new_spanned(rest, format!("a text in quotes comes first: {USAGE}")));
        }
        let words: LitStr = input.parse()?;
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
        Ok((words, Punctuated::<Expr, Token![,]>::parse_terminated(input)?))
    };
    match read.parse2(tokens) {
        Ok((words, values)) => pieces(cx, &words, values.into_iter().collect()),
        Err(error) => {
            cx.push(error);
            Text { span: at, pieces: Vec::new() }
        }
    }
}

fn pieces(cx: &Ctxt, words: &LitStr, values: Vec<Expr>) -> Text {
    let mut missing = 0_usize;
    let mut values = values.into_iter();
    let mut pieces = Vec::new();
    for part in parts(cx, words) {
        match part {
            Part::Words(words) => pieces.push(Piece::Words(words)),
            Part::Named(name) => pieces.push(Piece::Value(syn::parse_quote!(#name))),
            Part::Next => match values.next() {
                Some(value) => pieces.push(Piece::Value(value)),
                None => missing += 1,
            },
            Part::Wrong => {
                // It may have been meant for one.
                values.next();
            }
        }
    }
    if missing > 0 {
        let more = if missing == 1 { "one more value is".to_owned() } else { format!("{missing} more values are") };
        cx.error(words, format!("{more} wanted behind the text, for the `{{}}` in it"));
    }
    for value in values {
        cx.error(value, "there is no `{}` for this value in the text");
    }
    Text { span: words.span(), pieces }
}

fn parts(cx: &Ctxt, words: &LitStr) -> Vec<Part> {
    let text = words.value();
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '{' | '}' if rest.next_if_eq(&c).is_some() => plain.push(c),
            '{' => {
                if !plain.is_empty() {
                    parts.push(Part::Words(std::mem::take(&mut plain)));
                }
                let mut inside = String::new();
                let mut is_closed = false;
                for c in rest.by_ref() {
                    if c == '}' {
                        is_closed = true;
                        break;
                    }
                    inside.push(c);
                }
                if !is_closed {
                    cx.error(words, "a `{` is not closed: write `{{` for a brace in the text");
                    return parts;
                }
                parts.push(part(cx, words, inside.trim()));
            }
            '}' => {
                cx.error(words, "a `}` closes nothing: write `}}` for a brace in the text");
                return parts;
            }
            c => plain.push(c),
        }
    }
    if !plain.is_empty() {
        parts.push(Part::Words(plain));
    }
    parts
}

fn part(cx: &Ctxt, words: &LitStr, inside: &str) -> Part {
    if inside.is_empty() {
        return Part::Next;
    }
    if let Ok(mut name) = syn::parse_str::<Ident>(inside) {
        name.set_span(words.span());
        return Part::Named(name);
    }
    let help = match inside.split_once(':') {
        Some(_) => "values have no formats here; write `{}`",
        None if inside.chars().all(|c| c.is_ascii_digit()) => "values stand in the order of the text; write `{}`",
        None => "write `{}`, and the value behind the text",
    };
    cx.error(words, format!("`{{{inside}}}` cannot be filled: {help}"));
    Part::Wrong
}

/// A value outside of a workflow, by reference.
pub(super) fn by_reference(value: &Expr) -> TokenStream {
    let binds = matches!(
        value,
        Expr::Path(_)
            | Expr::Field(_)
            | Expr::MethodCall(_)
            | Expr::Call(_)
            | Expr::Lit(_)
            | Expr::Macro(_)
            | Expr::Paren(_)
            | Expr::Index(_)
    );
    if binds { quote!(&#value) } else { quote!(&(#value)) }
}

// === impl Text ===

impl Text {
    /// The calls of the builder; `value` writes a value, by reference.
    pub(super) fn expand(&self, p: &TokenStream, mut value: impl FnMut(&Expr) -> TokenStream) -> TokenStream {
        let mut built = quote_spanned!(self.span=> #p::flow::Text::new());
        for piece in &self.pieces {
            match piece {
                Piece::Words(words) => {
                    let words = LitStr::new(words, self.span);
                    built = quote_spanned!(self.span=> #built.text(#words));
                }
                Piece::Value(expr) => {
                    let shown = value(expr);
                    built = quote_spanned!(expr.span()=> #built.value(#shown));
                }
            }
        }
        built
    }
}
