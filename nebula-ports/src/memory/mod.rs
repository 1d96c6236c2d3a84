//! In-memory reference implementations: the executable specification of each port, and what tests run on.

mod clock;
mod executions;
mod ids;
mod workflows;

pub use clock::ManualClock;
pub use executions::MemoryExecutions;
pub use ids::SeededIds;
pub use workflows::MemoryWorkflows;
