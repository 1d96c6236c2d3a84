//! The `nebula` command, as nebula-cli ships it.

use std::process::ExitCode;

fn main() -> ExitCode {
    nebula_cli::main()
}
