//! Fields, in their order, become steps and loops.

use proc_macro2::Span;
use syn::{Expr, Field, Ident, ext::IdentExt, spanned::Spanned};

use super::{INPUT, place};
use crate::{
    attr::{
        entries,
        node::{Each, NodeAttr},
    },
    ctxt::Ctxt,
    workflow::ast::{Body, Callee, Loop, Parameter, Statement, Step, Value},
};

/// Neighbours of one condition are in one branch, and the steps of a loop stand behind it.
pub(super) fn body(cx: &Ctxt, fields: &[&Field]) -> Body {
    let mut body = Body::default();
    // The loops in which the last field is, and itself when it is one.
    let mut open: Vec<String> = Vec::new();
    let mut loops: Vec<String> = Vec::new();
    for field in fields {
        let Some(name) = &field.ident else { continue };
        if name.unraw() == INPUT {
            cx.error(name, "`input` is the input of the workflow: give the step another name");
        }
        let told = cx.count();
        let mut options = NodeAttr::of_field(cx, &entries(cx, &field.attrs, "node"));
        let inside = std::mem::take(&mut options.inside).take();
        let branches = place::branches(cx, &mut options);
        let each = std::mem::take(&mut options.each).take();
        let is_loop = each.is_some();
        if is_loop {
            only_of_loops(cx, &options);
        } else {
            only_of_steps(cx, &options);
        }
        let is_misplaced = inside.as_ref().is_some_and(|of| !enter(cx, of, &mut open, &loops));
        if inside.is_none() || is_misplaced {
            open.clear();
        }
        let statement = match each {
            Some(each) => repeated(name, field, each, options),
            None => step(cx, name, field, options, told, is_misplaced),
        };
        let branches = if is_misplaced { Vec::new() } else { branches };
        match open.last().and_then(|of| place::inside(&mut body, of)) {
            Some(target) => place::put(cx, target, statement, branches),
            None => place::put(cx, &mut body, statement, branches),
        }
        if is_loop {
            open.push(word(name));
            loops.push(word(name));
        }
    }
    place::close(&mut body);
    body
}

/// Goes into a loop; `false` when that is not here, which is told.
fn enter(cx: &Ctxt, of: &Ident, open: &mut Vec<String>, loops: &[String]) -> bool {
    let word = word(of);
    if let Some(at) = open.iter().position(|one| *one == word) {
        open.truncate(at + 1);
        return true;
    }
    if loops.contains(&word) {
        cx.error(of, format!("the steps of a loop stand right behind it: put this one behind the others of `{of}`"));
        return false;
    }
    let names: Vec<_> = loops.iter().map(String::as_str).collect();
    let help = match crate::nearest::nearest(&word, &names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "a loop is a field with `each(..)`, and its steps stand behind it".to_owned(),
    };
    cx.error(of, format!("there is no loop `{of}` before this; {help}"));
    false
}

fn repeated(name: &Ident, field: &Field, each: Each, options: NodeAttr) -> Statement {
    let Each { item, list, index, gives, is_broken } = each;
    let body = Body { value: gives.map(Value::Expr), ..Body::default() };
    Statement::Loop(Box::new(Loop {
        name: name.clone(),
        keyword: Span::call_site().located_at(list.as_ref().map_or_else(|| name.span(), Spanned::span)),
        item,
        index,
        list,
        body,
        is_broken,
        options,
        field: Some(field.ty.clone()),
    }))
}

/// A step; `told` is how many mistakes there were before.
fn step(cx: &Ctxt, name: &Ident, field: &Field, mut options: NodeAttr, told: usize, is_misplaced: bool) -> Statement {
    let with = std::mem::take(&mut options.with).take();
    let calls = std::mem::take(&mut options.calls).take();
    // What was meant for the parameters may not have been read.
    let is_broken = is_misplaced || with.is_none() && cx.count() > told;
    let parameters = parameters(cx, with.filter(|_| !is_misplaced).unwrap_or_default());
    Statement::Step(Box::new(Step {
        name: name.clone(),
        calls: calls.map_or_else(|| Callee::Action(field.ty.clone()), Callee::Workflow),
        parameters,
        is_broken,
        options,
        field: Some(field.ty.clone()),
    }))
}

fn only_of_steps(cx: &Ctxt, options: &NodeAttr) {
    for key in [options.concurrency.key(), options.on_item_error.key()].into_iter().flatten() {
        cx.error(key, format!("`{key}` is of loops, which have `each(..)`"));
    }
}

fn only_of_loops(cx: &Ctxt, options: &NodeAttr) {
    let NodeAttr { with, calls, retry, timeout, deadline, credentials, resources, .. } = options;
    let keys =
        [with.key(), calls.key(), retry.key(), timeout.key(), deadline.key(), credentials.key(), resources.key()];
    for key in keys.into_iter().flatten() {
        cx.error(key, format!("`{key}` is of steps, and this is a loop: say it at the steps inside"));
    }
}

pub(super) fn parameters(cx: &Ctxt, given: Vec<(Ident, Option<Expr>)>) -> Vec<Parameter> {
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

fn word(name: &Ident) -> String {
    name.unraw().to_string()
}
