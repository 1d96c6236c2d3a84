//! What can be set.

use std::{
    num::{NonZeroU32, NonZeroUsize},
    sync::Arc,
};

use nebula_ports::{clock::Clock, ids::IdSource, memory::MemoryQueue};
use serde::{Deserialize, Serialize};

/// Settings of the queue; each has a default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How many tasks are held at most, those being worked on included. Default 100 000.
    pub capacity: NonZeroUsize,
    /// After how many deliveries a task goes to the dead letters. Default 16.
    pub max_deliveries: NonZeroU32,
}

// === impl Config ===

impl Config {
    /// An empty queue with these settings.
    #[must_use]
    pub fn build(&self, clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>) -> MemoryQueue {
        MemoryQueue::new(clock, ids).with_capacity(self.capacity).with_max_deliveries(self.max_deliveries)
    }
}

impl Default for Config {
    fn default() -> Self {
        Self { capacity: MemoryQueue::CAPACITY, max_deliveries: MemoryQueue::MAX_DELIVERIES }
    }
}
