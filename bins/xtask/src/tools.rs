//! Cargo subcommands and parts of the toolchain that tasks need: used if present, installed once if not.

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

/// Whether the toolchain has what editors need, and otherwise rustup's command to get it. Toolchains that rustup did not
/// make from `rust-toolchain.toml` may lack it.
const EDITORS: &str = r#"
sysroot=$(rustc --print sysroot)
if ! [ -x "$sysroot/bin/rust-analyzer" ] || ! [ -d "$sysroot/lib/rustlib/src/rust/library" ]; then
    rustup component add rust-analyzer rust-src
fi"#;

/// Makes sure that rust-analyzer is there, with the sources of the standard library.
pub(crate) fn ensure_editors(root: &Path) -> Result<()> {
    Program::shell(root, EDITORS).run()
}

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
