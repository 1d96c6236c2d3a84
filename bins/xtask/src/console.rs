//! What the person (or the log) reads. A closed pipe is no reason to stop, so write errors are dropped.

use std::{
    fmt::Display,
    io::{self, Write as _},
};

/// One line on standard output.
pub(crate) fn line(text: impl Display) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{text}");
    let _ = out.flush();
}

/// The title of what follows.
pub(crate) fn heading(text: impl Display) {
    line(format_args!("\n=== {text}"));
}

/// A failure, once, on standard error.
pub(crate) fn error(text: impl Display) {
    let _ = writeln!(io::stderr().lock(), "error: {text}");
}
