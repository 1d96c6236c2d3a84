//! `cargo xtask fuzz`: coverage-guided tests of the expression language, on the pinned toolchain.
//!
//! The targets are laid out for cargo-fuzz, but cargo-fuzz is not needed: libFuzzer only wants its counters
//! compiled in, and LLVM's pass for them can be asked for on any toolchain. It needs a C++ compiler.

mod crash;
mod target;

use std::{
    fs,
    path::{Path, PathBuf},
    thread,
};

use clap::Args;

use crate::{
    console,
    error::{Error, Result},
    process::Program,
    stopwatch::Stopwatch,
    workspace,
};
use target::Target;

const FOLDER: &str = "nebula-expression/fuzz";
/// Everything that is built, found and learnt; below the workspace's own build folder, so git ignores it.
const OUTPUT: &str = "target/fuzz";

/// Counters on every edge, comparisons reported, one unit of code so that they do not prevent inlining.
const FLAGS: [&str; 8] = [
    "--cfg=fuzzing",
    "-Ccodegen-units=1",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Cllvm-args=-simplifycfg-branch-fold-threshold=0",
];

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Seconds for all targets together; as many run side by side as there are processors.
    #[arg(long, default_value_t = 60)]
    seconds: u64,

    /// Run the target on this input only, to see a crash again.
    #[arg(long, value_name = "FILE", requires = "target")]
    replay: Option<PathBuf>,

    /// Run only this target.
    target: Option<String>,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let root = workspace::root()?;
    let targets = targets(&root, options.target.as_deref())?;
    let binaries = build(&root)?;
    let targets: Vec<_> = targets.iter().map(|name| Target::new(&root, &binaries, name)).collect();
    match (&options.replay, targets.as_slice()) {
        (Some(input), [target]) => target.replay(&root, input),
        _ => run_all(&root, &targets, options.seconds),
    }
}

/// Names of the targets, or the one that was asked for.
fn targets(root: &Path, wanted: Option<&str>) -> Result<Vec<String>> {
    let folder = root.join(FOLDER).join("fuzz_targets");
    let read = |source| Error::Read { path: folder.clone(), source };
    let mut known = Vec::new();
    for entry in fs::read_dir(&folder).map_err(read)? {
        let name = entry.map_err(read)?.file_name().to_string_lossy().into_owned();
        known.extend(name.strip_suffix(".rs").map(str::to_owned));
    }
    known.sort();
    match wanted {
        None => Ok(known),
        Some(wanted) if known.iter().any(|name| name == wanted) => Ok(vec![wanted.to_owned()]),
        Some(wanted) => Err(Error::NoTarget { wanted: wanted.to_owned(), known }),
    }
}

/// Builds every target and returns the folder they are in.
fn build(root: &Path) -> Result<PathBuf> {
    let host = host(root)?;
    let manifest = format!("{FOLDER}/Cargo.toml");
    let output = root.join(OUTPUT);
    let output_arg = output.to_string_lossy();
    // With `--target`, the flags do not reach build scripts and macros, which could not be linked with them.
    let args = ["build", "--manifest-path", &manifest, "--release", "--bins", "--target", &host];
    let program = Program::cargo(root, args.into_iter().chain(["--target-dir", &output_arg]));
    console::heading(&program);
    let watch = Stopwatch::start();
    program.env("RUSTFLAGS", &FLAGS.join(" ")).without_env("CARGO_ENCODED_RUSTFLAGS").run()?;
    console::line(format_args!("built in {:.0} s", watch.elapsed().as_secs_f64()));
    Ok(output.join(host).join("release"))
}

/// The triple of this machine.
fn host(root: &Path) -> Result<String> {
    let text = Program::cargo(root, ["-vV"]).output()?;
    text.lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_owned)
        .ok_or_else(|| Error::Unexpected { command: "cargo -vV".to_owned(), what: "the host's triple".to_owned() })
}

/// Shares the time out: rounds of as many targets as there are processors, each with the same time.
fn run_all(root: &Path, targets: &[Target], seconds: u64) -> Result<()> {
    let side_by_side = thread::available_parallelism().map_or(1, usize::from);
    let rounds: Vec<_> = targets.chunks(side_by_side).collect();
    let each = (seconds / rounds.len().max(1) as u64).max(1);
    let mut failed = Vec::new();
    for round in rounds {
        let names: Vec<_> = round.iter().map(Target::name).collect();
        console::heading(format_args!("fuzz {}: {each} s", names.join(", ")));
        let running = round.iter().map(|target| target.start(root, each)).collect::<Result<Vec<_>>>()?;
        for (target, running) in round.iter().zip(running) {
            if !target.finish(running)? {
                failed.push(target.name().to_owned());
            }
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(Error::Crashed(failed)) }
}
