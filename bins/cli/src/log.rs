//! What the engine warns of while a command runs: on standard error, beside everything else.

use std::io::{self, IsTerminal as _, Write};

use tracing_subscriber::fmt;

/// Wipes a spinner off its line before it writes.
struct OverSpinners(io::Stderr);

/// Shows warnings and errors from now on.
pub(crate) fn show_warnings() {
    let subscriber = fmt::Subscriber::builder()
        .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
        .with_target(false)
        .with_ansi(false)
        .without_time()
        .with_writer(|| OverSpinners(io::stderr()))
        .finish();
    // A program that uses this library may have set its own.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

impl Write for OverSpinners {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.is_terminal() {
            self.0.write_all(b"\r\x1b[2K")?;
        }
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
