//! `expr!` and `template!`: texts of the expression language, checked while compiling.
//!
//! The language's own parser and checker do the work; here their errors find their place in the Rust literal.

mod input;
mod literal;
mod wanted;

use nebula_expression::{AnyScope, Checked, ExprError, Expression, Template};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{LitStr, Path};

use self::{input::Input, literal::Literal, wanted::Wanted};
use crate::{ctxt::Ctxt, paths};

/// `expr!(..)`
pub(crate) fn expr(input: TokenStream) -> TokenStream {
    expand(input, &Language { name: "expr", parsed: quote!(Expression), parse: quote!(parse_expression), check })
}

/// `template!(..)`
pub(crate) fn template(input: TokenStream) -> TokenStream {
    let check = check_template;
    expand(input, &Language { name: "template", parsed: quote!(Template), parse: quote!(parse_template), check })
}

/// One of the two macros.
struct Language {
    name: &'static str,
    /// The type of what is parsed, and the function that does so, as `__private::expr` calls them.
    parsed: TokenStream,
    parse: TokenStream,
    check: fn(&str, Option<&Wanted>) -> Result<Checked, Vec<ExprError>>,
}

fn check(text: &str, wanted: Option<&Wanted>) -> Result<Checked, Vec<ExprError>> {
    let expression = Expression::parse(text)?;
    // The checker has better words for a condition.
    let condition = wanted.is_some_and(Wanted::is_condition);
    Ok(if condition { expression.check_bool(&AnyScope) } else { expression.check(&AnyScope) })
}

fn check_template(text: &str, _: Option<&Wanted>) -> Result<Checked, Vec<ExprError>> {
    Ok(Template::parse(text)?.check(&AnyScope))
}

fn expand(input: TokenStream, language: &Language) -> TokenStream {
    let cx = Ctxt::default();
    let sdk = paths::sdk(None);
    let input = Input::read(&cx, input, language.name);
    if let Some(input) = &input {
        report(&cx, input, language);
    }
    match input.filter(|_| cx.is_clean()) {
        Some(input) => once(&sdk, &input.text, language),
        None => stand_in(&sdk, cx, language),
    }
}

/// Every mistake, at its place.
fn report(cx: &Ctxt, input: &Input, language: &Language) {
    let text = input.text.value();
    let literal = Literal::new(&input.text);
    let errors = match (language.check)(&text, input.wanted.as_ref()) {
        Err(errors) => errors,
        Ok(checked) if !checked.errors.is_empty() => checked.errors,
        Ok(checked) => {
            if let Some(problem) = input.wanted.as_ref().and_then(|wanted| wanted.problem(&checked.ty)) {
                cx.error(&input.text, problem);
            }
            return;
        }
    };
    for error in errors {
        let at = error.span.start as usize..error.span.end as usize;
        cx.error_at(literal.span(at), shown(&error, &text));
    }
}

/// What is wrong, with the place marked: compilers that show no more than the literal do not show it.
fn shown(error: &ExprError, text: &str) -> String {
    let rendered = error.render(text);
    let mut lines = rendered.lines().skip(1).peekable();
    if !text.contains('\n') {
        // There is one line to look at.
        lines.next_if(|line| line.starts_with("  at "));
    }
    let mut shown = format!("{} [{}]", error.message, error.code);
    for line in lines {
        shown.push('\n');
        shown.push_str(line);
    }
    shown
}

/// Parsed once, when it is first needed.
fn once(sdk: &Path, text: &LitStr, language: &Language) -> TokenStream {
    let Language { parsed, parse, .. } = language;
    let p = quote!(#sdk::__private::expr);
    quote! {{
        static PARSED: #p::LazyLock<#p::#parsed> = #p::LazyLock::new(|| #p::#parse(#text));
        #p::LazyLock::force(&PARSED)
    }}
}

/// What code around a mistake goes on with: it has the right type and is never run.
fn stand_in(sdk: &Path, errors: Ctxt, language: &Language) -> TokenStream {
    let errors = errors.into_tokens();
    let parsed = &language.parsed;
    let p = quote!(#sdk::__private::expr);
    quote! {{
        #errors
        #p::unparsed::<#p::#parsed>()
    }}
}

#[cfg(test)]
mod tests;
