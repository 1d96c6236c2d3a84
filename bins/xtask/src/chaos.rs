//! `cargo xtask chaos`: real workers on a real store, killed and frozen, and what they leave behind.

use clap::{Args, ValueEnum};

use crate::{error::Result, process::Program, services, workspace};

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// For how long things go wrong.
    #[arg(long, default_value_t = 1)]
    minutes: u64,

    /// The same in seconds.
    #[arg(long, conflicts_with = "minutes")]
    seconds: Option<u64>,

    /// What decides when and whom; the machine decides the rest.
    #[arg(long, default_value_t = 0)]
    seed: u64,

    /// The store that the workers share.
    #[arg(long, value_enum, default_value_t = Store::Postgres)]
    store: Store,

    /// Give the workers stores that do not keep to the protocol, and fail when that is not noticed.
    #[arg(long)]
    prove: bool,

    /// Say the figures as JSON.
    #[arg(long, conflicts_with = "prove")]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Store {
    /// One worker, whose file it is.
    Sqlite,
    /// Five workers, and a server that dies as well.
    Postgres,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let seconds = options.seconds.unwrap_or(options.minutes * 60).to_string();
    let seed = options.seed.to_string();
    let store = match options.store {
        Store::Sqlite => "sqlite",
        Store::Postgres => "postgres",
    };
    let root = workspace::root()?;
    if options.store == Store::Postgres {
        services::install_postgres(&root);
    }
    let what = if options.prove { "prove" } else { "run" };
    let mut arguments = vec!["run", "--quiet", "--package", "nebula-chaos", "--", what, store, &seconds, &seed];
    arguments.extend(options.json.then_some("--json"));
    Program::cargo(&root, arguments).run()
}
