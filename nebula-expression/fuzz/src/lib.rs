//! What the fuzz targets share: a sample scope, documents from any text, and what must hold of every answer.
//!
//! `cargo xtask fuzz` builds and runs the targets on the pinned toolchain; `cargo fuzz run --fuzz-dir
//! nebula-expression/fuzz <target>` works as well where cargo-fuzz and a nightly toolchain are installed.
#![deny(unsafe_code)]

pub mod expect;
pub mod lenient;
mod sample;
mod stack;
mod types;

pub use sample::Sample;
pub use stack::report_overflow;
pub use types::Types;

use nebula_expression::{Limits, MAX_WALL};
use peak_alloc::PeakAlloc;

/// Counts, so that targets can hold an evaluation to its limit of memory.
#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Small enough that inputs of a few hundred bytes can reach each of them; time alone must never decide.
#[must_use]
pub fn limits() -> Limits {
    Limits { cost: 20_000, string_bytes: 4_096, list_len: 200, alloc_bytes: 64 * 1024, wall: MAX_WALL }
}

/// Does `work` and says how many bytes it had allocated at most, at one time.
pub fn peak_bytes<T>(work: impl FnOnce() -> T) -> (T, usize) {
    ALLOCATOR.reset_peak_usage();
    let before = ALLOCATOR.current_usage();
    let done = work();
    (done, ALLOCATOR.peak_usage().saturating_sub(before))
}
