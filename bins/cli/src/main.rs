//! The `nebula` command with the built-in actions.

use std::process::ExitCode;

fn main() -> ExitCode {
    nebula_cli::main()
}
