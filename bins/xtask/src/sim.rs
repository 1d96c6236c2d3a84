//! `cargo xtask sim`: the engine in a simulated cluster, over many seeds, at full speed.

use clap::Args;

use crate::{error::Result, process::Program, workspace};

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// How many seeds.
    #[arg(long, default_value_t = 20_000)]
    seeds: u64,

    /// The first of them: what a failure names, with `--seeds 1`.
    #[arg(long, default_value_t = 0)]
    from: u64,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let (from, seeds) = (options.from.to_string(), options.seeds.to_string());
    Program::cargo(&workspace::root()?, ["run", "--release", "--package", "nebula-simulation", "--", &from, &seeds])
        .run()
}
