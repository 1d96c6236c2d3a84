//! In-memory reference implementations: the executable specification of each port, and what tests run on.

mod clock;
mod ids;

pub use clock::ManualClock;
pub use ids::SeededIds;
