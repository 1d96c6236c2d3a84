//! Starting tasks as a port: every task is tracked, named and ended with its owner.

use std::fmt;

use futures_util::future::BoxFuture;

/// Starts tasks.
pub trait Spawner: Send + Sync + fmt::Debug {
    /// Runs `task` on its own. `name` is for people who look at what runs.
    ///
    /// A panic inside ends that task only, and is reported under its name.
    fn spawn(&self, name: &'static str, task: BoxFuture<'static, ()>);

    /// Runs work that keeps a thread busy where it hinders no task; the future ends with the work, also when that panics.
    /// Work that has begun runs to its end.
    ///
    /// Unless implemented, right here: of use where nothing else runs, as in tests.
    fn blocking(&self, name: &'static str, work: Box<dyn FnOnce() + Send>) -> BoxFuture<'static, ()> {
        let _ = name;
        Box::pin(async move { work() })
    }
}
