//! What actions wanted and were refused.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use nebula_ports::model::{ActionReference, Grant, NodeId};

/// A use of a capability that was refused: not declared by the action, or not granted to the run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Denied {
    /// The node.
    pub node: NodeId,
    /// The action.
    pub action: ActionReference,
    /// 1, 2, …
    pub attempt: u32,
    /// The grant that would have allowed it, as in `net:api.example.com:443`.
    pub grant: String,
    /// What the action was about to send.
    pub(super) carried: String,
}

/// Who acts, and where refusals are put down.
#[derive(Debug, Clone)]
pub(super) struct Denials {
    pub(super) node: NodeId,
    pub(super) action: ActionReference,
    pub(super) attempt: u32,
    pub(super) all: Arc<Mutex<Vec<Denied>>>,
}

// === impl Denied ===

impl Denied {
    /// Whether `grant` would have allowed it.
    pub(super) fn is_allowed_by(&self, grant: &Grant) -> bool {
        self.grant.parse::<Grant>().is_ok_and(|wanted| grant.covers(&wanted))
    }
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { node, action, attempt, grant, .. } = self;
        write!(f, "`{node}` ({action}, attempt {attempt}) was denied `{grant}`: grant it with  .grant(\"{grant}\")")
    }
}

// === impl Denials ===

impl Denials {
    pub(super) fn add(&self, grant: String, carried: &str) {
        let Self { node, action, attempt, all } = self;
        let denied = Denied {
            node: node.clone(),
            action: action.clone(),
            attempt: *attempt,
            grant,
            carried: carried.to_owned(),
        };
        all.lock().unwrap_or_else(PoisonError::into_inner).push(denied);
    }
}
