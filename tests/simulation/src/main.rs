//! Many seeds: `nebula-simulation [FROM [SEEDS]]`, on all processors. Ends with 1 at the first that fails, and says how to
//! see it once more.

use std::{
    env,
    io::{self, Write as _},
    process::ExitCode,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
};

use nebula_simulation::{Counters, run};

fn main() -> ExitCode {
    let mut numbers = env::args().skip(1).map(|text| text.parse::<u64>());
    let (Ok(from), Ok(seeds)) = (numbers.next().unwrap_or(Ok(0)), numbers.next().unwrap_or(Ok(1_000))) else {
        let _ = writeln!(io::stderr(), "nebula-simulation [FROM [SEEDS]]");
        return ExitCode::from(2);
    };
    let (next, steps, failed) = (AtomicU64::new(from), AtomicU64::new(0), AtomicBool::new(false));
    let counters = Mutex::new(Counters::default());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while !failed.load(Ordering::Relaxed) {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= from + seeds {
                        return;
                    }
                    match run(seed) {
                        Ok(outcome) => {
                            steps.fetch_add(outcome.steps, Ordering::Relaxed);
                            if let Ok(counters) = counters.lock() {
                                counters.add(&outcome.counters);
                            }
                        }
                        Err(violation) => {
                            failed.store(true, Ordering::Relaxed);
                            let _ = writeln!(io::stderr(), "{violation}");
                        }
                    }
                    if (seed + 1 - from).is_multiple_of(1_000) {
                        let _ = writeln!(io::stderr(), "{} of {seeds} seeds", seed + 1 - from);
                    }
                }
            });
        }
    });
    let counters = counters.into_inner().unwrap_or_default();
    let _ = writeln!(io::stdout(), "{seeds} seeds from {from}, {} steps\n{counters}", steps.into_inner());
    if failed.into_inner() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
