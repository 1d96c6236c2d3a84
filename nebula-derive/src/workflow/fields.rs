//! `#[derive(Workflow)]`: a struct whose fields are steps becomes the tree that the macro reads from its own grammar.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Data, DeriveInput, Expr, Fields, Ident, Path, Type, ext::IdentExt};

use super::{
    ast::{Body, Callee, Choice, If, Named, Parameter, Statement, Step, Value, Workflow},
    dots,
    expand::expand,
};
use crate::{
    attr::{entries, node::NodeAttr, workflow::WorkflowAttr},
    ctxt::Ctxt,
    doc, paths,
};

/// What the input is called.
const INPUT: &str = "input";

/// What the workflow gives.
enum Output {
    Nothing,
    /// `fetch.temp as f64`
    Typed(Expr, Type),
    /// `fetch`: the type is that of the action.
    Step {
        value: Expr,
        action: Type,
        is_certain: bool,
    },
    /// It is wrong, which is told.
    Broken,
}

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

fn workflow(cx: &Ctxt, input: &DeriveInput, attr: WorkflowAttr, fields: &[&syn::Field], sdk: &Path) -> TokenStream {
    let ident = &input.ident;
    if attr.id.get().is_none() && !attr.broken.contains(&"id") {
        cx.error(ident, "the id is missing: write `#[workflow(id = \"my-workflow\", input = Input, output = step)]`");
    }
    let names: Vec<_> = fields.iter().filter_map(|field| field.ident.as_ref()).collect();
    let body = body(cx, fields);
    let output = output(cx, &attr, &body);
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
        body: Body { value: value.map(Value::Expr), ..body },
    };
    let p = quote!(#sdk::__private);
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

/// Fields, in their order; neighbours of one condition are in one branch.
fn body(cx: &Ctxt, fields: &[&syn::Field]) -> Body {
    let mut body = Body::default();
    let mut last = None;
    for field in fields {
        let Some(name) = &field.ident else { continue };
        if name.unraw() == INPUT {
            cx.error(name, "`input` is the input of the workflow: give the step another name");
        }
        let told = cx.count();
        let mut options = NodeAttr::of_field(cx, &entries(cx, &field.attrs, "node"));
        let condition = std::mem::take(&mut options.when).take();
        let with = std::mem::take(&mut options.with).take();
        // What was meant for the parameters may not have been read.
        let is_broken = with.is_none() && cx.count() > told;
        let parameters = parameters(cx, with.unwrap_or_default());
        let step = Box::new(Step {
            name: name.clone(),
            calls: Callee::Action(field.ty.clone()),
            parameters,
            is_broken,
            options,
            is_field: true,
        });
        let text = condition.as_ref().map(|condition| condition.to_token_stream().to_string());
        match (condition, body.statements.last_mut()) {
            (Some(_), Some(Statement::Choice(Choice::If(branch)))) if last == text => {
                branch.then.statements.push(Statement::Step(step));
            }
            (Some(condition), _) => body.statements.push(Statement::Choice(Choice::If(Box::new(If {
                keyword: syn::spanned::Spanned::span(&condition),
                condition: Some(condition),
                unknown: Vec::new(),
                then: Body { statements: vec![Statement::Step(step)], ..Body::default() },
                otherwise: None,
            })))),
            (None, _) => body.statements.push(Statement::Step(step)),
        }
        last = text;
    }
    body
}

fn parameters(cx: &Ctxt, given: Vec<(Ident, Option<Expr>)>) -> Vec<Parameter> {
    let mut found: Vec<Parameter> = Vec::new();
    for (name, value) in given {
        if found.iter().any(|other| other.name == name) {
            cx.error(&name, format!("`{name}` is given twice"));
        } else {
            found.push(Parameter { name, value });
        }
    }
    found
}

fn output(cx: &Ctxt, attr: &WorkflowAttr, body: &Body) -> Output {
    match attr.output.get() {
        None if attr.broken.contains(&"output") => Output::Broken,
        None => Output::Nothing,
        Some(Expr::Cast(cast)) => Output::Typed((*cast.expr).clone(), (*cast.ty).clone()),
        Some(value) => {
            let name = match value {
                Expr::Path(path) => path.path.get_ident(),
                _ => None,
            };
            let step = name.and_then(|name| body.steps().into_iter().find(|step| step.name() == name));
            if let Some(Named::Step(Step { name, calls: Callee::Action(action), options, .. })) = step {
                let is_outside = |statement: &Statement| matches!(statement, Statement::Step(one) if one.name == *name);
                let is_certain = options.on_error.get().is_none() && body.statements.iter().any(is_outside);
                return Output::Step { value: value.clone(), action: action.clone(), is_certain };
            }
            let written = value.to_token_stream().to_string().replace(" . ", ".");
            let message = match name {
                Some(name) if name != INPUT => {
                    let names: Vec<_> = body.steps().iter().map(|step| step.name().to_string()).collect();
                    let names: Vec<_> = names.iter().map(String::as_str).collect();
                    let word = name.to_string();
                    let near = crate::nearest::nearest(&word, &names);
                    let help = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                    format!("there is no step `{name}`{help}")
                }
                _ => format!("its type is wanted as well: write `output = {written} as f64`"),
            };
            cx.error(value, message);
            Output::Broken
        }
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
