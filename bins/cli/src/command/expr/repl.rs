//! `nebula expr repl`: a session of expressions. On a terminal with an editor; otherwise line by line, for programs.

mod assign;
mod assist;
mod editor;
mod history;
mod plain;
mod printer;
mod scan;
mod session;

use std::io::{self, IsTerminal as _};

use self::{history::History, session::Session};
use super::values::{Values, limits};
use crate::{args::ReplArgs, command::App, data_dir::DataDir, error::Result, exit::Exit};

/// Runs a session to its end.
pub(super) fn repl(app: &App, args: &ReplArgs) -> Result<Exit> {
    let dir = DataDir::new(&app.program, &args.data);
    let is_watched = io::stdin().is_terminal() && io::stdout().is_terminal();
    let values = Values::gather(app, &args.values, &dir, !is_watched, &|_| true)?;
    let session = Session::new(values, limits(&args.values));
    if is_watched {
        let history = if args.no_history { History::none() } else { History::open(&dir) };
        editor::run(app, session, history)
    } else {
        plain::run(app, session)
    }
}
