//! `nebula expr`: expressions tried, checked and explained, without a workflow being run.

mod check;
mod eval;
mod explain;
mod functions;
mod markdown;
mod past;
mod repl;
mod text;
mod types;
mod values;

use super::App;
use crate::{
    args::{ExprArgs, ExprCommand},
    error::Result,
    exit::Exit,
};

/// Does what the command line says.
pub(super) fn expr(app: &App, args: ExprArgs) -> Result<Exit> {
    match args.command {
        Some(ExprCommand::Check(args)) => check::check(app, &args),
        Some(ExprCommand::Eval(args)) => eval::eval(app, &args),
        Some(ExprCommand::Explain(args)) => explain::explain(app, &args),
        Some(ExprCommand::Functions(args)) => functions::functions(app, &args),
        Some(ExprCommand::Repl(args)) => repl::repl(app, &args),
        None => repl::repl(app, &args.repl),
    }
}
