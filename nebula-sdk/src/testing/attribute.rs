//! What `#[nebula_sdk::test]` expands to calls: the body, once for each seed, on the test's own executor.

use std::{fmt::Debug, ops::RangeInclusive};

use super::{TestFlow, executor::block_on, snapshot};

/// Where a test stands.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// The name of its function.
    pub test: &'static str,
    /// Its module.
    pub module: &'static str,
    /// Its file, as the compiler names it.
    pub file: &'static str,
}

/// What a test may take as its argument.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no harness of a test",
    label = "not a harness",
    note = "a test of a workflow takes `t: TestFlow`, one of a single action `t: ActionTestHarness<TheAction>`; both are in \
            `nebula_sdk::testing`"
)]
pub trait Harness: Sized {
    /// A new one with this seed.
    fn seeded(seed: u64) -> Self;
}

/// What a test may give back.
pub trait Outcome {
    /// Why it failed.
    fn failure(self) -> Option<String>;
}

/// Says with which seed a test failed.
struct Seed {
    place: Place,
    seed: u64,
    is_one_of_many: bool,
}

// === impl Harness, Outcome ===

impl Harness for TestFlow {
    fn seeded(seed: u64) -> Self {
        Self::new(seed)
    }
}

impl Outcome for () {
    fn failure(self) -> Option<String> {
        None
    }
}

impl<E: Debug> Outcome for Result<(), E> {
    fn failure(self) -> Option<String> {
        self.err().map(|error| format!("{error:?}"))
    }
}

// === impl Seed ===

impl Drop for Seed {
    #[expect(clippy::print_stderr, reason = "the test fails, and this is what repeats it")]
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        let Self { place, seed, is_one_of_many } = self;
        let alone = if *is_one_of_many { format!("; `seed = {seed}` runs it alone") } else { String::new() };
        eprintln!("\nthe test `{}::{}` failed with the seed {seed}{alone}", place.module, place.test);
    }
}

/// Compiles for harnesses only.
pub fn a_harness<H: Harness>() {}

/// Runs the body of a test with each seed.
///
/// # Panics
/// When it fails.
pub fn run<H, B, F>(place: Place, seeds: RangeInclusive<u64>, body: B)
where
    H: Harness,
    B: Fn(H) -> F,
    F: Future<Output: Outcome>,
{
    let is_one_of_many = seeds.start() != seeds.end();
    for seed in seeds {
        snapshot::begin(place);
        let _told = Seed { place, seed, is_one_of_many };
        if let Some(failure) = block_on(body(H::seeded(seed))).failure() {
            panic!("the test gives back an error: {failure}");
        }
    }
}
