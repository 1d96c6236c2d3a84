//! What stands between the parentheses: a text, and perhaps the type it gives.

use proc_macro2::{Span, TokenStream};
use syn::{
    Lit, LitStr, Token,
    parse::{ParseStream, Parser},
};

use super::wanted::Wanted;
use crate::ctxt::Ctxt;

/// `"$input.total > 100" => bool`
pub(super) struct Input {
    pub(super) text: LitStr,
    pub(super) wanted: Option<Wanted>,
}

impl Input {
    /// Reads it; notes an error when it is something else.
    pub(super) fn read(cx: &Ctxt, tokens: TokenStream, name: &str) -> Option<Self> {
        if tokens.is_empty() {
            cx.error_at(Span::call_site(), format!("there is no text: write {}", example(name)));
            return None;
        }
        let read = |input: ParseStream<'_>| {
            let text = text(input, name)?;
            let wanted = if input.peek(Token![=>]) {
                input.parse::<Token![=>]>()?;
                Some(Wanted::read(input)?)
            } else {
                None
            };
            input.parse::<Option<Token![,]>>()?;
            match input.is_empty() {
                true => Ok(Self { text, wanted }),
                false if wanted.is_some() => Err(input.error("nothing follows the type")),
                false => Err(input.error("nothing but a type follows the text, as in `=> bool`")),
            }
        };
        read.parse2(tokens).map_err(|error| cx.push(error)).ok()
    }
}

fn text(input: ParseStream<'_>, name: &str) -> syn::Result<LitStr> {
    if !input.peek(Lit) {
        let message = format!(
            "only a text in quotes can be checked while compiling: write {}; others are read with `{}::parse`",
            example(name),
            if name == "expr" { "Expression" } else { "Template" },
        );
        let rest: TokenStream = input.parse()?;
        return Err(syn::Error::new_spanned(rest, message));
    }
    match input.parse()? {
        Lit::Str(text) if text.suffix().is_empty() => Ok(text),
        Lit::Str(text) => Err(syn::Error::new_spanned(&text, format!("leave out the suffix `{}`", text.suffix()))),
        other => Err(syn::Error::new_spanned(other, format!("not a text: write {}", example(name)))),
    }
}

fn example(name: &str) -> String {
    let text = if name == "expr" { "$input.total > 100" } else { "Dear {{ $input.name }}" };
    format!("`{name}!(\"{text}\")`")
}
