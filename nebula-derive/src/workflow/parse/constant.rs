//! `const room: String = "#ops";`

use syn::{
    Expr, Ident, Token, Type,
    ext::IdentExt,
    parse::{Parse, ParseStream},
};

use super::{statement, wanted};
use crate::{ctxt::Ctxt, workflow::ast::Const};

/// A constant of the definition, which is what its value is when the workflow is built.
pub(super) fn constant(cx: &Ctxt, input: ParseStream<'_>) -> syn::Result<Const> {
    const USAGE: &str = "a constant has a name and a value: write `const room: String = \"#ops\";`";
    input.parse::<Token![const]>()?;
    if !input.peek(Ident::peek_any) {
        return Err(wanted(input, USAGE));
    }
    let name = input.call(Ident::parse_any)?;
    let mut ty = None;
    if input.peek(Token![:]) {
        input.parse::<Token![:]>()?;
        ty = Some(input.parse::<Type>()?);
    }
    if !input.peek(Token![=]) {
        return Err(wanted(input, USAGE));
    }
    input.parse::<Token![=]>()?;
    let value = match statement::expression(input, Expr::parse) {
        Ok(value) => Some(value),
        Err(error) => {
            cx.push(error);
            statement::skip_to_end(input);
            None
        }
    };
    statement::end(cx, input, name.span());
    Ok(Const { name, ty, value })
}
