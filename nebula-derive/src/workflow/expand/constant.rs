//! Constants: `var`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Expr, Lit};

use super::flow_at;
use crate::workflow::{ast::Const, names::Kind, value::Writer};

/// `let room: Expr<String> = f.var("room", "#ops");`
pub(super) fn statement(write: &Writer<'_>, constant: &Const) -> TokenStream {
    let p = write.p;
    let Const { name, ty, value } = constant;
    if write.names.is_step(name) {
        write.cx.error(name, format!("there is a step `{name}` already: give the constant another name"));
    }
    let ty = match (ty, value) {
        (Some(ty), _) => Some(ty.to_token_stream()),
        (None, Some(value)) => type_of(p, value),
        (None, None) => None,
    };
    let is_of_run = value.as_ref().is_some_and(|value| write.names.are_in(value.to_token_stream()));
    if let (true, Some(value)) = (is_of_run, value) {
        write.cx.error(value, "a constant is what it is before there is a run: write a `let` for a value of a run");
    } else if ty.is_none() && value.is_some() {
        write.cx.error(name, format!("the type of `{name}` is wanted as well: write `const {name}: Type = ..;`"));
    }
    let (Some(ty), Some(value), false) = (ty, value, is_of_run) else {
        write.names.declare(name, Kind::Broken);
        return TokenStream::new();
    };
    let f = flow_at(name.span());
    let key = syn::ext::IdentExt::unraw(name).to_string();
    write.names.declare(name, Kind::Data);
    quote! {
        #[allow(unused_variables)]
        let #name: #p::flow::Expr<#ty> = #f.var(#key, #value);
    }
}

/// The type of what is written out.
fn type_of(p: &TokenStream, value: &Expr) -> Option<TokenStream> {
    let Expr::Lit(literal) = value else { return None };
    match &literal.lit {
        Lit::Str(_) => Some(quote!(#p::String)),
        Lit::Bool(_) => Some(quote!(bool)),
        Lit::Int(number) if number.suffix().is_empty() => Some(quote!(i64)),
        Lit::Float(number) if number.suffix().is_empty() => Some(quote!(f64)),
        _ => None,
    }
}
