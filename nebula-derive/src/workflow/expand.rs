//! From the tree to calls of the builder.

mod choice;
mod constant;
mod repeated;
mod trigger;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Pat, Type};

use super::{
    ast::{Body, Callee, Let, Named, Statement, Step, Value, Workflow},
    names::{Found, Kind, Names},
    value::{self, Writer},
};
use crate::{
    attr::{node::NodeAttr, workflow::WorkflowAttr},
    ctxt::Ctxt,
    expand::action,
};

/// The expression that builds the workflow.
pub(super) fn expand(cx: &Ctxt, p: &TokenStream, workflow: &Workflow) -> TokenStream {
    // Without its type, nothing is known of its members.
    let kind = if workflow.input_type.is_some() { Kind::Data } else { Kind::Broken };
    let names = Names::of(cx, workflow.input.as_ref().map(|input| (input, kind)), &workflow.body);
    let write = Writer { cx, p, names: &names };
    let input_type = or_inferred(workflow.input_type.as_ref());
    let output_type = or_inferred(workflow.output_type.as_ref());
    let id = workflow.id.as_ref().map_or_else(|| quote!(""), ToTokens::to_token_stream);
    let input = workflow.input.as_ref().map_or_else(|| quote!(_), ToTokens::to_token_stream);
    let settings = settings(p, workflow.description.as_deref(), &workflow.settings);
    let statements = statements(&write, &workflow.body);
    let value = output(&write, workflow);
    let triggers = trigger::triggers(&write, &workflow.body, workflow.input_type.as_ref());
    let f = if settings.is_none() && !uses_flow(&workflow.body) { quote!(_) } else { flow().into_token_stream() };
    quote! {
        #p::flow::Workflow::<#input_type, #output_type>::new(
            #id,
            |#f: &mut #p::flow::Flow, #input: #p::flow::Expr<#input_type>| {
                #settings
                #statements
                #value
            },
        ) #triggers
    }
}

/// What the closures call the builder; nothing that the user writes can mean it.
fn flow() -> Ident {
    Ident::new("f", Span::mixed_site())
}

/// The same at the place of what is called on it, for errors of the call.
fn flow_at(place: Span) -> Ident {
    Ident::new("f", Span::mixed_site().located_at(place))
}

fn or_inferred(ty: Option<&Type>) -> TokenStream {
    ty.map_or_else(|| quote!(_), ToTokens::to_token_stream)
}

