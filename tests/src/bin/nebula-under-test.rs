//! The `nebula` command, as nebula-cli ships it, with an action that ends the process.

use std::{path::PathBuf, process::ExitCode};

use nebula_sdk::prelude::*;

/// End the process as long as a file is there, as a mistake in foreign code does.
#[nebula_sdk::action(id = "test.abort", version = "1.0", idempotent)]
async fn abort_while(
    /// The file.
    path: String,
) -> Result<String> {
    if PathBuf::from(&path).exists() {
        std::process::abort();
    }
    Ok("alive".to_owned())
}

fn main() -> ExitCode {
    nebula_cli::main_with(Registry::new().with::<AbortWhile>())
}
