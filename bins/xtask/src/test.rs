//! `cargo xtask test`: the one command that runs the tests, here and in CI.
//!
//! A PostgreSQL server is started for the run unless `NEBULA_TEST_POSTGRES` names one; where its programs are missing they
//! are installed, as root and from Debian's packages, unless `--no-services` says that the tests may go without.

use std::path::Path;

use clap::Args;

use crate::{console, error::Result, process::Program, services::Services, stopwatch::Stopwatch, tools, workspace};

/// Tests that need a service which is not there are ignored without this variable and fail with it.
const REQUIRE_SERVICES: &str = "NEBULA_REQUIRE_SERVICES";

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Ignore tests whose service is not running instead of failing them.
    #[arg(long)]
    no_services: bool,

    /// Run only tests whose name contains one of these; doc tests run only without a filter.
    filter: Vec<String>,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let root = workspace::root()?;
    let watch = Stopwatch::start();
    let nextest = match tools::NEXTEST.ensure(&root) {
        Ok(()) => true,
        Err(error) => {
            console::line(format_args!("note: running `cargo test`, since nextest is not available: {error}"));
            false
        }
    };

    if let Err(error) = tools::ensure_editors(&root) {
        console::line(format_args!(
            "note: the test of completion will fail, since rust-analyzer is not available: {error}"
        ));
    }

    let services = Services::start(&root, !options.no_services);
    let tests =
        step(if nextest { with_nextest(&root, options) } else { with_cargo(&root, options) }, options, &services);
    let docs = if options.filter.is_empty() {
        step(Program::cargo(&root, ["test", "--workspace", "--doc", "--no-fail-fast"]), options, &services)
    } else {
        Ok(())
    };

    let doc_word = if options.filter.is_empty() { word(&docs) } else { "not run (filter given)" };
    console::line(format_args!(
        "\ntests: {}, doc tests: {doc_word}, {:.0} s",
        word(&tests),
        watch.elapsed().as_secs_f64()
    ));
    tests.and(docs)
}

fn with_nextest(root: &Path, options: &Options) -> Program {
    let args = ["nextest", "run", "--workspace", "--no-fail-fast"];
    Program::cargo(root, args.into_iter().chain(options.filter.iter().map(String::as_str)))
}

fn with_cargo(root: &Path, options: &Options) -> Program {
    let args = ["test", "--workspace", "--tests", "--no-fail-fast", "--"];
    Program::cargo(root, args.into_iter().chain(options.filter.iter().map(String::as_str)))
}

fn step(program: Program, options: &Options, services: &Services) -> Result<()> {
    console::heading(&program);
    let program = services.tell(program);
    if options.no_services {
        program.without_env(REQUIRE_SERVICES).run()
    } else {
        program.env(REQUIRE_SERVICES, "1").run()
    }
}

fn word(outcome: &Result<()>) -> &'static str {
    if outcome.is_ok() { "passed" } else { "FAILED" }
}
