//! Findings about what a user wrote, as data: the CLI draws them, the API and editors get them as JSON.

use std::fmt;

use serde::Serialize;

use crate::model::NodeId;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing runs until it is mended.
    Error,
    /// It runs, but probably not as meant.
    Warning,
    /// Worth knowing.
    Note,
}

/// A range of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct ByteSpan {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// One finding: a code, a place, what is wrong and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Stable code, as in `P0101`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// One sentence, lower case, no period.
    pub message: String,
    /// The node it is about, when it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<NodeId>,
    /// JSON pointer into the definition (empty = the document).
    pub pointer: String,
    /// Whether the place is the key at `pointer` rather than its value.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub at_key: bool,
    /// The part of the string at `pointer` that is meant (an expression's token), when it is not all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inner: Option<ByteSpan>,
    /// The place in the file the definition was read from, once it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub span: Option<ByteSpan>,
    /// A few words to stand under the place.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

// === impl Diagnostic ===

impl Diagnostic {
    /// An error at `pointer`.
    pub fn error(code: &'static str, pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            node: None,
            pointer: pointer.into(),
            at_key: false,
            inner: None,
            span: None,
            label: String::new(),
            help: None,
        }
    }

    /// A note at `pointer`.
    pub fn note(code: &'static str, pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Note, ..Self::error(code, pointer, message) }
    }

    /// A warning at `pointer`.
    pub fn warning(code: &'static str, pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, pointer, message) }
    }

    /// Says what to do.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Names the node.
    #[must_use]
    pub fn with_node(mut self, node: NodeId) -> Self {
        self.node = Some(node);
        self
    }

    /// Words under the place.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Narrows the place to bytes of the string at the pointer.
    #[must_use]
    pub const fn with_inner(mut self, start: usize, end: usize) -> Self {
        self.inner = Some(ByteSpan { start, end });
        self
    }

    /// Points at the key instead of the value.
    #[must_use]
    pub const fn on_key(mut self) -> Self {
        self.at_key = true;
        self
    }

    /// Whether nothing may run because of it.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        write!(
            f,
            "{severity}[{}] at {}: {}",
            self.code,
            if self.pointer.is_empty() { "/" } else { &self.pointer },
            self.message
        )?;
        if let Some(help) = &self.help {
            write!(f, " (help: {help})")?;
        }
        Ok(())
    }
}
