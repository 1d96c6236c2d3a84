//! One fuzz target: how it is run, and what its log says afterwards.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    console,
    error::{Error, Result},
    process::{Program, Running},
};

use super::{FOLDER, OUTPUT, crash};

/// Longest input in bytes; what only longer texts do is for the tests of limits.
const MAX_LEN: &str = "-max_len=4096";
/// Seconds for one input. The slowest takes milliseconds, so this is a hang.
const TIMEOUT: &str = "-timeout=5";
/// Megabytes for the process. A run takes 40.
const MEMORY: &str = "-rss_limit_mb=1024";

/// A target and the places of its files.
#[derive(Debug)]
pub(super) struct Target {
    name: String,
    binary: PathBuf,
    /// Inputs of this repository, read only.
    seeds: PathBuf,
    /// Inputs that were found to reach new code, kept for the next run.
    corpus: PathBuf,
    /// The input of a crash.
    crash: PathBuf,
    log: PathBuf,
}

// === impl Target ===

impl Target {
    pub(super) fn new(root: &Path, binaries: &Path, name: &str) -> Self {
        let output = root.join(OUTPUT);
        Self {
            name: name.to_owned(),
            binary: binaries.join(name),
            seeds: root.join(FOLDER).join("seeds").join(name),
            corpus: output.join("corpus").join(name),
            crash: output.join("crashes").join(name),
            log: output.join("logs").join(format!("{name}.log")),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Starts it for `seconds`; what it prints goes to its log.
    pub(super) fn start(&self, root: &Path, seconds: u64) -> Result<Running> {
        for folder in [Some(self.corpus.as_path()), self.crash.parent(), self.log.parent()].into_iter().flatten() {
            fs::create_dir_all(folder).map_err(|source| Error::Read { path: folder.to_owned(), source })?;
        }
        if self.crash.exists() {
            fs::remove_file(&self.crash).map_err(|source| Error::Read { path: self.crash.clone(), source })?;
        }
        let args = [
            MAX_LEN.to_owned(),
            TIMEOUT.to_owned(),
            MEMORY.to_owned(),
            "-print_final_stats=1".to_owned(),
            format!("-max_total_time={seconds}"),
            format!("-dict={}", root.join(FOLDER).join("dict").display()),
            format!("-exact_artifact_path={}", self.crash.display()),
            self.corpus.display().to_string(),
            self.seeds.display().to_string(),
        ];
        Program::at(root, &self.binary, args).start(&self.log)
    }

    /// Waits for its end and reports; `false` is a crash.
    pub(super) fn finish(&self, running: Running) -> Result<bool> {
        let passed = running.wait()?;
        let bytes = fs::read(&self.log).map_err(|source| Error::Read { path: self.log.clone(), source })?;
        let log = String::from_utf8_lossy(&bytes);
        let runs = log.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units: "));
        if passed && !log.contains("inline 8-bit counters") {
            // It would run, and find nothing for years.
            return Err(Error::Unexpected { command: self.name.clone(), what: "coverage counters".to_owned() });
        }
        let word = if passed { "ok" } else { "FAILED" };
        console::line(format_args!("{:10} {:>9} runs  {word}", self.name, runs.unwrap_or("?")));
        if !passed {
            crash::report(&self.name, &log, fs::read(&self.crash).ok().as_deref());
        }
        Ok(passed)
    }

    /// Runs it on one input, with our output.
    pub(super) fn replay(&self, root: &Path, input: &Path) -> Result<()> {
        Program::at(root, &self.binary, [TIMEOUT.as_ref(), MEMORY.as_ref(), input.as_os_str()]).run()
    }
}
