//! The one error type of the language: a code, the place, what was expected and what to do.

use std::fmt;

use serde::Serialize;

use crate::span::Span;

/// Evaluation carries errors boxed, so that the good path moves little memory.
pub(crate) type Outcome<T> = Result<T, Box<ExprError>>;

/// Something wrong with an expression, while parsing it or while evaluating it.
///
/// The code is stable and listed in [`codes`](crate::code::codes); texts may get better over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExprError {
    /// Stable code such as `E0203`.
    pub code: &'static str,
    /// What is wrong, in one lower-case fragment.
    pub message: String,
    /// Where it is wrong, in bytes of the source text.
    pub span: Span,
    /// The short text to print under the marked place.
    pub label: String,
    /// What to write instead, if that is known.
    pub help: Option<String>,
}

impl ExprError {
    pub(crate) fn new(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), span, label: String::new(), help: None }
    }

    pub(crate) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }

    /// The error as people see it: message, the line of `source` with the place marked, and the help.
    #[must_use]
    pub fn render(&self, source: &str) -> String {
        let start = floor(source, self.span.start as usize);
        let end = floor(source, (self.span.end as usize).max(start));
        let line_start = source[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = source[start..].find('\n').map_or(source.len(), |at| start + at);
        let number = source[..start].matches('\n').count() + 1;
        let column = source[line_start..start].chars().count();
        let width = source[start..end.min(line_end).max(start)].chars().count().max(1);
        let line = &source[line_start..line_end];
        let mut out = format!("error[{}]: {}\n", self.code, self.message);
        out.push_str(&format!("  at {number}:{}\n  | {line}\n", column + 1));
        out.push_str(&format!("  | {}{}", " ".repeat(column), "^".repeat(width)));
        if !self.label.is_empty() {
            out.push_str(&format!(" {}", self.label));
        }
        if let Some(help) = &self.help {
            out.push_str(&format!("\n  = help: {help}"));
        }
        out
    }
}

impl fmt::Display for ExprError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)?;
        match &self.help {
            Some(help) => write!(f, " (help: {help})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ExprError {}

/// The nearest character boundary at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
