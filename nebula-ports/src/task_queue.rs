//! Hints that something is due: fast, and allowed to be lost, doubled, late or out of order. The repo is the truth.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use uuid::Uuid;

use crate::{error::Result, model::ExecutionId};

/// A hint: look at this execution.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Task {
    /// Which.
    pub execution: ExecutionId,
}

/// Proof of holding one delivery; a later delivery of the same task has another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Receipt(pub Uuid);

/// A task handed out, invisible to others until its visibility timeout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// What it is.
    pub task: Task,
    /// The proof.
    pub receipt: Receipt,
    /// 1 = the first delivery.
    pub attempt: u32,
}

/// A queue with at-least-once delivery.
#[async_trait]
pub trait TaskQueue: Send + Sync + fmt::Debug {
    /// Adds a task, visible after `delay`. A task that waits already may be merged with it.
    ///
    /// # Errors
    /// `Throttled` when a bounded queue is full; the sweep finds what was not queued.
    async fn enqueue(&self, task: Task, delay: Duration) -> Result<()>;

    /// The next visible task, waiting for one up to `wait`; it is invisible to others for `visibility`. Dropping the
    /// future loses nothing.
    ///
    /// # Errors
    /// When the queue cannot be reached.
    async fn dequeue(&self, wait: Duration, visibility: Duration) -> Result<Option<Delivery>>;

    /// Prolongs the invisibility, counted from now.
    ///
    /// # Errors
    /// `LeaseLost` when the delivery has timed out or was settled.
    async fn extend(&self, receipt: Receipt, visibility: Duration) -> Result<()>;

    /// Done: it does not come back.
    ///
    /// # Errors
    /// `LeaseLost` when the delivery has timed out or was settled.
    async fn ack(&self, receipt: Receipt) -> Result<()>;

    /// Not done: it comes back after `delay`; after too many deliveries it goes to the dead letters.
    ///
    /// # Errors
    /// `LeaseLost` when the delivery has timed out or was settled.
    async fn nack(&self, receipt: Receipt, delay: Duration) -> Result<()>;

    /// Tasks that were delivered too often, oldest first. They are not delivered any more.
    ///
    /// # Errors
    /// When the queue cannot be reached.
    async fn dead_letters(&self) -> Result<Vec<Task>>;

    /// How many tasks are visible or will be: those that are being worked on count until they are settled.
    ///
    /// # Errors
    /// When the queue cannot be reached.
    async fn len(&self) -> Result<usize>;

    /// Whether there is no task that is visible or will be.
    ///
    /// # Errors
    /// When the queue cannot be reached.
    async fn is_empty(&self) -> Result<bool> {
        Ok(self.len().await? == 0)
    }
}
