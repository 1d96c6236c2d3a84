//! Denials: a failure that shows the grant which would allow what was tried.

use nebula_ports::model::{Failure, FailureKind};

/// `grant` is the text form of what is missing.
pub(crate) fn denied(code: &'static str, message: impl Into<String>, grant: impl std::fmt::Display) -> Failure {
    Failure::new(FailureKind::Denied, code, message).with_help(format!("--grant {grant}"))
}

/// The attempt has ended, and with it every permission.
pub(crate) fn ended() -> Failure {
    Failure::new(FailureKind::Denied, "capability.ended", "the attempt has ended, so its permissions are void")
        .with_help("wait for all work of an action before it returns")
}
