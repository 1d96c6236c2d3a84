//! Drawing findings about a workflow: the line of the file, what is wrong under it, what to do below.

use std::fmt::Write as _;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet, renderer::DecorStyle};
use nebula_ports::diagnostic::{ByteSpan, Diagnostic, Severity};
use serde::Serialize;

/// A finding with its place in a file, for JSON.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Finding {
    /// The file, as it was named.
    pub(crate) file: String,
    /// From 1; absent when the finding has no place in the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) line: Option<usize>,
    /// In characters, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) column: Option<usize>,
    #[serde(flatten)]
    pub(crate) diagnostic: Diagnostic,
}

/// A text with the name of the file it is from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SourceText<'a> {
    pub(crate) name: &'a str,
    pub(crate) text: &'a str,
}

// === impl SourceText ===

impl SourceText<'_> {
    /// Gives a diagnostic its line and column.
    pub(crate) fn finding(&self, diagnostic: &Diagnostic) -> Finding {
        let position = diagnostic.span.map(|span| self.position(span.start));
        Finding {
            file: self.name.to_owned(),
            line: position.map(|(line, _)| line),
            column: position.map(|(_, column)| column),
            diagnostic: diagnostic.clone(),
        }
    }

    /// Draws a diagnostic over several lines, without a line's end at the end.
    pub(crate) fn draw(&self, diagnostic: &Diagnostic, colour: bool, width: usize) -> String {
        let level = match diagnostic.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        };
        let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code);
        let mut group = Group::with_title(title);
        match diagnostic.span {
            Some(span) => {
                let mut mark = AnnotationKind::Primary.span(self.clamp(span));
                if !diagnostic.label.is_empty() {
                    mark = mark.label(diagnostic.label.as_str());
                }
                group = group.element(Snippet::source(self.text).path(self.name).annotation(mark));
            }
            None => {
                let place = if diagnostic.pointer.is_empty() { "/" } else { &diagnostic.pointer };
                group = group.element(Level::NOTE.message(format!("in {}, at {place}", self.name)));
            }
        }
        if let Some(help) = &diagnostic.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        renderer.decor_style(DecorStyle::Ascii).term_width(width).render(&[group])
    }

    /// Line and column of a byte, both from 1.
    fn position(&self, byte: usize) -> (usize, usize) {
        let before = &self.text[..self.boundary(byte)];
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        (line, column)
    }

    /// A range the renderer can draw: inside the text, between characters, and no longer than the first line, so that a
    /// whole block that is meant does not fill the screen.
    fn clamp(&self, span: ByteSpan) -> std::ops::Range<usize> {
        let start = self.boundary(span.start);
        let end = self.boundary(span.end).max(start);
        let first_line = self.text[start..end].find('\n').map_or(end, |length| start + length);
        let trimmed = self.text[start..first_line].trim_end().len();
        let end = start + trimmed;
        if end > start { start..end } else { start..self.boundary(start + 1) }
    }

    fn boundary(&self, byte: usize) -> usize {
        let mut byte = byte.min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        byte
    }
}

/// `2 errors, 1 warning`, for the line below the findings.
pub(crate) fn summary(diagnostics: impl IntoIterator<Item = Severity>) -> Option<String> {
    let mut counts = [0_usize; 3];
    for severity in diagnostics {
        counts[severity as usize] += 1;
    }
    let mut text = String::new();
    for (count, word) in counts.into_iter().zip(["error", "warning", "note"]).filter(|(count, _)| *count > 0) {
        let comma = if text.is_empty() { "" } else { ", " };
        let plural = if count == 1 { "" } else { "s" };
        // Writing to a string does not fail.
        let _ = write!(text, "{comma}{count} {word}{plural}");
    }
    (!text.is_empty()).then_some(text)
}

/// Columns to draw in: the terminal's, or enough for a log.
pub(crate) fn width() -> usize {
    terminal_size::terminal_size_of(std::io::stderr()).map_or(120, |(width, _)| usize::from(width.0).max(40))
}

#[cfg(test)]
mod tests;
