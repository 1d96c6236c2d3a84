//! `cargo xtask`: what a shell script would do in this repository, in Rust.

mod chaos;
mod ci;
mod console;
mod error;
mod fuzz;
mod process;
mod readme;
mod services;
mod sim;
mod source;
mod stopwatch;
mod test;
mod tidy;
mod tools;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "Tasks of the Nebula repository")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Run the tests: nextest, then doc tests.
    Test(test::Options),
    /// Look for inputs that break the expression language.
    Fuzz(fuzz::Options),
    /// Run the engine in a simulated cluster that crashes, freezes and loses answers: one seed is one schedule.
    Sim(sim::Options),
    /// Run real workers that are killed and frozen while they work, and read the journals they leave behind.
    Chaos(chaos::Options),
    /// Check what compilers do not: direction of dependencies, names, file budgets, module docs, leftovers.
    Tidy,
    /// Run everything CI runs, in CI's order, and report the time of each step.
    Ci,
}

fn main() -> ExitCode {
    let done = match Cli::parse().task {
        Task::Test(options) => test::run(&options),
        Task::Fuzz(options) => fuzz::run(&options),
        Task::Sim(options) => sim::run(&options),
        Task::Chaos(options) => chaos::run(&options),
        Task::Tidy => tidy::run(),
        Task::Ci => ci::run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            console::error(&error);
            ExitCode::FAILURE
        }
    }
}
