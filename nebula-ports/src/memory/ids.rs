//! Identifiers and random numbers from a seed: the same seed gives the same sequence.

use std::sync::atomic::{AtomicU64, Ordering};

use uuid::Uuid;

use crate::ids::IdSource;

/// Ids for tests.
#[derive(Debug)]
pub struct SeededIds {
    seed: u64,
    next: AtomicU64,
}

// === impl SeededIds ===

impl SeededIds {
    /// A sequence of its own for each seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { seed, next: AtomicU64::new(0) }
    }

    fn step(&self) -> (u64, u64) {
        let n = self.next.fetch_add(1, Ordering::Relaxed);
        (n, splitmix(self.seed ^ splitmix(n)))
    }
}

/// The mixing step of SplitMix64 (Steele, Lea, Flood, 2014).
const fn splitmix(x: u64) -> u64 {
    let z = x.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl IdSource for SeededIds {
    fn uuid(&self) -> Uuid {
        let (n, random) = self.step();
        // The counter stands where version 7 has its time, so that ids sort in the order they were made.
        let high = (n << 16) | 0x7000 | (random & 0x0FFF);
        let low = (splitmix(random) & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000;
        Uuid::from_u64_pair(high, low)
    }

    fn random(&self) -> u64 {
        self.step().1
    }
}
