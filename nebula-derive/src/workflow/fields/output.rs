//! `output = fetch`, with its type.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Expr, Ident, Type};

use super::INPUT;
use crate::{
    attr::workflow::WorkflowAttr,
    ctxt::Ctxt,
    workflow::ast::{Body, Callee, Choice, Named, Statement, Step},
};

/// What the workflow gives.
pub(super) enum Output {
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

pub(super) fn output(cx: &Ctxt, p: &TokenStream, attr: &WorkflowAttr, body: &Body) -> Output {
    match attr.output.get() {
        None if attr.broken.contains(&"output") => Output::Broken,
        None => Output::Nothing,
        Some(Expr::Cast(cast)) => Output::Typed((*cast.expr).clone(), (*cast.ty).clone()),
        Some(value) => of(cx, p, value, body),
    }
}

fn of(cx: &Ctxt, p: &TokenStream, value: &Expr, body: &Body) -> Output {
    let name = match value {
        Expr::Path(path) => path.path.get_ident(),
        _ => None,
    };
    let named = name.and_then(|name| body.steps().into_iter().find(|step| step.name() == name));
    let given = |ty: TokenStream, is_certain: bool| {
        let ty = if is_certain { ty } else { quote!(#p::Option<#ty>) };
        syn::parse2(ty).map_or(Output::Broken, |ty| Output::Typed(value.clone(), ty))
    };
    match named {
        Some(Named::Step(Step { name, calls: Callee::Action(action), .. })) => {
            let action = action.clone();
            Output::Step { value: value.clone(), action, is_certain: is_certain(name, body) }
        }
        Some(Named::Step(Step { name, field: Some(ty), .. })) => {
            given(quote!(<#ty as #p::flow::Callable>::Output), is_certain(name, body))
        }
        Some(Named::Loop(one)) if one.field.is_some() => {
            given(one.field.to_token_stream(), is_certain(&one.name, body))
        }
        _ => {
            cx.error(value, missed(value, name, body));
            Output::Broken
        }
    }
}

/// Whether it surely completes: in no branch, and without another way to go on when it fails.
fn is_certain(name: &Ident, body: &Body) -> bool {
    let is_seen_to = |choice: &Choice| match choice {
        Choice::Outcome(branches) => branches.step.as_ref() == Some(name),
        Choice::Caught(branch) => branch.step.as_ref() == Some(name),
        Choice::If(_) | Choice::Match(_) => false,
    };
    body.statements.iter().all(|statement| !matches!(statement, Statement::Choice(choice) if is_seen_to(choice)))
        && body.statements.iter().any(|statement| match statement {
            Statement::Step(one) => one.name == *name && one.options.on_error.get().is_none(),
            Statement::Loop(one) => one.name == *name && one.options.on_error.get().is_none(),
            Statement::Let(_) | Statement::Const(_) | Statement::Choice(_) => false,
        })
}

fn missed(value: &Expr, name: Option<&Ident>, body: &Body) -> String {
    let written = value.to_token_stream().to_string().replace(" . ", ".");
    match name {
        Some(name) if name != INPUT => {
            let names: Vec<_> = body.steps().iter().map(|step| step.name().to_string()).collect();
            let names: Vec<_> = names.iter().map(String::as_str).collect();
            let near = crate::nearest::nearest(&name.to_string(), &names);
            let help = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            format!("there is no step `{name}`{help}")
        }
        _ => format!("its type is wanted as well: write `output = {written} as f64`"),
    }
}
