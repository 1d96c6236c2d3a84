//! What the compiler takes for crates of users: the check of a workflow of 400 nodes beside that of an empty crate, and the
//! first build of all. See `benches/README.md`.

mod measure;
mod sources;

use std::{
    env, fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use measure::{Cost, median};

/// How many checks of each crate the medians are taken of.
const ROUNDS: usize = 9;
const NODES: usize = 400;
/// Seconds over an empty crate, of wall time.
const CHECK_GOAL: f64 = 0.6;
const COLD_GOAL: f64 = 45.0;

fn main() -> ExitCode {
    // `cargo bench` adds `--bench`; what is left is said by the one who measures.
    let wanted: Vec<_> = env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("user_crate");
    let done = match &wanted.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] | ["check"] => check(&folder),
        ["cold"] => cold(&folder),
        _ => Err(io::Error::other("say `check`, which is what runs when nothing is said, or `cold`")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The crates take turns, each with a change in front of every check, so that a busy machine is as busy for both.
fn check(folder: &Path) -> io::Result<()> {
    workspace(folder)?;
    let mut costs = [Vec::new(), Vec::new()];
    // The first round builds what both depend on, and counts for nothing.
    for round in 0..=ROUNDS {
        for (costs, (name, source)) in
            costs.iter_mut().zip([("empty", sources::empty(round)), ("flow", sources::flow(NODES, round))])
        {
            fs::write(folder.join(name).join("src/lib.rs"), source)?;
            let cost = cargo(folder, &["check", "--quiet", "--package", name])?;
            if round > 0 {
                costs.push(cost);
            }
        }
    }
    let [empty, flow] = costs.map(|costs| median(&costs));
    let more = flow.minus(empty);
    say(&format!("check, median of {ROUNDS}          wall        CPU"))?;
    say(&format!("an empty crate         {empty}"))?;
    say(&format!("a workflow of {NODES} nodes {flow}"))?;
    say(&format!("more                   {more}   goal: {CHECK_GOAL} s of wall time"))
}

/// One build with nothing built before, of a crate with an action and a workflow.
fn cold(folder: &Path) -> io::Result<()> {
    workspace(folder)?;
    fs::write(folder.join("flow/src/lib.rs"), sources::flow(3, 0))?;
    // Downloads are not what is measured.
    cargo(folder, &["fetch", "--quiet"])?;
    let target = folder.join("target-cold");
    if target.exists() {
        fs::remove_dir_all(&target)?;
    }
    let cost = cargo(folder, &["build", "--quiet", "--package", "flow", "--target-dir", &target.to_string_lossy()])?;
    say("first build                 wall        CPU")?;
    say(&format!("actions and a workflow {cost}   goal: {COLD_GOAL} s of wall time on two cores"))
}

/// A workspace of users: actions, a workflow that uses them, and a crate with nothing in it.
fn workspace(folder: &Path) -> io::Result<()> {
    let sdk = env!("CARGO_MANIFEST_DIR");
    let root = Path::new(sdk).join("..");
    let manifest = |name: &str, more: &str| {
        format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
             nebula = {{ package = \"nebula-sdk\", path = {sdk:?} }}\n{more}"
        )
    };
    let crates = [("actions", ""), ("flow", "actions = { path = \"../actions\" }\n"), ("empty", "")];
    for (name, more) in crates {
        fs::create_dir_all(folder.join(name).join("src"))?;
        fs::write(folder.join(name).join("Cargo.toml"), manifest(name, more))?;
    }
    fs::write(folder.join("actions/src/lib.rs"), sources::ACTIONS)?;
    fs::write(folder.join("empty/src/lib.rs"), sources::empty(0))?;
    fs::write(folder.join("flow/src/lib.rs"), sources::flow(1, 0))?;
    fs::write(
        folder.join("Cargo.toml"),
        "[workspace]\nmembers = [\"actions\", \"empty\", \"flow\"]\nresolver = \"3\"\n",
    )?;
    // The same versions and the same compiler as here.
    for file in ["Cargo.lock", "rust-toolchain.toml"] {
        fs::copy(root.join(file), folder.join(file))?;
    }
    Ok(())
}

/// Runs Cargo as a user would: with no settings of the one that runs this.
fn cargo(folder: &Path, args: &[&str]) -> io::Result<Cost> {
    let cargo = env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from);
    let mut command = Command::new(cargo);
    for (key, _) in env::vars_os() {
        let name = key.to_string_lossy();
        if (name.starts_with("CARGO_") && name != "CARGO_HOME") || name.starts_with("RUSTC") || name == "RUSTFLAGS" {
            command.env_remove(&key);
        }
    }
    measure::run(command.args(args).current_dir(folder))
}

fn say(line: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{line}")
}
