//! The only place that writes to the terminal. Results go to standard output, everything else to standard error, so that
//! `--json` changes standard output only. A closed pipe is no reason to stop: write errors are dropped.

use std::{
    fmt::Display,
    io::{self, IsTerminal as _, Write as _},
};

use anstyle::{AnsiColor, Style};
use serde::Serialize;

use crate::{error::Stop, visible::visible};

/// Where and how to write.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Console {
    /// Results are JSON.
    pub(crate) json: bool,
    stdout_colour: bool,
    stderr_colour: bool,
    stderr_terminal: bool,
}

/// Decides how words look.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paint(bool);

// === impl Console ===

impl Console {
    /// As standard output and standard error are; `NO_COLOR` (not empty) turns colour off.
    pub(crate) fn detect(json: bool) -> Self {
        let colour = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let stderr_terminal = io::stderr().is_terminal();
        Self {
            json,
            stdout_colour: colour && io::stdout().is_terminal(),
            stderr_colour: colour && stderr_terminal,
            stderr_terminal,
        }
    }

    /// How words on standard output look.
    pub(crate) const fn paint(&self) -> Paint {
        Paint(self.stdout_colour)
    }

    /// How words on standard error look.
    pub(crate) const fn paint_notes(&self) -> Paint {
        Paint(self.stderr_colour)
    }

    /// Whether somebody watches standard error.
    pub(crate) const fn is_watched(&self) -> bool {
        self.stderr_terminal
    }

    /// A line of the result.
    pub(crate) fn line(&self, text: impl Display) {
        self.written(&visible(&text.to_string()));
    }

    fn written(&self, text: &str) {
        let mut out = io::stdout().lock();
        let _ = writeln!(out, "{text}");
        let _ = out.flush();
    }

    /// A result as JSON, over several lines.
    pub(crate) fn value(&self, value: &impl Serialize) {
        if let Ok(text) = serde_json::to_string_pretty(value) {
            self.written(&text);
        }
    }

    /// A member of a result that is one JSON value a line.
    pub(crate) fn json_line(&self, value: &impl Serialize) {
        if let Ok(text) = serde_json::to_string(value) {
            self.written(&text);
        }
    }

    /// Bytes of the result, as they are.
    pub(crate) fn raw(&self, bytes: &[u8]) {
        let mut out = io::stdout().lock();
        let _ = out.write_all(bytes);
        let _ = out.flush();
    }

    /// A line beside the result.
    pub(crate) fn note(&self, text: impl Display) {
        let _ = writeln!(io::stderr().lock(), "{}", visible(&text.to_string()));
    }

    /// A question, without a line's end.
    pub(crate) fn ask(&self, text: impl Display) {
        let mut err = io::stderr().lock();
        let _ = write!(err, "{}", visible(&text.to_string()));
        let _ = err.flush();
    }

    /// Why the command stopped, once. What was found in a workflow has been drawn before.
    pub(crate) fn stop(&self, stop: &Stop) {
        let paint = self.paint_notes();
        self.note(format_args!("{}: {}", paint.bad("error"), stop.message));
        if let Some(help) = &stop.help {
            self.note(format_args!("{}: {help}", paint.hint("help")));
        }
    }
}

// === impl Paint ===

impl Paint {
    /// With or without colour, whatever the terminal is.
    #[cfg(test)]
    pub(crate) const fn of(colour: bool) -> Self {
        Self(colour)
    }

    pub(crate) const fn is_on(self) -> bool {
        self.0
    }

    pub(crate) fn good(self, text: impl Display) -> String {
        self.with(AnsiColor::Green.on_default(), text)
    }

    pub(crate) fn bad(self, text: impl Display) -> String {
        self.with(AnsiColor::Red.on_default().bold(), text)
    }

    pub(crate) fn attention(self, text: impl Display) -> String {
        self.with(AnsiColor::Yellow.on_default(), text)
    }

    pub(crate) fn hint(self, text: impl Display) -> String {
        self.with(AnsiColor::Cyan.on_default(), text)
    }

    pub(crate) fn strong(self, text: impl Display) -> String {
        self.with(Style::new().bold(), text)
    }

    pub(crate) fn faint(self, text: impl Display) -> String {
        self.with(Style::new().dimmed(), text)
    }

    fn with(self, style: Style, text: impl Display) -> String {
        if self.0 { format!("{style}{text}{style:#}") } else { text.to_string() }
    }
}
