//! Cargo subcommands that tasks need: used if present, installed once if not.

use std::path::Path;

use crate::{console, error::Result, process::Program, stopwatch::Stopwatch};

/// A cargo subcommand from the registry.
pub(crate) struct Tool {
    /// `cargo <subcommand>`.
    pub(crate) subcommand: &'static str,
    /// What `cargo install` is asked for: pinned, so that CI does not change by itself.
    pub(crate) package: &'static str,
}

/// The test runner.
pub(crate) const NEXTEST: Tool = Tool { subcommand: "nextest", package: "cargo-nextest@0.9.143" };

/// Checks licences, bans and sources.
pub(crate) const DENY: Tool = Tool { subcommand: "deny", package: "cargo-deny@0.20.2" };

// === impl Tool ===

impl Tool {
    /// Makes sure that the tool can be run. A version that is already there is taken as it is.
    pub(crate) fn ensure(&self, root: &Path) -> Result<()> {
        if Program::cargo(root, [self.subcommand, "--version"]).output().is_ok() {
            return Ok(());
        }
        console::heading(format_args!("cargo install --locked {}", self.package));
        let watch = Stopwatch::start();
        Program::cargo(root, ["install", "--locked", self.package]).run()?;
        console::line(format_args!("installed in {:.0} s", watch.elapsed().as_secs_f64()));
        Ok(())
    }
}
