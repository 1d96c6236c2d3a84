//! One thing that a check found, with its place and its repair.

use std::fmt;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Finding {
    /// Relative to the workspace root.
    pub(super) path: String,
    /// 1-based; the first line when the whole file is meant.
    pub(super) line: usize,
    pub(super) severity: Severity,
    pub(super) what: String,
    /// What to do about it.
    pub(super) repair: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Severity {
    /// Fails the task.
    Error,
    /// Worth a look; does not fail.
    Warning,
}

// === impl Finding ===

impl Finding {
    pub(super) fn error(path: &str, line: usize, what: impl Into<String>, repair: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, severity: Severity::Error, what: what.into(), repair: repair.into() }
    }

    pub(super) fn warning(path: &str, line: usize, what: impl Into<String>, repair: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(path, line, what, repair) }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, severity, what, repair } = self;
        let word = match severity {
            Severity::Error => "",
            Severity::Warning => "warning: ",
        };
        write!(f, "{path}:{line}: {word}{what}: {repair}")
    }
}
