//! `nebula completions`.

use clap::CommandFactory as _;
use clap_complete::Shell;
use serde_json::json;

use super::App;
use crate::{args::Cli, exit::Exit};

/// Prints the script that a shell is to read.
pub(super) fn completions(app: &App, shell: Shell) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), app.program.as_str(), &mut script);
    if app.console.json {
        let script = String::from_utf8_lossy(&script);
        app.console.value(&json!({ "shell": shell.to_string(), "script": script }));
    } else {
        app.console.raw(&script);
    }
    Exit::OK
}
