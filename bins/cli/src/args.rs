//! The command line. What can be said wrong here is refused before anything is opened.

mod expr;
mod shared;
mod trigger;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use nebula_ports::model::{CredentialName, ExecutionId, ExecutionStatus, NodeAddress, SignalName, WorkflowId};

use crate::exit::Exit;

pub(crate) use expr::{
    ExprArgs, ExprCheckArgs, ExprCommand, ExprEvalArgs, ExprExplainArgs, ExprFunctionsArgs, ReplArgs, TypeArgs,
    ValueArgs,
};

pub(crate) use shared::{DataDirArgs, ExecutionArgs, GrantArgs, ResourceArgs, StationArgs, VaultArgs};

pub(crate) use trigger::{ServeArgs, TriggerArgs, TriggerCommand, TriggerName};

/// Nebula runs workflows so that a crash loses nothing.
#[derive(Debug, Parser)]
#[command(name = "nebula", version, after_help = Exit::help(), disable_help_subcommand = true)]
pub(crate) struct Cli {
    /// Print the result as JSON on standard output
    #[arg(long, global = true, display_order = 900)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a workflow to its end and print its output
    #[command(after_help = Exit::help())]
    Run(RunArgs),
    /// Check a workflow and show what would run
    Plan(PlanArgs),
    /// Check workflows, without granting anything
    Check(CheckArgs),
    /// Poll triggers and run what they start, until Ctrl-C
    #[command(after_help = Exit::help())]
    Serve(ServeArgs),
    /// Look at triggers, pause, resume and fire them
    #[command(subcommand)]
    Trigger(TriggerCommand),
    /// Look at executions, resume and cancel them
    #[command(subcommand)]
    Execution(ExecutionCommand),
    /// Look at the actions that workflows can use
    #[command(subcommand)]
    Action(ActionCommand),
    /// Write down the interfaces of actions, and compare them
    #[command(subcommand)]
    Schema(SchemaCommand),
    /// Keep secrets for credentials
    #[command(subcommand)]
    Secret(SecretCommand),
    /// Copy the data folder as of one moment, also while `nebula serve` runs
    #[command(after_help = Exit::help())]
    Backup(BackupArgs),
    /// Make a data folder of a backup
    #[command(after_help = Exit::help())]
    Restore(RestoreArgs),
    /// Try, check and explain expressions
    Expr(Box<ExprArgs>),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

impl Command {
    /// Whether it runs one execution and prints how that ended.
    pub(crate) fn runs(&self) -> bool {
        match self {
            Self::Run(_) | Self::Execution(ExecutionCommand::Cancel { .. } | ExecutionCommand::Signal(_)) => true,
            Self::Execution(ExecutionCommand::Resume(args)) => !args.all,
            _ => false,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// The workflow (YAML or JSON); `-` reads standard input
    pub(crate) file: PathBuf,
    /// The input: JSON, `@FILE`, or `@-` for standard input
    #[arg(long, value_name = "JSON|@FILE", default_value = "{}", hide_default_value = true)]
    pub(crate) input: String,
    #[command(flatten)]
    pub(crate) grant: GrantArgs,
    /// A name for this start: the same key starts the workflow only once
    #[arg(long, value_name = "START_KEY")]
    pub(crate) key: Option<String>,
    #[command(flatten)]
    pub(crate) station: StationArgs,
    /// Show no progress
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Args)]
pub(crate) struct BackupArgs {
    /// The folder that the backup is made in; there must be nothing yet
    pub(crate) folder: PathBuf,
    #[command(flatten)]
    pub(crate) data: DataDirArgs,
    /// Show no progress
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RestoreArgs {
    /// The folder of the backup; it is only read. The data folder must not exist, or be empty
    pub(crate) folder: PathBuf,
    #[command(flatten)]
    pub(crate) data: DataDirArgs,
    /// Show no progress
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    /// The workflow (YAML or JSON); `-` reads standard input
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) grant: GrantArgs,
    #[command(flatten)]
    pub(crate) resources: ResourceArgs,
    /// Print the graph for Graphviz
    #[arg(long, conflicts_with_all = ["json", "mermaid"])]
    pub(crate) dot: bool,
    /// Print the graph for Mermaid
    #[arg(long, conflicts_with = "json")]
    pub(crate) mermaid: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// The workflows (YAML or JSON); `-` reads standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) resources: ResourceArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ExecutionCommand {
    /// List executions, newest first
    List {
        /// Only with this status
        #[arg(long, value_parser = status)]
        status: Option<ExecutionStatus>,
        /// Only dead letters: taken up again and again, and nothing came of it; `execution resume` goes on with one
        #[arg(long, conflicts_with = "status")]
        dead: bool,
        /// Only of this workflow
        #[arg(long)]
        workflow: Option<WorkflowId>,
        /// At most so many
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=10_000))]
        limit: u32,
        #[command(flatten)]
        data: DataDirArgs,
    },
    /// Show how an execution stands, node by node
    Show(ExecutionArgs),
    /// Print everything that happened to an execution
    Journal {
        #[command(flatten)]
        execution: ExecutionArgs,
        /// Put large values in the place of references to them, for `TestFlow::replay`
        #[arg(long, requires = "json")]
        whole: bool,
    },
    /// Check what is kept of executions: journals, definitions, large values (exit code 8 if any is damaged)
    #[command(after_help = Exit::help())]
    Verify(VerifyArgs),
    /// Go on with an execution, or with all that are due
    #[command(after_help = Exit::help())]
    Resume(ResumeArgs),
    /// Send a signal to an execution, and go on with it
    #[command(after_help = Exit::help())]
    Signal(SignalArgs),
    /// End an execution
    Cancel {
        #[command(flatten)]
        execution: ExecutionArgs,
        /// Why, for those who look later
        #[arg(long, default_value = "cancelled on the command line", hide_default_value = true)]
        reason: String,
        #[command(flatten)]
        resources: ResourceArgs,
    },
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// The execution
    #[arg(required_unless_present = "all")]
    pub(crate) id: Option<ExecutionId>,
    /// Check every execution
    #[arg(long, conflicts_with = "id")]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) data: DataDirArgs,
    /// Show no progress
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SignalArgs {
    /// The execution
    pub(crate) id: ExecutionId,
    /// The signal's name: what a node waits for
    pub(crate) name: SignalName,
    /// What the signal brings: JSON, `@FILE`, or `@-` for standard input
    #[arg(long, value_name = "JSON|@FILE", default_value = "null", hide_default_value = true)]
    pub(crate) payload: String,
    #[command(flatten)]
    pub(crate) station: StationArgs,
    /// Show no progress
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ResumeArgs {
    /// The execution
    #[arg(required_unless_present = "all")]
    pub(crate) id: Option<ExecutionId>,
    /// Go on with every execution that is due
    #[arg(long, conflicts_with_all = ["id", "retry", "complete", "fail"])]
    pub(crate) all: bool,
    /// Decide about a node in doubt: it had no effect, run it again
    #[arg(long, value_name = "NODE")]
    pub(crate) retry: Vec<NodeAddress>,
    /// Decide about a node in doubt: it had its effect, with this result (and left by this port)
    #[arg(long, value_name = "NODE[:PORT]=JSON")]
    pub(crate) complete: Vec<String>,
    /// Decide about a node in doubt: give it up
    #[arg(long, value_name = "NODE[=REASON]")]
    pub(crate) fail: Vec<String>,
    #[command(flatten)]
    pub(crate) station: StationArgs,
    /// Show no progress
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ActionCommand {
    /// List the actions
    List(ActionListArgs),
    /// Show what an action does and takes
    Show {
        /// The action, as in `http.request` or `http.request@1`
        #[arg(value_name = "ID[@VERSION]")]
        action: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ActionListArgs {
    /// Only those with all these words in id, name, description, category or tags
    #[arg(long, value_name = "TEXT")]
    pub(crate) search: Option<String>,
    /// Only those of this category
    #[arg(long)]
    pub(crate) category: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SchemaCommand {
    /// Print all that is known of an action as one JSON Schema (with `--json`), or its outline
    Show {
        /// The action, as in `http.request` or `http.request@1`
        #[arg(value_name = "ID[@VERSION]")]
        action: String,
    },
    /// Print the JSON Schema of what `schema show --json` prints: what `x-nebula` may hold
    Vocabulary,
    /// Print the schema lock of the actions of this program
    Lock,
    /// Say what has changed from one schema lock to another, and whether the versions say so (exit code 7 if not)
    Check {
        /// The lock before
        old: PathBuf,
        /// The lock now; without it, the actions of this program
        new: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum SecretCommand {
    /// Set a secret; its text is asked for, or read from standard input
    Set {
        /// Its name
        name: CredentialName,
        #[command(flatten)]
        form: SecretForm,
        #[command(flatten)]
        vault: VaultArgs,
    },
    /// List the names of the secrets
    List(VaultArgs),
    /// Remove a secret
    Delete {
        /// Its name
        name: CredentialName,
        #[command(flatten)]
        vault: VaultArgs,
    },
}

/// What a secret's text is for; without any of these it is kept as it is.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(crate) struct SecretForm {
    /// The text is a bearer token
    #[arg(long)]
    pub(crate) bearer: bool,
    /// The text is this user's password
    #[arg(long, value_name = "USER")]
    pub(crate) basic: Option<String>,
    /// The text is the value of this header
    #[arg(long, value_name = "NAME")]
    pub(crate) header: Option<String>,
    /// The text is the value of this parameter of the URL
    #[arg(long, value_name = "NAME")]
    pub(crate) query: Option<String>,
}

fn status(word: &str) -> Result<ExecutionStatus, String> {
    ExecutionStatus::from_word(word).ok_or_else(|| {
        "there are `pending`, `running`, `waiting`, `cancelling`, `dead_letter`, `completed`, `failed` and `cancelled`".to_owned()
    })
}
