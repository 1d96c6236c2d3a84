//! One seed, from its first process to the end of its last execution.

use std::{fmt, sync::OnceLock, time::Duration};

use futures_util::FutureExt as _;
use nebula_ports::clock::Clock as _;

use crate::{
    Counters, Mutant, chaos, check,
    client::Client,
    cluster::Cluster,
    doctor,
    workflow::{self, Prepared},
};

/// What a seed came to.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// What happened how often.
    pub counters: Counters,
    /// Steps of tasks.
    pub steps: u64,
    /// Which task went at each step, as one number: the same for the same seed.
    pub trace: u64,
    /// How much time passed in it.
    pub time: Duration,
}

/// What should hold, and does not.
#[derive(Debug, Clone)]
pub struct Violation {
    /// The seed.
    pub seed: u64,
    /// What does not hold.
    pub wrongs: Vec<String>,
    /// What happened, execution by execution.
    pub story: String,
}

/// By then everything has ended, or never will.
const PATIENCE: Duration = Duration::from_hours(24);
/// More steps than any seed needs: an engine that is busy with nothing.
const MOST_STEPS: u64 = 3_000_000;

/// Runs one seed.
///
/// # Errors
/// Everything that should hold and does not.
pub fn run(seed: u64) -> Result<Outcome, Box<Violation>> {
    simulate(seed, None)
}

/// Runs one seed on a store that does not keep to the protocol.
///
/// # Errors
/// Everything that should hold and does not.
pub fn run_mutant(seed: u64, mutant: Mutant) -> Result<Outcome, Box<Violation>> {
    simulate(seed, Some(mutant))
}

fn simulate(seed: u64, mutant: Option<Mutant>) -> Result<Outcome, Box<Violation>> {
    static PREPARED: OnceLock<Prepared> = OnceLock::new();
    let cluster = Cluster::new(seed, PREPARED.get_or_init(workflow::prepare), mutant);
    let begun = cluster.clock.now();
    chaos::begin(&cluster);
    let client = Client::begin(&cluster);
    doctor::begin(&cluster, &client);
    chaos::begin_poison(&cluster, &client);

    let mut steps = 0;
    let mut wrongs = Vec::new();
    loop {
        let Some(process) = cluster.schedule.step(&cluster.clock) else {
            wrongs.push("nothing will ever happen again".to_owned());
            break;
        };
        chaos::after_step(&cluster, process);
        steps += 1;
        if steps % 64 == 0 && client.has_started_all() && all_ended(&cluster, &client) {
            break;
        }
        if cluster.clock.now().since(begun) > PATIENCE {
            wrongs.push(format!("not all has ended after {} hours", PATIENCE.as_secs() / 3600));
            break;
        }
        if steps > MOST_STEPS {
            wrongs.push(format!("not all has ended after {MOST_STEPS} steps"));
            break;
        }
    }
    wrongs.extend(check::check(&cluster, &client));
    let outcome = Outcome {
        counters: cluster.counters.clone(),
        steps,
        trace: cluster.schedule.trace(),
        time: cluster.clock.now().since(begun),
    };
    let story = if wrongs.is_empty() { String::new() } else { story(&cluster, &client) };
    cluster.end();
    if wrongs.is_empty() { Ok(outcome) } else { Err(Box::new(Violation { seed, wrongs, story })) }
}

fn all_ended(cluster: &Cluster, client: &Client) -> bool {
    client.known().values().all(|known| {
        let record = cluster.store.get(&cluster.scope, known.id).now_or_never();
        matches!(record, Some(Ok(Some(record))) if record.status.is_terminal())
    })
}

fn story(cluster: &Cluster, client: &Client) -> String {
    let mut text = String::new();
    for (number, known) in client.known() {
        let row = cluster.store.get(&cluster.scope, known.id).now_or_never();
        text.push_str(&format!("execution {number} {}: {row:?}\n", known.id));
        for record in cluster.outside.journal(known.id) {
            let mut entry = serde_json::to_string(&record.entry).unwrap_or_default();
            entry.truncate(entry.char_indices().nth(240).map_or(entry.len(), |(at, _)| at));
            text.push_str(&format!("  {:>3} fence {} {} {entry}\n", record.seq, record.fence, record.recorded_at));
        }
    }
    text
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {}:", self.seed)?;
        for wrong in &self.wrongs {
            writeln!(f, "  {wrong}")?;
        }
        writeln!(f, "{}", self.story)?;
        write!(f, "once more: cargo xtask sim --from {} --seeds 1", self.seed)
    }
}

impl std::error::Error for Violation {}
