//! The `nebula` command, as a library: a program of your own offers its actions beside the built-in ones.
//!
//! ```no_run
//! # mod my_package { pub fn registry() -> Vec<nebula_ports::action::ArcAction> { Vec::new() } }
//! fn main() -> std::process::ExitCode {
//!     nebula_cli::main_with(my_package::registry())
//! }
//! ```
//!
//! - `args` is the command line, `command` one module for each command, `exit` what exit codes mean;
//! - `compose` is the composition root: with `secrets` the only file that names drivers;
//! - `definition` reads and plans a workflow file, `resources` reads the one that configures resources, `render` draws what was found in it;
//! - `progress` shows a run while it runs, `story` what a journal says about each node;
//! - `console` is the only place that writes to the terminal.

#![forbid(unsafe_code)]

mod archive;
mod args;
mod command;
mod compose;
mod console;
mod data_dir;
mod definition;
mod error;
pub mod exit;
mod firings;
mod grants;
mod input;
mod log;
mod outcome;
mod progress;
mod render;
mod resources;
mod runtime;
mod secrets;
mod signals;
mod story;
mod table;
mod tally;
mod visible;
mod watch;
mod when;

use std::{
    ffi::{OsStr, OsString},
    path::Path,
    process::ExitCode,
    sync::Arc,
};

use clap::Parser as _;
use nebula_ports::action::ArcAction;
use nebula_runtime::catalogue::Catalogue;
use serde_json::json;

use crate::{args::Cli, command::App, console::Console, error::Stop};

/// Runs the command with the built-in actions, as the process's arguments say.
#[must_use]
pub fn main() -> ExitCode {
    main_with([])
}

/// Runs the command with these actions and the built-in ones, as the process's arguments say. A `Registry` of
/// nebula-sdk is such a list.
#[must_use]
pub fn main_with(actions: impl IntoIterator<Item = ArcAction>) -> ExitCode {
    main_with_args(std::env::args_os(), actions)
}

/// As [`main_with`], with these arguments instead of the process's; the first is the program's name.
#[must_use]
pub fn main_with_args(
    arguments: impl IntoIterator<Item = impl Into<OsString>>,
    actions: impl IntoIterator<Item = ArcAction>,
) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
    let program = program(&arguments);
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let exit = if error.use_stderr() { exit::Exit::BAD_INPUT } else { exit::Exit::OK };
            // A closed pipe is no reason to fail.
            let _ = error.print();
            return exit.into();
        }
    };
    log::show_warnings();
    let console = Console::detect(cli.json);
    let runs = cli.command.runs();
    let exit = run(cli, program, actions, console).unwrap_or_else(|stop| {
        console.stop(&stop);
        if console.json {
            json_stop(&console, &stop, runs);
        }
        stop.exit
    });
    exit.into()
}

fn run(
    cli: Cli,
    program: String,
    actions: impl IntoIterator<Item = ArcAction>,
    console: Console,
) -> error::Result<exit::Exit> {
    let built_in = nebula_actions::registry();
    let catalogue = Catalogue::new(built_in.iter().cloned().chain(actions))
        .map_err(|duplicate| Stop::internal(duplicate.to_string()))?;
    App { program, console, catalogue: Arc::new(catalogue) }.dispatch(cli)
}

fn program(arguments: &[OsString]) -> String {
    let name = arguments.first().and_then(|path| Path::new(path).file_stem()).and_then(OsStr::to_str);
    name.unwrap_or("nebula").to_owned()
}

/// What stands on standard output with `--json` when there is no result. A command that runs something prints an object
/// of one shape, however it ends.
fn json_stop(console: &Console, stop: &Stop, runs: bool) {
    let value = if runs {
        json!({ "execution_id": null, "status": null, "output": null, "error": stop })
    } else {
        json!({ "error": stop })
    };
    console.value(&value);
}
