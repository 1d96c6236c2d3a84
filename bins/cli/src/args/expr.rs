//! The command line of `nebula expr`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use nebula_ports::model::{ExecutionId, NodeId};

use super::DataDirArgs;
use crate::exit::Exit;

/// `nebula expr`: without a command a session begins.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, after_help = help())]
pub(crate) struct ExprArgs {
    #[command(subcommand)]
    pub(crate) command: Option<ExprCommand>,
    #[command(flatten)]
    pub(crate) repl: ReplArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ExprCommand {
    /// Check an expression and show its type and cost
    #[command(after_help = help())]
    Check(ExprCheckArgs),
    /// Evaluate an expression and print its value
    #[command(after_help = help())]
    Eval(ExprEvalArgs),
    /// Explain an error code, a function or an expression
    #[command(after_help = help())]
    Explain(ExprExplainArgs),
    /// List the functions of the language
    Functions(ExprFunctionsArgs),
    /// Try expressions one after another
    Repl(ReplArgs),
}

/// The text that is meant.
#[derive(Debug, Clone, Args)]
pub(crate) struct TextArgs {
    /// The expression, in quotes; `-` reads standard input
    #[arg(value_name = "EXPR", allow_hyphen_values = true)]
    pub(crate) text: String,
    /// It is a template, as in `Dear {{ $input.name }}`
    #[arg(long)]
    pub(crate) template: bool,
}

/// What is known before a run of what an expression reads; without any of it everything may be anything.
#[derive(Debug, Clone, Args)]
pub(crate) struct TypeArgs {
    /// `$input` is as this JSON Schema says
    #[arg(long, value_name = "FILE")]
    pub(crate) input_schema: Option<PathBuf>,
    /// `$input` is like this value: JSON, `@FILE`, or `@-` for standard input
    #[arg(long, value_name = "JSON|@FILE", conflicts_with = "input_schema")]
    pub(crate) input: Option<String>,
    /// The expression stands in this workflow (YAML or JSON): all types are from there
    #[arg(long, value_name = "FILE", requires = "node", conflicts_with_all = ["input_schema", "input"])]
    pub(crate) workflow: Option<PathBuf>,
    /// The node of the workflow that the expression belongs to
    #[arg(long, value_name = "ID", requires = "workflow")]
    pub(crate) node: Option<NodeId>,
}

#[derive(Debug, Args)]
pub(crate) struct ExprCheckArgs {
    #[command(flatten)]
    pub(crate) text: TextArgs,
    #[command(flatten)]
    pub(crate) types: TypeArgs,
    /// The parameter of the node that is given the value, as in `/url`: its type has to fit
    #[arg(long, value_name = "POINTER", requires = "node")]
    pub(crate) parameter: Option<String>,
}

/// The data that an expression reads.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct ValueArgs {
    /// `$input`: JSON, `@FILE`, or `@-` for standard input
    #[arg(long, value_name = "JSON|@FILE")]
    pub(crate) input: Option<String>,
    /// `$nodes`: an object with the result of each node, by id
    #[arg(long, value_name = "JSON|@FILE")]
    pub(crate) nodes: Option<String>,
    /// `$vars`: an object
    #[arg(long, value_name = "JSON|@FILE")]
    pub(crate) vars: Option<String>,
    /// `$item`: an element of a list
    #[arg(long, value_name = "JSON|@FILE")]
    pub(crate) item: Option<String>,
    /// `$index`: the position of `$item`, from 0
    #[arg(long, value_name = "N")]
    pub(crate) index: Option<u64>,
    /// `$trigger`: what started the execution
    #[arg(long, value_name = "JSON|@FILE")]
    pub(crate) trigger: Option<String>,
    /// `$now`, as in `2026-05-01T12:00:00Z`; the present moment when it is left out
    #[arg(long, value_name = "RFC3339")]
    pub(crate) now: Option<String>,
    /// Read what an execution of the data folder had: its input, its nodes, its workflow's constants, its end as `$now`
    #[arg(long, value_name = "EXECUTION", conflicts_with_all = ["input", "nodes", "vars"])]
    pub(crate) execution: Option<ExecutionId>,
    /// At most so many units of work; a step of a path is about one
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    pub(crate) max_cost: Option<u64>,
}

#[derive(Debug, Args)]
pub(crate) struct ExprEvalArgs {
    #[command(flatten)]
    pub(crate) text: TextArgs,
    #[command(flatten)]
    pub(crate) values: ValueArgs,
    /// Print a string as it is, without quotes
    #[arg(long, conflicts_with = "json")]
    pub(crate) raw: bool,
    #[command(flatten)]
    pub(crate) data: DataDirArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ExprExplainArgs {
    /// An error code, the name of a function, or an expression; `-` reads an expression from standard input
    #[arg(value_name = "CODE|FUNCTION|EXPR", allow_hyphen_values = true)]
    pub(crate) subject: String,
    /// It is a template, as in `Dear {{ $input.name }}`
    #[arg(long)]
    pub(crate) template: bool,
    #[command(flatten)]
    pub(crate) types: TypeArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ExprFunctionsArgs {
    /// Only those of this topic, or with this in their name or description
    #[arg(value_name = "TOPIC|PATTERN")]
    pub(crate) pattern: Option<String>,
    /// Print the reference page
    #[arg(long, conflicts_with = "json")]
    pub(crate) markdown: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ReplArgs {
    #[command(flatten)]
    pub(crate) values: ValueArgs,
    /// Keep no history of what was typed
    #[arg(long)]
    pub(crate) no_history: bool,
    #[command(flatten)]
    pub(crate) data: DataDirArgs,
}

/// What the exit codes mean here.
fn help() -> String {
    let rows = [
        (Exit::OK, "done"),
        (Exit::FAILED, "the evaluation ended with an error"),
        (Exit::BAD_INPUT, "what was given is wrong: an option, data, the text of the expression, its types"),
        (Exit::NOT_FOUND, "no such code, function, node, execution or data folder"),
        (Exit::STORE, "the data folder cannot be read"),
    ];
    let rows = rows.map(|(exit, meaning)| format!("  {:>3}  {meaning}", exit.code()));
    format!("Exit codes:\n{}", rows.join("\n"))
}
