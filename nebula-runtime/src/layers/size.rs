//! How long a value is as JSON text, and the failure of one that is too long.

use std::io;

use nebula_ports::model::{ByteSize, Failure, FailureKind};
use serde_json::Value;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measured {
    Input,
    Output,
    /// What a pause keeps for the next step.
    State,
}

/// Refuses a value whose JSON text is longer than `limit`.
pub(crate) fn within(value: &Value, limit: ByteSize, measured: Measured) -> Result<(), Failure> {
    if !exceeds(value, limit.0) {
        return Ok(());
    }
    let found = ByteSize(length(value));
    let (kind, code, what, help) = match measured {
        Measured::Input => (
            FailureKind::Invalid,
            "input.too_large",
            "input",
            "give less at one time: fewer items, or a part of them; the limit is the action's",
        ),
        Measured::Output => (
            FailureKind::Permanent,
            "output.too_large",
            "output",
            "let the action give less: a page, a filter, or a file instead of its content; the limit is the action's",
        ),
        Measured::State => (
            FailureKind::Bug,
            "state.too_large",
            "state for the next step",
            "keep what is large where it can be found again, and in the state only where that is",
        ),
    };
    // Two sizes that look the same tell nothing.
    let (found, limit) = if found.to_string() == limit.to_string() {
        (format!("{} bytes", found.0), format!("{} bytes", limit.0))
    } else {
        (found.to_string(), limit.to_string())
    };
    Err(Failure::new(kind, code, format!("the {what} has {found}, and {limit} is the most")).with_help(help))
}

/// Whether the JSON text is longer than `limit`, without keeping it and without writing more than that.
pub(crate) fn exceeds(value: &Value, limit: u64) -> bool {
    struct Budget(u64);
    impl io::Write for Budget {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(bytes.len() as u64).ok_or(io::ErrorKind::FileTooLarge)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    serde_json::to_writer(Budget(limit), value).is_err()
}

/// The length of the JSON text, without keeping it.
pub(crate) fn length(value: &Value) -> u64 {
    struct Count(u64);
    impl io::Write for &mut Count {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len() as u64;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(0);
    // Counting does not fail, and a value can be written.
    let _ = serde_json::to_writer(&mut count, value);
    count.0
}

#[cfg(test)]
mod tests;
