//! A node's parameters against its action's schema, with everything that only a run knows left open.

use std::collections::HashSet;

use nebula_ports::{diagnostic::Diagnostic, model::Node};
use serde_json::Value;

use super::{code, pointer};
use crate::catalogue::{CatalogueEntry, Violation};

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
    fits
}

/// Lets the action read parameters that are all known. Where something is wrong already, it would only be told again.
pub(super) fn read(node: &Node, base: &str, entry: &CatalogueEntry, value: &Value, found: &mut Vec<Diagnostic>) {
    if found.iter().any(|known| known.is_error() && known.node.as_ref() == Some(&node.id)) {
        return;
    }
    if let Err(failure) = entry.action.check(value) {
        let pointer = format!("{base}{}", failure.pointer.unwrap_or_default());
        let mut diagnostic = Diagnostic::error(code::PARAMETER, pointer, failure.message).with_node(node.id.clone());
        diagnostic.help = failure.help;
        found.push(diagnostic);
    }
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
