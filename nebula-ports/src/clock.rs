//! Time as a port. Nothing in Nebula reads a clock in any other way.

use std::fmt;

use futures_util::future::BoxFuture;

use crate::time::Timestamp;

/// The time, and waiting for it.
pub trait Clock: Send + Sync + fmt::Debug {
    /// The time now. Never goes back within a process.
    fn now(&self) -> Timestamp;

    /// Completes at `when`, at once when it has passed. Dropping the future ends the wait.
    fn sleep_until(&self, when: Timestamp) -> BoxFuture<'static, ()>;
}
