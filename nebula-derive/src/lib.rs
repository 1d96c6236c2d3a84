//! The macros behind `nebula-sdk`, which documents and re-exports them.
//!
//! Attributes are read into slots (`attr`), checked (`valid`) into a model that holds no doubt any more (`model`), and
//! expanded (`expand`). Texts of the expression language are checked by the language itself (`expr`). Every error is
//! collected and shown at its token; `fallback` keeps one mistake from causing others.

#![forbid(unsafe_code)]

mod attr;
mod case;
mod ctxt;
mod doc;
mod duration;
mod expand;
mod expr;
mod fallback;
mod function;
mod grant;
mod model;
mod nearest;
mod paths;
mod size;
mod test;
mod valid;
mod workflow;

use proc_macro::TokenStream;

#[proc_macro_derive(Action, attributes(action))]
pub fn derive_action(input: TokenStream) -> TokenStream {
    expand::action(input.into()).into()
}

#[proc_macro_derive(Parameters, attributes(param, serde))]
pub fn derive_parameters(input: TokenStream) -> TokenStream {
    expand::parameters(input.into()).into()
}

#[proc_macro_derive(Credential, attributes(credential))]
pub fn derive_credential(input: TokenStream) -> TokenStream {
    expand::credential(input.into()).into()
}

#[proc_macro_derive(Resource, attributes(resource))]
pub fn derive_resource(input: TokenStream) -> TokenStream {
    expand::resource(input.into()).into()
}

#[proc_macro_attribute]
pub fn action(attr: TokenStream, item: TokenStream) -> TokenStream {
    function::action(attr.into(), &item.into()).into()
}

#[proc_macro]
pub fn expr(input: TokenStream) -> TokenStream {
    expr::expr(input.into()).into()
}

#[proc_macro]
pub fn template(input: TokenStream) -> TokenStream {
    expr::template(input.into()).into()
}

#[proc_macro_attribute]
pub fn test(attr: TokenStream, item: TokenStream) -> TokenStream {
    test::test(attr.into(), &item.into()).into()
}

#[proc_macro]
pub fn workflow(input: TokenStream) -> TokenStream {
    workflow::workflow(input.into()).into()
}

#[proc_macro_derive(Workflow, attributes(workflow, node))]
pub fn derive_workflow(input: TokenStream) -> TokenStream {
    workflow::derive(input.into()).into()
}

#[proc_macro]
pub fn text(input: TokenStream) -> TokenStream {
    workflow::text(input.into()).into()
}
