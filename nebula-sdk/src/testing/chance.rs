//! Chance and time of one attempt: from the seed and the clock of the test.

use nebula_ports::{
    clock::Clock,
    ids::IdSource,
    memory::{ManualClock, SeededIds},
    model::{Digest, IdempotencyKey},
    time::Timestamp,
};

/// What an attempt that declares `random` or `wall_clock` is given.
#[derive(Debug)]
pub(super) struct Chance {
    random: SeededIds,
    clock: ManualClock,
}

// === impl Chance ===

impl Chance {
    /// Of an attempt: the same for the same seed, whatever else runs at that time. `nth` counts the calls of one attempt,
    /// of which a fault may make several.
    pub(super) fn new(seed: u64, key: IdempotencyKey, attempt: u32, nth: usize, clock: ManualClock) -> Self {
        let all = Digest::of(format!("{seed} {key} {attempt} {nth}").as_bytes());
        let mut first = [0; 8];
        first.copy_from_slice(&all.as_bytes()[..8]);
        Self { random: SeededIds::new(u64::from_le_bytes(first)), clock }
    }

    pub(super) fn fill(&self, bytes: &mut [u8]) {
        fill(&self.random, bytes);
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

/// Fills the slice with the next numbers.
pub(super) fn fill(numbers: &SeededIds, bytes: &mut [u8]) {
    for part in bytes.chunks_mut(8) {
        part.copy_from_slice(&numbers.random().to_le_bytes()[..part.len()]);
    }
}
