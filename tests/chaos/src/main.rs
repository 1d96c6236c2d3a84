//! Real worker processes on a real store, killed and frozen while they work; afterwards the journals and the book of the
//! service that they called are read.
//!
//! `nebula-chaos run sqlite|postgres SECONDS SEED [--json]` conducts, and ends with 1 when something does not hold.
//! `nebula-chaos prove sqlite|postgres SECONDS SEED` gives the workers stores that do not keep to the protocol, one after the other,
//! and ends with 1 when that is not noticed. `nebula-chaos worker …` is what both start.

#![forbid(unsafe_code)]
#![expect(
    clippy::disallowed_methods,
    reason = "faults and patience are those of the machine; the workers' engine has its ports"
)]

mod cheat;
mod check;
mod client;
mod conduct;
mod crew;
mod disk;
mod doctor;
mod report;
mod reporting;
mod service;
mod store;
mod storm;
mod talk;
mod worker;
mod workflow;
mod world;

use std::{
    error::Error,
    io::{self, Write as _},
    path::Path,
    process::ExitCode,
    sync::Arc,
};

use nebula_postgres_server::{Durability, Server};

use crate::{cheat::Cheat, conduct::Options, disk::Disk, store::Place, storm::Around};

const USAGE: &str = "nebula-chaos run|prove sqlite|postgres SECONDS SEED [--json]";

/// Runs in which a fault has to be noticed.
const ROUNDS: usize = 4;

/// Workers that share a database.
const WORKERS: usize = 5;

type Failure = Box<dyn Error + Send + Sync>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ended = match words.as_slice() {
        ["worker", place, service, data_dir] => work(place, service, data_dir, None),
        ["worker", place, service, data_dir, cheat] => work(place, service, data_dir, Some(cheat)),
        ["run", store, seconds, seed] => run(store, seconds, seed, false),
        ["run", store, seconds, seed, "--json"] => run(store, seconds, seed, true),
        ["prove", store, seconds, seed] => prove(store, seconds, seed),
        _ => Err(USAGE.into()),
    };
    match ended {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::from(2)
        }
    }
}

fn work(place: &str, service: &str, data_dir: &str, cheat: Option<&str>) -> Result<bool, Failure> {
    let cheat = cheat.map(str::parse).transpose()?;
    worker::run(&place.parse()?, service, Path::new(data_dir), cheat)?;
    Ok(true)
}

/// Whether everything holds.
fn run(store: &str, seconds: &str, seed: &str, json: bool) -> Result<bool, Failure> {
    let folder = tempfile::tempdir()?;
    let report = conduct(store, seconds, seed, None, folder.path())?;
    let mut stdout = io::stdout();
    if json {
        serde_json::to_writer_pretty(&mut stdout, &report)?;
        writeln!(stdout)?;
    } else {
        write!(stdout, "{report}")?;
    }
    if !report.holds() {
        let kept = folder.keep();
        writeln!(io::stderr(), "the logs of the workers are kept in {}", kept.display())?;
    }
    Ok(report.holds())
}

/// Whether every fault is noticed, within a few runs: whether one does harm is up to chance.
fn prove(store: &str, seconds: &str, seed: &str) -> Result<bool, Failure> {
    let mut all = true;
    // One worker alone is never late.
    let cheats = if store == "sqlite" { &[Cheat::Eager][..] } else { &[Cheat::Eager, Cheat::Unfenced] };
    let seed: u64 = seed.parse()?;
    for cheat in cheats {
        let mut found = Vec::new();
        for seed in (seed..).take(ROUNDS) {
            let folder = tempfile::tempdir()?;
            found = conduct(store, seconds, &seed.to_string(), Some(*cheat), folder.path())?.wrongs;
            if !found.is_empty() {
                break;
            }
        }
        all &= !found.is_empty();
        let first = found.first().map_or("NOT NOTICED", String::as_str);
        writeln!(io::stdout(), "{} store: {} wrong, first: {first}", cheat.name(), found.len())?;
    }
    Ok(all)
}

fn conduct(
    store: &str,
    seconds: &str,
    seed: &str,
    cheat: Option<Cheat>,
    folder: &Path,
) -> Result<report::Report, Failure> {
    let (place, workers, around) = match store {
        "sqlite" => {
            let small = folder.join("small");
            let disk = Disk::mount(&small)?.map(Arc::new);
            if disk.is_none() {
                writeln!(io::stderr(), "no disk can be mounted here: none will be full")?;
            }
            // Its file belongs to one process.
            (Place::Sqlite(small.join("nebula.db")), 1, Around { disk, ..Around::default() })
        }
        "postgres" => {
            let server = Arc::new(Server::start(Durability::Full)?);
            (Place::Postgres(server.url()), WORKERS, Around { server: Some(server), ..Around::default() })
        }
        _ => return Err(USAGE.into()),
    };
    let options = Options { place, seconds: seconds.parse()?, seed: seed.parse()?, workers, cheat };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(conduct::conduct(&options, around.clone(), folder))
}
