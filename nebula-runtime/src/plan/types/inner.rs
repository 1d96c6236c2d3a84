//! Expressions and templates inside parameters, which the action evaluates for each item of a list.

use nebula_expression::{Checked, Expression, PathRef, Root, Template, Type};
use nebula_ports::{diagnostic::Diagnostic, model::NodeId};
use serde_json::Value;

use super::{
    fit,
    given::{Found, Given},
    place::Place,
    scope::ItemScope,
    sink,
};
use crate::plan::{code, compile, pointer};

/// The schema keyword of a text that the action evaluates itself: `roots` names what it gives to the expression, `item`
/// is the pointer to the parameter of whose items one is `$item`, `result` the schema of what the expression must give.
const EXPRESSION: &str = "x-nebula-expression";
/// The same of a template.
const TEMPLATE: &str = "x-nebula-template";
/// Texts of one node that are looked at.
const MAX_TEXTS: usize = 10_000;

/// The keywords.
pub(super) const KEYWORDS: [&str; 2] = [EXPRESSION, TEMPLATE];

/// A text with what its schema says of it.
struct Inner<'s> {
    pointer: String,
    text: &'s str,
    is_template: bool,
    facts: &'s Value,
    sink: Option<&'s str>,
}

/// Checks the texts among the parameters of the node at `base`, and puts down what each gives.
pub(super) fn check(
    given: &mut Given<'_>,
    value: &Value,
    schema: &Value,
    base: &str,
    node: &NodeId,
    found: &mut Vec<Diagnostic>,
) {
    let mut texts = Vec::new();
    collect(value, &Place::root(schema), &mut String::new(), &mut texts);
    for inner in texts {
        let ty = one(&inner, given, base, node, found);
        given.evaluate(inner.pointer, ty);
    }
}

fn collect<'s>(value: &'s Value, place: &Place<'s>, at: &mut String, texts: &mut Vec<Inner<'s>>) {
    if texts.len() >= MAX_TEXTS {
        return;
    }
    let length = at.len();
    match value {
        Value::String(text) => {
            let keyword = KEYWORDS.iter().find_map(|name| Some((*name, place.keyword(name)?)));
            if let Some((name, facts)) = keyword {
                texts.push(Inner {
                    pointer: at.clone(),
                    text,
                    is_template: name == TEMPLATE,
                    facts,
                    sink: place.any_keyword(sink::KEYWORD).and_then(Value::as_str),
                });
            }
        }
        Value::Object(members) => {
            for (name, value) in members {
                let next = place.member(name);
                if next.is_unsaid() {
                    continue;
                }
                pointer::push(at, name);
                collect(value, &next, at, texts);
                at.truncate(length);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                let next = place.element(index);
                if next.is_unsaid() {
                    continue;
                }
                pointer::push_index(at, index);
                collect(value, &next, at, texts);
                at.truncate(length);
            }
        }
        _ => {}
    }
}

/// Checks one text; returns the type of its values.
fn one(inner: &Inner<'_>, given: &Given<'_>, base: &str, node: &NodeId, found: &mut Vec<Diagnostic>) -> Type {
    let at = format!("{base}{}", inner.pointer);
    let roots: Vec<&str> =
        inner.facts.get("roots").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let check = |paths: &[PathRef], found: &mut Vec<Diagnostic>| {
        let foreign = paths.iter().filter(|path| !roots.contains(&path.root.name()));
        found.extend(foreign.map(|path| not_given(path, &roots, &at, node)));
        let others = Root::ALL.into_iter().filter(|root| !matches!(root, Root::Item | Root::Index)).collect();
        ItemScope { item: item(inner.facts, given), others }
    };
    let checked = if inner.is_template {
        match Template::parse(inner.text) {
            Err(errors) => {
                found.extend(errors.into_iter().map(|error| compile::mistake(error, &at, Some(node))));
                return Type::Any;
            }
            Ok(template) => {
                let types = check(template.paths(), found);
                if let Some(sink) = inner.sink {
                    sink::check(&template, sink, &at, Some(node), found);
                }
                template.check(&types)
            }
        }
    } else {
        match Expression::parse(inner.text) {
            Err(errors) => {
                found.extend(errors.into_iter().map(|error| compile::mistake(error, &at, Some(node))));
                return Type::Any;
            }
            Ok(expression) => {
                let types = check(expression.paths(), found);
                expression.check(&types)
            }
        }
    };
    let Checked { ty, errors, warnings, .. } = checked;
    let is_clean = errors.is_empty();
    found.extend(errors.into_iter().map(|error| compile::mistake(error, &at, Some(node))));
    found.extend(warnings.into_iter().map(|error| compile::doubt(error, &at, Some(node))));
    if !is_clean {
        return Type::Any;
    }
    if let Some(result) = inner.facts.get("result") {
        let name = pointer::pieces(&inner.pointer).last().unwrap_or_default();
        if let Some(misfit) = fit::misfit(&name, &ty, &Type::from_schema(result), &at) {
            found.push(misfit.with_node(node.clone()));
        }
    }
    ty
}

/// The type of the items that the expression sees.
fn item(facts: &Value, given: &Given<'_>) -> Type {
    let Some(list) = facts.get("item").and_then(Value::as_str) else { return Type::Any };
    match given.at(list) {
        // Of no items nothing is known, and nothing is evaluated.
        Found::Is(ty) => ty.element().filter(|element| *element != Type::Never).unwrap_or(Type::Any),
        Found::Absent | Found::Unsure => Type::Any,
    }
}

fn not_given(path: &PathRef, roots: &[&str], at: &str, node: &NodeId) -> Diagnostic {
    let message = format!("`{}` has no value here: the action evaluates this for each item", path.root.name());
    let help = match path.root {
        Root::Item | Root::Index => format!("read from {}", roots.join(", ")),
        _ => format!("read from {}; other values are given to the action as parameters", roots.join(", ")),
    };
    Diagnostic::error(code::ROOT, at, message)
        .with_node(node.clone())
        .with_inner(path.span.start as usize, path.span.end as usize)
        .with_help(help)
}
