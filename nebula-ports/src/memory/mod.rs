//! In-memory reference implementations: the executable specification of each port, and what tests run on.

mod blobs;
mod clock;
mod executions;
mod ids;
mod queue;
mod secrets;
mod triggers;
mod workflows;

pub use blobs::MemoryBlobs;
pub use clock::ManualClock;
pub use executions::MemoryExecutions;
pub use ids::SeededIds;
pub use queue::MemoryQueue;
pub use secrets::MemorySecrets;
pub use triggers::MemoryTriggers;
pub use workflows::MemoryWorkflows;
