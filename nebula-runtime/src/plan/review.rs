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
    found
        .into_iter()
        .filter(|finding| !doubtful.contains(&finding.code))
        .filter(|finding| !draft.unread.iter().any(|unread| is_within(&finding.pointer, unread)))
        .collect()
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
