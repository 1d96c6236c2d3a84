//! A node's parameters against its action's schema, with everything that only a run knows left open.

use std::collections::HashSet;

use nebula_expression::{Expression, Root};
use nebula_ports::{diagnostic::Diagnostic, model::Node};
use serde_json::Value;

use super::{code, compile, pointer};
use crate::catalogue::{CatalogueEntry, Violation};

/// The schema keyword of a text parameter that the action evaluates itself, as for each item of a list:
/// `{"roots": ["$item", "$index"]}` names the roots that it gives to the expression.
const EXPRESSION_KEYWORD: &str = "x-nebula-expression";

/// Checks the parameters of the node at `base`, of which `value` is what is known and `unknown` what is not. Returns
/// whether they fit as far as they are known.
pub(super) fn check(
    node: &Node,
    base: &str,
    entry: &CatalogueEntry,
    value: &Value,
    unknown: &HashSet<String>,
    found: &mut Vec<Diagnostic>,
) -> bool {
    let violations = entry.input.check_known(value, &|pointer| unknown.contains(pointer));
    let fits = violations.is_empty();
    found.extend(violations.into_iter().map(|violation| report(violation, node, base)));
    inner_expressions(node, base, entry, value, found);
    fits
}

fn report(violation: Violation, node: &Node, base: &str) -> Diagnostic {
    let Violation { pointer, at_key, mut message, help, .. } = violation;
    let is_parameter = pointer.rfind('/').is_none_or(|at| at == 0);
    let mut code = code::PARAMETER;
    if at_key && is_parameter {
        code = code::UNKNOWN_PARAMETER;
        let name = pointer::pieces(&pointer).next().unwrap_or_default();
        message = format!("`{}` has no parameter `{name}`", node.action);
    } else if pointer.is_empty() {
        message = format!("`{}`: {message}", node.action);
    }
    let mut diagnostic = Diagnostic::error(code, format!("{base}{pointer}"), message).with_node(node.id.clone());
    diagnostic.at_key = at_key;
    diagnostic.help = help;
    diagnostic
}

/// Text parameters that are expressions for the action itself.
fn inner_expressions(node: &Node, base: &str, entry: &CatalogueEntry, value: &Value, found: &mut Vec<Diagnostic>) {
    let Some(properties) = entry.input.schema().get("properties").and_then(Value::as_object) else { return };
    for (name, property) in properties {
        let Some(keyword) = property.get(EXPRESSION_KEYWORD) else { continue };
        let roots: Vec<&str> =
            keyword.get("roots").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        let Some(source) = value.get(name).and_then(Value::as_str) else { continue };
        let at = pointer::join(base, name);
        match Expression::parse(source) {
            Err(errors) => found.extend(errors.into_iter().map(|error| compile::syntax(error, &at, Some(&node.id)))),
            Ok(expression) => {
                let foreign = expression.paths().iter().filter(|path| !roots.contains(&path.root.name()));
                found.extend(foreign.map(|path| {
                    let message =
                        format!("`{}` has no value here: the action evaluates this for each item", path.root.name());
                    let help = match path.root {
                        Root::Item | Root::Index => format!("read from {}", roots.join(", ")),
                        _ => format!(
                            "read from {}; other values are given to the action as parameters",
                            roots.join(", ")
                        ),
                    };
                    Diagnostic::error(code::ROOT, at.as_str(), message)
                        .with_node(node.id.clone())
                        .with_inner(path.span.start as usize, path.span.end as usize)
                        .with_help(help)
                }));
            }
        }
    }
}