fn settings(p: &TokenStream, description: Option<&str>, settings: &WorkflowAttr) -> Option<TokenStream> {
    let name = settings.name.get().map(|name| quote!(.name(#name)));
    let description = description.map(|text| quote!(.description(#text)));
    let timeout = settings.timeout.get().map(|limit| {
        let limit = action::duration(p, *limit);
        quote!(.timeout(#limit))
    });
    let most = settings.max_parallel.get().map(|most| quote!(.max_parallel(#most)));
    let calls = quote!(#name #description #timeout #most);
    let f = flow();
    (!calls.is_empty()).then(|| quote!(#f #calls;))
}

/// What the workflow gives, checked where it stands.
fn output(write: &Writer<'_>, workflow: &Workflow) -> TokenStream {
    let p = write.p;
    let ty = or_inferred(workflow.output_type.as_ref());
    let is_nothing = workflow.output_type.as_ref().is_some_and(is_unit);
    let Some(value) = &workflow.body.value else {
        let is_told = workflow.output_type.is_none() || !write.cx.is_clean();
        if !is_nothing && !is_told {
            let message = format!("the workflow gives `{}`: write the value at the end, without `;`", shown(&ty));
            write.cx.error_at(workflow.body.end.unwrap_or_else(Span::call_site), message);
        }
        let value = if is_nothing { quote!(()) } else { quote!(#p::flow::Broken) };
        return quote!(#p::flow::checked::<#ty, _>(#value));
    };
    let (before, last, value) = match value {
        Value::Expr(value) => (TokenStream::new(), value.to_token_stream(), write.owned(value).0),
        Value::Choice(one) => {
            let result = write.names.fresh("value");
            let (built, kind) = choice::value(write, one, &result.to_token_stream());
            let value = if kind == Kind::Broken { quote!(#p::flow::Broken) } else { result.into_token_stream() };
            (built, choice::keyword(one), value)
        }
    };
    let at = value::start(&last);
    if workflow.is_inferred {
        return quote!(#before #p::flow::same(#value));
    }
    if is_nothing && write.cx.is_clean() {
        write
            .cx
            .error_at(at, "the workflow gives nothing: write `-> Type` behind the input, or a `;` and nothing here");
        return quote!(#p::flow::checked::<#ty, _>(()));
    }
    let checked = value::call(value::at(at, quote!(#p::flow::checked::<#ty, _>)), value, last);
    quote!(#before #checked)
}

fn is_unit(ty: &Type) -> bool {
    matches!(ty, Type::Tuple(tuple) if tuple.elems.is_empty())
}

/// A type without the spaces between its tokens.
fn shown(ty: &TokenStream) -> String {
    ty.to_string().replace(' ', "")
}

/// Whether something is added.
fn uses_flow(body: &Body) -> bool {
    let adds = |statement: &Statement| match statement {
        Statement::Let(binding) => matches!(binding.value, Some(Value::Choice(_))),
        Statement::Step(_) | Statement::Loop(_) | Statement::Const(_) | Statement::Choice(_) => true,
    };
    body.statements.iter().any(adds) || matches!(body.value, Some(Value::Choice(_)))
}

fn statements(write: &Writer<'_>, body: &Body) -> TokenStream {
    body.statements
        .iter()
        .map(|statement| match statement {
            Statement::Step(one) => step(write, one),
            Statement::Loop(one) => repeated::statement(write, one),
            Statement::Let(binding) => self::binding(write, binding),
            Statement::Const(one) => constant::statement(write, one),
            Statement::Choice(one) => choice::statement(write, one),
        })
        .collect()
}

fn step(write: &Writer<'_>, step: &Step) -> TokenStream {
    let p = write.p;
    let Step { name, calls, parameters, .. } = step;
    let f = flow_at(name.span());
    let callee = match calls {
        Callee::Action(action) => action.to_token_stream(),
        Callee::Workflow(workflow) => workflow.to_token_stream(),
    };
    let at = value::start(&callee);
    let mut call = match calls {
        Callee::Action(action) => quote_spanned!(at=> <#action as #p::flow::Calls<_>>::call()),
        Callee::Workflow(workflow) => {
            let function = value::at(at, quote!(<_ as #p::flow::Callable>::called));
            let workflow = quote_spanned!(at=> &#workflow);
            let given = match &step.field {
                Some(ty) => value::call(value::at(at, quote!(#p::flow::as_field::<#ty, _>)), workflow, &callee),
                None => workflow,
            };
            value::call(function, given, &callee)
        }
    };
    for parameter in parameters {
        let name = &parameter.name;
        let value = parameter.value.as_ref().map_or_else(|| write.broken(), |value| write.given(value));
        let last = match &parameter.value {
            // The parameters of a field stand before it, and a place has its start before its end.
            _ if step.field.is_some() => callee.clone(),
            Some(value) => value.to_token_stream(),
            None => name.to_token_stream(),
        };
        call = value::call(quote_spanned!(name.span()=> #call.#name), value, last);
    }
    let id = Named::Step(step).id();
    if matches!(calls, Callee::Workflow(_)) {
        without_attempts(write, &step.options);
    }
    let options = options(write, &step.options);
    let added = if step.is_broken {
        // Which parameters are missing cannot be told; what was read stays for editors.
        match calls {
            Callee::Action(action) => quote!({ let _ = #call; #f.__unfinished::<#action, _>() }),
            Callee::Workflow(workflow) => quote!({ let _ = #call; #f.__unfinished_call(&#workflow) }),
        }
    } else {
        let add = Ident::new("add", name.span());
        quote!(#f.#add(#id, #call) #options)
    };
    // What comes later may use it, and need not.
    let step = quote! {
        #[allow(unused_variables)]
        let #name = #added;
    };
    write.names.declare(name, Kind::Step);
    step
}

/// What is said of attempts, and of what they need, is no matter of a step that calls a workflow.
fn without_attempts(write: &Writer<'_>, options: &NodeAttr) {
    let NodeAttr { retry, timeout, deadline, credentials, resources, .. } = options;
    let keys = [retry.key(), timeout.key(), deadline.key(), credentials.key(), resources.key()];
    for key in keys.into_iter().flatten() {
        write
            .cx
            .error(key, format!("a workflow that is called makes no attempts of its own: say `{key}` at its steps"));
    }
}

fn options(write: &Writer<'_>, options: &NodeAttr) -> TokenStream {
    let p = write.p;
    let name = options.name.get().map(|name| quote!(.name(#name)));
    let retry = options.retry.get().map(|policy| {
        let policy = action::retry(p, policy);
        quote!(.retry(#policy))
    });
    let timeout = options.timeout.get().map(|limit| {
        let limit = action::duration(p, *limit);
        quote!(.timeout(#limit))
    });
    let deadline = options.deadline.get().map(|limit| {
        let limit = action::duration(p, *limit);
        quote!(.deadline(#limit))
    });
    let credentials = options.credentials.get().into_iter().flatten().map(|(slot, name)| {
        let slot = syn::ext::IdentExt::unraw(slot).to_string();
        quote!(.credential(#slot, #name))
    });
    let resources = options.resources.get().into_iter().flatten().map(|(slot, name)| {
        let slot = syn::ext::IdentExt::unraw(slot).to_string();
        quote!(.resource(#slot, #name))
    });
    let after = options.after.get().into_iter().flatten().map(|step| after(write, step));
    // What goes on after a failure gives something else.
    let on_error = options.on_error.get().map(|()| quote!(.on_error_continue()));
    quote!(#name #retry #timeout #deadline #(#credentials)* #(#resources)* #(#after)* #on_error)
}

fn after(write: &Writer<'_>, step: &Ident) -> Option<TokenStream> {
    match write.names.find(step) {
        Found::Known(Kind::Step) => return Some(quote!(.after(&#step))),
        Found::Known(Kind::Broken) => {}
        Found::Elsewhere(problem) => write.cx.error(step, problem),
        Found::Known(Kind::Data | Kind::Item | Kind::Plain) => write.cx.error(step, format!("`{step}` is no step")),
        Found::Foreign => write.cx.error(step, format!("there is no step `{step}`")),
    }
    None
}

fn binding(write: &Writer<'_>, binding: &Let) -> TokenStream {
    let Let { pattern, ty, value } = binding;
    let ty = ty.as_ref().map(|ty| quote!(: #ty));
    let (written, kind) = match value {
        Some(Value::Expr(value)) => {
            let (written, kind) = write.owned(value);
            (quote!(let #pattern #ty = #written;), write.names.kind_of(value.to_token_stream(), kind))
        }
        Some(Value::Choice(one)) => choice::value(write, one, &quote!(#pattern #ty)),
        None => {
            let value = write.broken();
            (quote!(let #pattern #ty = #value;), Kind::Broken)
        }
    };
    let mut names = Vec::new();
    bound(pattern, &mut names);
    for name in names {
        if write.names.is_step(name) {
            write.cx.error(name, format!("there is a step `{name}` already: give the value another name"));
        }
        write.names.declare(name, kind);
    }
    written
}

/// The names of a pattern, as far as data of a run can be taken apart.
fn bound<'a>(pattern: &'a Pat, names: &mut Vec<&'a Ident>) {
    match pattern {
        Pat::Ident(name) => names.push(&name.ident),
        Pat::Tuple(tuple) => tuple.elems.iter().for_each(|element| bound(element, names)),
        _ => {}
    }
}

/// One name, or a tuple; more than four are tuples of tuples.
fn nested(names: &[Ident]) -> TokenStream {
    const WIDEST: usize = 4;
    match names {
        [] => quote!(),
        [one] => quote!(#one),
        few if few.len() <= WIDEST => quote!((#(#few),*)),
        many => {
            let (first, rest) = many.split_at(WIDEST - 1);
            let rest = nested(rest);
            quote!((#(#first,)* #rest))
        }
    }
}
