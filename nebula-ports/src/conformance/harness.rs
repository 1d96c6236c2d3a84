//! What a driver brings to a case, and what the case sees of it.

use std::{
    fmt,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures_util::future::BoxFuture;

use crate::{Scope, ids::IdSource, memory::SeededIds, model::TenantId, spawn::Spawner};

/// A driver under test: a port nobody used before, and its time. Dropped when the case ends.
pub trait Harness: Send + Sync + 'static {
    /// The port, usually `dyn SomePort`.
    type Port: ?Sized + Send + Sync + 'static;

    /// The port under test.
    fn port(&self) -> Arc<Self::Port>;

    /// Lets time pass for the port: a manual clock moves, or, where a server owns the time, it really passes.
    fn elapse(&self, by: Duration) -> BoxFuture<'_, ()>;

    /// Closes the port and opens it again on the same data; `None` where nothing outlives the process.
    fn reopen(&self) -> Option<BoxFuture<'_, Arc<Self::Port>>> {
        None
    }

    /// Makes the port's data the next generation, as after a restore; `None` where there is no such thing.
    fn take_over(&self) -> Option<BoxFuture<'_, Arc<Self::Port>>> {
        None
    }
}

/// The service a driver needs is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unavailable {
    /// The environment variable that says where it is.
    pub variable: &'static str,
    /// What was tried, and what came of it.
    pub reason: String,
}

/// What a case works with.
pub struct Cx<P: ?Sized + Send + Sync + 'static> {
    /// The port under test.
    pub port: Arc<P>,
    /// Ids that are the same in every run of the case.
    pub ids: Arc<dyn IdSource>,
    harness: Arc<dyn Harness<Port = P>>,
    tenants: Arc<AtomicU64>,
    skipped: Arc<OnceLock<String>>,
}

/// Starts tasks on the runtime that the case runs on; for drivers that take a [`Spawner`].
#[derive(Debug, Clone, Copy, Default)]
pub struct RuntimeSpawner;

// === impl Unavailable ===

impl Unavailable {
    /// The service at which `variable` points is not there, because of `reason`.
    pub fn new(variable: &'static str, reason: impl Into<String>) -> Self {
        Self { variable, reason: reason.into() }
    }
}

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; set {}", self.reason, self.variable)
    }
}

impl std::error::Error for Unavailable {}

// === impl Cx ===

impl<P: ?Sized + Send + Sync> Cx<P> {
    pub(super) fn new(harness: Arc<dyn Harness<Port = P>>, case: &str, skipped: Arc<OnceLock<String>>) -> Self {
        // Each case has ids of its own, so that cases that share a server do not meet.
        let seed = case
            .bytes()
            .fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3));
        Self {
            port: harness.port(),
            ids: Arc::new(SeededIds::new(seed)),
            harness,
            tenants: Arc::new(AtomicU64::new(1)),
            skipped,
        }
    }

    /// A tenant that nobody used before.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "a case is the root of its own little world")]
    pub fn fresh_scope(&self) -> Scope {
        let n = self.tenants.fetch_add(1, Ordering::Relaxed);
        Scope::of(TenantId::new(format!("tenant-{n}")).expect("a slug of letters, a dash and digits"))
    }

    /// Lets time pass for the port.
    pub async fn elapse(&self, by: Duration) {
        self.harness.elapse(by).await;
    }

    /// The same data through a port that was closed and opened again; `None` where nothing outlives the process.
    pub async fn reopen(&self) -> Option<Arc<P>> {
        Some(self.harness.reopen()?.await)
    }

    /// The same data as the next generation; `None` where there is no such thing.
    pub async fn take_over(&self) -> Option<Arc<P>> {
        Some(self.harness.take_over()?.await)
    }

    /// Declares that the case says nothing about this port: it is shown as ignored, with `reason`.
    pub fn skip(&self, reason: impl Into<String>) {
        // The first reason counts.
        let _ = self.skipped.set(reason.into());
    }

    /// Runs all of `tasks` at once, each as a task of its own, and gives their results in order.
    ///
    /// # Panics
    /// When a task panics.
    pub async fn at_once<T: Send + 'static>(&self, tasks: impl IntoIterator<Item = BoxFuture<'static, T>>) -> Vec<T> {
        #[expect(
            clippy::disallowed_methods,
            reason = "a case is the root of its own little world, and joins its tasks"
        )]
        let running: Vec<_> = tasks.into_iter().map(tokio::spawn).collect();
        let mut results = Vec::with_capacity(running.len());
        for task in running {
            match task.await {
                Ok(result) => results.push(result),
                Err(error) => std::panic::resume_unwind(error.into_panic()),
            }
        }
        results
    }
}

impl<P: ?Sized + Send + Sync> Clone for Cx<P> {
    fn clone(&self) -> Self {
        Self {
            port: Arc::clone(&self.port),
            ids: Arc::clone(&self.ids),
            harness: Arc::clone(&self.harness),
            tenants: Arc::clone(&self.tenants),
            skipped: Arc::clone(&self.skipped),
        }
    }
}

impl<P: ?Sized + Send + Sync> fmt::Debug for Cx<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cx").field("ids", &self.ids).finish_non_exhaustive()
    }
}

// === impl RuntimeSpawner ===

impl Spawner for RuntimeSpawner {
    #[expect(clippy::disallowed_methods, reason = "the spawner of a case ends with the case's runtime")]
    fn spawn(&self, _name: &'static str, task: BoxFuture<'static, ()>) {
        drop(tokio::spawn(task));
    }
}
