//! Looking at a definition whose form has mistakes: what planning would find in the rest of it.

use nebula_ports::diagnostic::Diagnostic;

use super::{Policy, code, plan};
use crate::{catalogue::Catalogue, definition::Draft};

/// What planning finds in a draft, without what follows from the part that could not be read.
#[must_use]
pub fn review(draft: &Draft, catalogue: &Catalogue, policy: &Policy) -> Vec<Diagnostic> {
    let found = match plan(&draft.workflow, catalogue, policy) {
        Ok(planned) => planned.notes,
        Err(found) => found,
    };
    // A name that could not be read may be the one that something else refers to.
    let names = draft.unread.iter().any(|at| is_id_of_node(at));
    // A connection that could not be read may be the one that brings a node before another.
    let order = names || draft.unread.iter().any(|at| is_within(at, "/connections"));
    let mut doubtful = Vec::new();
    if names {
        doubtful.extend([code::UNKNOWN_NODE, code::READ_UNKNOWN_NODE, code::DUPLICATE_NODE]);
    }
    if order {
        doubtful.extend([code::READ_ORDER, code::READ_SKIPPED, code::CYCLE, code::DUPLICATE_CONNECTION]);
    }
    // What a node is given can be what it gives, and types come from the input and from constants.
    let types = draft.unread.iter().any(|at| is_typed(at));
    if types {
        doubtful.extend(TYPED);
    }
    found
        .into_iter()
        .filter(|finding| !doubtful.contains(&finding.code))
        .filter(|finding| !draft.unread.iter().any(|unread| is_within(&finding.pointer, unread)))
        .collect()
}

/// What is found by types.
const TYPED: [&str; 14] = [
    "E0203",
    "E0301",
    "E0305",
    "E0306",
    "E0401",
    "E0501",
    "E0502",
    "E0503",
    "E0505",
    "E0506",
    "E0508",
    "E0509",
    code::PARAMETER_TYPE,
    code::COST,
];

/// Whether what stands at a pointer makes types: the input, constants, a node or its parameters.
fn is_typed(pointer: &str) -> bool {
    let mut pieces = pointer.split('/').skip(1);
    match (pieces.next(), pieces.next(), pieces.next()) {
        (Some("input" | "vars"), ..) => true,
        (Some("nodes"), _, part) => part.is_none_or(|part| matches!(part, "action" | "parameters")),
        _ => false,
    }
}

/// Whether a pointer is another one or below it. The whole document is never meant.
fn is_within(pointer: &str, whole: &str) -> bool {
    !whole.is_empty() && pointer.strip_prefix(whole).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// `/nodes/3/id`, or a whole node.
fn is_id_of_node(pointer: &str) -> bool {
    let mut parts = pointer.strip_prefix("/nodes/").unwrap_or_default().split('/');
    parts.next().is_some_and(|index| !index.is_empty()) && parts.next().is_none_or(|key| key == "id")
}

#[cfg(test)]
mod tests;
