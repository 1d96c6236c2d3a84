//! A few hundred seeds, and that one seed is one schedule.

use nebula_simulation::{Counters, Mutant, run, run_mutant};

const SEEDS: u64 = 300;

#[test]
fn nothing_is_lost_and_nothing_is_done_twice_whatever_goes_wrong() {
    let counters = Counters::default();
    for seed in 0..SEEDS {
        match run(seed) {
            Ok(outcome) => counters.add(&outcome.counters),
            Err(violation) => panic!("{violation}"),
        }
    }
    let missing = counters.missing();
    assert!(missing.is_empty(), "in {SEEDS} seeds these never happen: {missing:?}\n{counters}");
}

#[test]
fn the_same_seed_is_the_same_run_to_the_last_step() {
    for seed in [1, 2, 3, 4, 5] {
        let (a, b) = (run(seed).unwrap(), run(seed).unwrap());
        assert_eq!((a.steps, a.trace, a.time), (b.steps, b.trace, b.time), "seed {seed}");
    }
}

#[test]
fn a_store_that_does_not_keep_to_the_protocol_is_found_out() {
    for mutant in Mutant::ALL {
        let found = (0..SEEDS).find(|seed| run_mutant(*seed, mutant).is_err());
        assert!(found.is_some(), "{mutant:?} lives through {SEEDS} seeds");
    }
}
