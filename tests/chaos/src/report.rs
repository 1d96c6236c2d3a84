//! What came of it.

use std::{collections::BTreeMap, fmt, time::Duration};

use serde::Serialize;

use crate::{check::Read, conduct::Options, world::World};

/// What has to happen, or the rest means nothing.
const MUST_HAPPEN: [&str; 1] = ["worker killed"];
/// What only the journals tell.
const MUST_BE_READ: &str = "signal recorded";
/// The same with more than one worker.
const MUST_HAPPEN_TOGETHER: [&str; 2] = ["worker frozen past its lease, and awake again", "zombie fenced"];

/// What has to happen and has not, up to now.
pub(crate) fn missing(world: &World, options: &Options) -> Vec<&'static str> {
    let facts = world.facts();
    let together = if options.workers > 1 { &MUST_HAPPEN_TOGETHER[..] } else { &[] };
    MUST_HAPPEN.iter().chain(together).copied().filter(|what| !facts.counts.contains_key(what)).collect()
}

/// Figures, and everything that does not hold.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Report {
    pub(crate) store: String,
    pub(crate) seed: u64,
    pub(crate) workers: usize,
    pub(crate) seconds: u64,
    pub(crate) executions: usize,
    pub(crate) entries: usize,
    pub(crate) values: u64,
    pub(crate) calls: usize,
    pub(crate) repeated_calls: usize,
    pub(crate) busy_answers: usize,
    pub(crate) counts: BTreeMap<&'static str, u64>,
    pub(crate) refusals: BTreeMap<String, u64>,
    /// What does not hold.
    pub(crate) wrongs: Vec<String>,
    /// What has to happen, and has not.
    pub(crate) missing: Vec<String>,
}

// === impl Report ===

impl Report {
    pub(crate) fn of(world: &World, options: &Options, read: Read, took: Duration) -> Self {
        let busy_answers = world.service.tally().busy;
        let mut missing = missing(world, options);
        let facts = world.facts();
        if !facts.counts.contains_key(MUST_BE_READ) {
            missing.push(MUST_BE_READ);
        }
        let mut missing: Vec<String> = missing.into_iter().map(|what| format!("it never happened: {what}")).collect();
        if read.executions == 0 {
            missing.push("nothing was executed".to_owned());
        }
        Self {
            store: options.place.to_string().split(':').next().unwrap_or_default().to_owned(),
            seed: options.seed,
            workers: options.workers,
            seconds: took.as_secs(),
            executions: read.executions,
            entries: read.entries,
            values: read.values,
            calls: read.calls,
            repeated_calls: read.repeated,
            busy_answers,
            counts: facts.counts.clone(),
            refusals: facts.refusals.clone(),
            wrongs: facts.wrongs.clone(),
            missing,
        }
    }

    /// Whether all holds, and that means something.
    pub(crate) fn holds(&self) -> bool {
        self.wrongs.is_empty() && self.missing.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} with {} workers, seed {}, {} s", self.store, self.workers, self.seed, self.seconds)?;
        writeln!(f, "{:>9}  executions, all read", self.executions)?;
        writeln!(f, "{:>9}  journal entries, their chains whole", self.entries)?;
        writeln!(f, "{:>9}  large values, as they were written", self.values)?;
        writeln!(f, "{:>9}  calls of the service, {} of them repeated", self.calls, self.repeated_calls)?;
        writeln!(f, "{:>9}  calls turned away", self.busy_answers)?;
        for (what, count) in &self.counts {
            writeln!(f, "{count:>9}  {what}")?;
        }
        for (why, count) in &self.refusals {
            writeln!(f, "{count:>9}  refused: {why}")?;
        }
        for wrong in self.wrongs.iter().chain(&self.missing) {
            writeln!(f, "WRONG: {wrong}")?;
        }
        if self.holds() { writeln!(f, "everything holds") } else { Ok(()) }
    }
}
