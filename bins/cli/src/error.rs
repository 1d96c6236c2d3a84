//! Why a command stopped: an exit code, a sentence, what to do, and what was found wrong.

use std::fmt;

use nebula_ports::{Error, ErrorKind};
use serde::Serialize;

use crate::{exit::Exit, render::Finding};

/// A command's result.
pub(crate) type Result<T, E = Stop> = std::result::Result<T, E>;

/// Why a command stopped.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Stop {
    #[serde(skip)]
    pub(crate) exit: Exit,
    /// Stable code, for scripts.
    pub(crate) code: &'static str,
    /// One sentence, lower case, no period: it stands after `error: `.
    pub(crate) message: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) help: Option<String>,
    /// What was found wrong in a workflow.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) diagnostics: Vec<Finding>,
}

// === impl Stop ===

impl Stop {
    /// What was given is wrong.
    pub(crate) fn input(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Exit::BAD_INPUT, code, message)
    }

    pub(crate) fn not_found(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Exit::NOT_FOUND, code, message)
    }

    /// The data folder cannot be used.
    pub(crate) fn store(message: impl Into<String>) -> Self {
        Self::new(Exit::STORE, "store", message)
    }

    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self::new(Exit::INTERNAL, "internal", message)
    }

    pub(crate) fn new(exit: Exit, code: &'static str, message: impl Into<String>) -> Self {
        Self { exit, code, message: message.into(), help: None, diagnostics: Vec::new() }
    }

    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With what was found wrong elsewhere too.
    pub(crate) fn and(mut self, diagnostics: Vec<Finding>) -> Self {
        self.diagnostics.extend(diagnostics);
        self
    }

    pub(crate) fn with_diagnostics(mut self, diagnostics: Vec<Finding>) -> Self {
        self.diagnostics = diagnostics;
        self
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        let exit = match error.kind() {
            ErrorKind::NotFound => Exit::NOT_FOUND,
            ErrorKind::Busy => Exit::BUSY,
            ErrorKind::InvalidInput | ErrorKind::Conflict | ErrorKind::AlreadyExists => Exit::BAD_INPUT,
            // What a port cannot do that is called here: read what a newer program has written.
            ErrorKind::Corrupt
            | ErrorKind::Unavailable
            | ErrorKind::PermissionDenied
            | ErrorKind::Throttled
            | ErrorKind::Unsupported => Exit::STORE,
            _ => Exit::INTERNAL,
        };
        let mut message = error.to_string();
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            message = format!("{message}: {cause}");
            source = cause.source();
        }
        Self::new(exit, error.code(), message)
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
