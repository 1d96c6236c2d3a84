//! `cargo xtask ci`: every step of CI in order. A failed step does not hide the ones after it.

use std::{path::Path, time::Duration};

use crate::{
    console,
    error::{Error, Result},
    process::Program,
    readme,
    stopwatch::Stopwatch,
    tools, workspace,
};

/// How one step went.
struct Outcome {
    name: &'static str,
    took: Duration,
    result: Result<()>,
}

pub(crate) fn run() -> Result<()> {
    let root = workspace::root()?;
    let mut summary = None;
    let steps: [(&'static str, &mut dyn FnMut() -> Result<()>); 11] = [
        ("fmt", &mut || cargo(&root, &["fmt", "--all", "--check"]).run()),
        ("clippy", &mut || {
            let all = ["--workspace", "--all-targets", "--keep-going"];
            let strict = ["--", "-D", "warnings"];
            cargo(&root, &[&["clippy"], &all[..], &strict[..]].concat()).run()
        }),
        ("test", &mut || {
            cargo(&root, &["xtask", "test"]).run_seeing(|line| {
                if line.trim_start().starts_with("Summary [") {
                    summary = Some(line.trim().to_owned());
                }
            })
        }),
        // A million expressions, in release; the tests of every day have run fewer of them.
        ("soundness", &mut || {
            let test = ["test", "--release", "--package", "nebula-expression", "--test", "it"];
            let million = ["soundness::a_million_cases", "--", "--ignored", "--exact", "--nocapture"];
            cargo(&root, &[&test[..], &million[..]].concat()).env("NEBULA_SOUNDNESS_CASES", "1000000").run()
        }),
        // In release; the tests of every day have run a few hundred.
        ("sim", &mut || cargo(&root, &["xtask", "sim", "--seeds", "20000"]).run()),
        ("chaos", &mut || {
            cargo(&root, &["xtask", "chaos", "--store", "sqlite", "--seconds", "15"]).run()?;
            cargo(&root, &["xtask", "chaos", "--store", "postgres", "--seconds", "25"]).run()?;
            cargo(&root, &["xtask", "chaos", "--store", "postgres", "--seconds", "15", "--prove"]).run()
        }),
        ("fuzz", &mut || cargo(&root, &["xtask", "fuzz"]).run()),
        ("docs", &mut || cargo(&root, &["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-Dwarnings").run()),
        ("tidy", &mut || crate::tidy::run()),
        ("deny", &mut || {
            tools::DENY.ensure(&root)?;
            let quiet = ["--hide-inclusion-graph", "--allow", "unused-wrapper"];
            let checks = ["licenses", "bans", "sources"];
            cargo(&root, &[&["deny", "check"], &quiet[..], &checks[..]].concat()).run()
        }),
        ("readme", &mut || readme::run(&root)),
    ];
    let outcomes = steps.map(|(name, step)| timed(name, step));
    report(&outcomes, summary.as_deref());

    let failed: Vec<_> =
        outcomes.iter().filter(|outcome| outcome.result.is_err()).map(|outcome| outcome.name).collect();
    if failed.is_empty() { Ok(()) } else { Err(Error::Steps(failed)) }
}

fn cargo(root: &Path, args: &[&str]) -> Program {
    Program::cargo(root, args)
}

fn timed(name: &'static str, step: &mut dyn FnMut() -> Result<()>) -> Outcome {
    console::heading(format_args!("ci: {name}"));
    let watch = Stopwatch::start();
    let result = step();
    if let Err(error) = &result {
        console::error(error);
    }
    Outcome { name, took: watch.elapsed(), result }
}

fn report(outcomes: &[Outcome], summary: Option<&str>) {
    console::heading("ci");
    for Outcome { name, took, result } in outcomes {
        let word = if result.is_ok() { "ok" } else { "FAILED" };
        console::line(format_args!("{name:9} {:7.1} s  {word}", took.as_secs_f64()));
    }
    // nextest's own line about the tests, repeated where a reader of the log's end finds it.
    if let Some(summary) = summary {
        console::line(summary);
    }
}
