//! Starting tasks as a port: every task is tracked, named and ended with its owner.

use std::fmt;

use futures_util::future::BoxFuture;

/// Starts tasks.
pub trait Spawner: Send + Sync + fmt::Debug {
    /// Runs `task` on its own. `name` is for people who look at what runs.
    ///
    /// A panic inside ends that task only, and is reported under its name.
    fn spawn(&self, name: &'static str, task: BoxFuture<'static, ()>);
}
