//! Objects and lists with data of a run in them, as they are written in Rust.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Expr, ExprArray, ExprStruct, Ident, Member, spanned::Spanned};

use super::{Value, Writer, call, start};

impl Writer<'_> {
    /// As something of its own, of which every object is one of a run.
    pub(in crate::workflow) fn composed(&self, expr: &Expr) -> TokenStream {
        match expr {
            Expr::Struct(object) if object.rest.is_none() => self.object(object).given(),
            other => self.owned(other).0,
        }
    }

    /// `[fetch.city, post.city]`
    pub(super) fn list(&self, list: &ExprArray) -> Value {
        let elements = list.elems.iter().map(|element| self.given(element));
        let mut tokens = TokenStream::new();
        list.bracket_token.surround(&mut tokens, |inside| inside.extend(quote!(#(#elements),*)));
        Value::made(tokens)
    }

    /// `City { name: fetch.city }`, of which a member is data of a run.
    pub(super) fn object(&self, object: &ExprStruct) -> Value {
        let p = self.p;
        let it = Ident::new("it", Span::mixed_site());
        let ty = &object.path;
        let at = start(&ty.to_token_stream());
        let mut members = it.to_token_stream();
        for field in &object.fields {
            let Member::Named(name) = &field.member else {
                return self.refuse(field.member.span(), "a member has a name: `name: fetch.city`");
            };
            let given = self.given(&field.expr);
            members = call(quote_spanned!(name.span()=> #members.#name), given, &field.expr);
        }
        let function = quote_spanned!(at=> <#ty as #p::flow::Composes>::of);
        Value::made(call(function, quote!(|#it| #members), object))
    }
}
