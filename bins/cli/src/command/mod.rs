//! One module for each command.

mod action;
mod backup;
mod check;
mod completions;
mod execution;
mod expr;
mod plan;
mod restore;
mod run;
mod schema;
mod secret;
mod serve;
mod trigger;

use std::sync::Arc;

use nebula_runtime::catalogue::Catalogue;

use crate::{
    args::{ActionCommand, Cli, Command},
    console::Console,
    error::Result,
    exit::Exit,
};

/// What every command has at hand.
#[derive(Debug, Clone)]
pub(crate) struct App {
    /// What the program is called: a library user's has a name of its own, and commands for copying have to work.
    pub(crate) program: String,
    pub(crate) console: Console,
    pub(crate) catalogue: Arc<Catalogue>,
}

// === impl App ===

impl App {
    /// Does what the command line says.
    pub(crate) fn dispatch(&self, cli: Cli) -> Result<Exit> {
        match cli.command {
            Command::Run(args) => run::run(self, &args),
            Command::Plan(args) => plan::plan(self, &args),
            Command::Serve(args) => serve::serve(self, &args),
            Command::Trigger(command) => trigger::trigger(self, command),
            Command::Execution(command) => execution::execution(self, command),
            Command::Schema(command) => schema::schema(self, &command),
            Command::Secret(command) => secret::secret(self, command),
            Command::Check(args) => check::check(self, &args),
            Command::Action(ActionCommand::List(args)) => action::list(self, &args),
            Command::Action(ActionCommand::Show { action }) => action::show(self, &action),
            Command::Backup(args) => backup::backup(self, &args),
            Command::Restore(args) => restore::restore(self, &args),
            Command::Expr(args) => expr::expr(self, *args),
            Command::Completions { shell } => Ok(completions::completions(self, shell)),
        }
    }
}
