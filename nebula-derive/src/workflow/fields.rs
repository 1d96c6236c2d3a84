//! `#[derive(Workflow)]`: a struct whose fields are steps becomes the tree that the macro reads from its own grammar.

mod body;
mod output;
mod place;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Data, DeriveInput, Fields, Ident, Path, Type};

use super::{
    ast::{Body, Const, Fired, Statement, Trigger, Value, Workflow},
    dots,
    expand::expand,
};
use crate::{
    attr::{entries, trigger::NamedTrigger, workflow::WorkflowAttr},
    ctxt::Ctxt,
    doc, paths,
};
use output::Output;

/// What the input is called.
const INPUT: &str = "input";
/// What an event is called that has started a run.
const FIRED: &str = "fired";

/// The derive.
pub(super) fn derive(input: TokenStream) -> TokenStream {
    let cx = Ctxt::default();
    let input: DeriveInput = match syn::parse2(dots::fill(&cx, input)) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let attr = WorkflowAttr::of_struct(&cx, &entries(&cx, &input.attrs, "workflow"));
    let sdk = paths::sdk(attr.krate.get().cloned());
    let body = match fields(&cx, &input) {
        Some(fields) => workflow(&cx, &input, attr, &fields, &sdk),
        None => stand_in(&input, &sdk),
    };
    let errors = cx.into_tokens();
    quote!(#errors #body)
}

/// The fields, if the item can be a workflow.
fn fields<'a>(cx: &Ctxt, input: &'a DeriveInput) -> Option<Vec<&'a syn::Field>> {
    const USAGE: &str = "a workflow is a struct with named fields, which are its steps: `fetch: FetchWeather`";
    if !input.generics.params.is_empty() {
        cx.error(&input.generics, "a workflow has no type parameters");
        return None;
    }
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => return Some(fields.named.iter().collect()),
            Fields::Unnamed(fields) => cx.error(fields, USAGE),
            Fields::Unit => cx.error(&input.ident, USAGE),
        },
        Data::Enum(_) | Data::Union(_) => cx.error(&input.ident, USAGE),
    }
    None
}

fn workflow(cx: &Ctxt, input: &DeriveInput, mut attr: WorkflowAttr, fields: &[&syn::Field], sdk: &Path) -> TokenStream {
    let ident = &input.ident;
    if attr.id.get().is_none() && !attr.broken.contains(&"id") {
        cx.error(ident, "the id is missing: write `#[workflow(id = \"my-workflow\", input = Input, output = step)]`");
    }
    let names: Vec<_> = fields.iter().filter_map(|field| field.ident.as_ref()).collect();
    let p = quote!(#sdk::__private);
    let body = body::body(cx, fields);
    let output = output::output(cx, &p, &attr, &body);
    let triggers = std::mem::take(&mut attr.triggers).into_iter().map(|one| trigger(cx, one)).collect();
    let vars = std::mem::take(&mut attr.vars).take().unwrap_or_default().into_iter();
    let vars = vars.map(|(name, value, ty)| Statement::Const(Box::new(Const { name, ty, value: Some(value) })));
    let statements = vars.chain(body.statements).collect();
    let input_type = match attr.input.get() {
        Some(ty) => Some(ty.clone()),
        None => (!attr.broken.contains(&"input")).then(|| syn::parse_quote!(())),
    };
    let (value, output_type) = match &output {
        Output::Nothing => (None, Some(syn::parse_quote!(()))),
        Output::Typed(value, ty) => (Some(value.clone()), Some(ty.clone())),
        Output::Step { value, .. } => (Some(value.clone()), None),
        Output::Broken => (None, None),
    };
    let tree = Workflow {
        description: doc::text(&input.attrs),
        id: attr.id.get().cloned(),
        input: Some(Ident::new(INPUT, proc_macro2::Span::call_site())),
        input_type: input_type.clone(),
        output_type,
        is_inferred: matches!(output, Output::Step { .. }),
        settings: attr,
        body: Body { triggers, statements, value: value.map(Value::Expr), end: body.end },
    };
    let built = expand(cx, &p, &tree);
    let input_type = input_type.unwrap_or_else(|| syn::parse_quote!(()));
    let functions = functions(&p, &input.vis, &input_type, &output, &built);
    quote! {
        #[automatically_derived]
        #[allow(private_interfaces, private_bounds, unreachable_pub, dead_code, clippy::all, clippy::pedantic)]
        impl #ident {
            #functions
        }

        #[automatically_derived]
        const _: fn(&#ident) = |_steps| {
            // A workflow is never made into a value.
            #(let _ = &_steps.#names;)*
        };
    }
}

fn trigger(cx: &Ctxt, trigger: NamedTrigger) -> Trigger {
    let NamedTrigger { name, action, mut attr, is_broken } = trigger;
    let parameters = body::parameters(cx, std::mem::take(&mut attr.with).take().unwrap_or_default());
    let fired = Ident::new(FIRED, proc_macro2::Span::call_site());
    let input = std::mem::take(&mut attr.input).take();
    let input = input.map(|value| Fired { name: Some(fired), value: Some(value) });
    Trigger { name, action, parameters, is_broken, options: attr, input }
}

fn functions(
    p: &TokenStream,
    vis: &syn::Visibility,
    input: &Type,
    output: &Output,
    built: &TokenStream,
) -> TokenStream {
    let of_workflow = "The workflow, with its types.";
    let of_definition =
        "The definition: the same as one written in YAML.\n\n# Errors\nEverything that is wrong with it.";
    let typed = |output: &TokenStream| {
        quote! {
            #[doc = #of_workflow]
            #vis fn workflow() -> #p::flow::Workflow<#input, #output> {
                #built
            }

            #[doc = #of_definition]
            #vis fn definition() -> #p::Result<#p::flow::Definition, #p::flow::FlowError> {
                Self::workflow().definition()
            }
        }
    };
    match output {
        Output::Nothing => typed(&quote!(())),
        Output::Typed(_, ty) => typed(&ty.to_token_stream()),
        Output::Step { action, is_certain, .. } => {
            // Which trait the action implements is found by inference, and that goes into no signature.
            let given = if *is_certain { quote!(__Out) } else { quote!(#p::Option<__Out>) };
            quote! {
                #[doc = #of_workflow]
                #vis fn workflow<__Kind, __Out>() -> #p::flow::Workflow<#input, #given>
                where
                    #action: #p::flow::Calls<__Kind, Output = __Out>,
                {
                    #p::flow::Workflow::__of(Self::definition())
                }

                #[doc = #of_definition]
                #vis fn definition() -> #p::Result<#p::flow::Definition, #p::flow::FlowError> {
                    #built.definition()
                }
            }
        }
        Output::Broken => quote! {
            #vis fn workflow<__Out>() -> #p::flow::Workflow<#input, __Out> {
                #built
            }

            #vis fn definition() -> #p::Result<#p::flow::Definition, #p::flow::FlowError> {
                #p::unreachable!()
            }
        },
    }
}

/// What code that uses the workflow goes on with.
fn stand_in(input: &DeriveInput, sdk: &Path) -> TokenStream {
    let ident = &input.ident;
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    let p = quote!(#sdk::__private);
    quote! {
        #[automatically_derived]
        #[allow(dead_code)]
        impl #generics #ident #arguments #bounds {
            pub fn workflow<__In, __Out>() -> #p::flow::Workflow<__In, __Out> {
                #p::unreachable!()
            }

            pub fn definition() -> #p::Result<#p::flow::Definition, #p::flow::FlowError> {
                #p::unreachable!()
            }
        }
    }
}
