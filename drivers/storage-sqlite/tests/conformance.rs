//! The contracts of the ports that this driver implements.

use std::{
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::future::{BoxFuture, FutureExt as _, ready};
use nebula_ports::{
    conformance::{Harness, Run, RuntimeSpawner, Unavailable, execution_repo, trigger_repo, workflow_repo},
    execution_repo::ExecutionRepo,
    memory::ManualClock,
    trigger_repo::TriggerRepo,
    workflow_repo::WorkflowRepo,
};
use nebula_storage_sqlite::{SqliteOptions, SqliteStorage};
use tempfile::TempDir;

/// A database in a folder of its own, and one of the ports it gives.
struct Database<P: ?Sized> {
    folder: TempDir,
    clock: ManualClock,
    storage: Mutex<SqliteStorage>,
    port: fn(&SqliteStorage) -> Arc<P>,
}

impl<P: ?Sized> Database<P> {
    async fn start(port: fn(&SqliteStorage) -> Arc<P>) -> Result<Self, Unavailable> {
        let folder = tempfile::tempdir().expect("a folder for the database");
        let clock = ManualClock::default();
        let storage = Mutex::new(open(&folder, &clock, false).await);
        Ok(Self { folder, clock, storage, port })
    }

    async fn again(&self, take_over: bool) -> Arc<P> {
        self.storage().close().await.expect("it closes");
        let again = open(&self.folder, &self.clock, take_over).await;
        *self.storage.lock().unwrap_or_else(PoisonError::into_inner) = again;
        (self.port)(&self.storage())
    }

    fn storage(&self) -> SqliteStorage {
        self.storage.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn open(folder: &TempDir, clock: &ManualClock, take_over: bool) -> SqliteStorage {
    let options = SqliteOptions { take_over, ..SqliteOptions::new(Arc::new(RuntimeSpawner)) };
    SqliteStorage::open(folder.path().join("nebula.db"), Arc::new(clock.clone()), options).await.expect("it opens")
}

impl<P: ?Sized + Send + Sync + 'static> Harness for Database<P> {
    type Port = P;

    fn port(&self) -> Arc<P> {
        (self.port)(&self.storage())
    }

    fn elapse(&self, by: Duration) -> BoxFuture<'_, ()> {
        self.clock.advance(by);
        ready(()).boxed()
    }

    fn reopen(&self) -> Option<BoxFuture<'_, Arc<P>>> {
        Some(self.again(false).boxed())
    }

    fn take_over(&self) -> Option<BoxFuture<'_, Arc<P>>> {
        Some(self.again(true).boxed())
    }
}

async fn executions() -> Result<Database<dyn ExecutionRepo>, Unavailable> {
    Database::start(SqliteStorage::executions).await
}

async fn workflows() -> Result<Database<dyn WorkflowRepo>, Unavailable> {
    Database::start(SqliteStorage::workflows).await
}

async fn triggers() -> Result<Database<dyn TriggerRepo>, Unavailable> {
    Database::start(SqliteStorage::triggers).await
}

fn main() -> ExitCode {
    Run::default()
        .suite(&execution_repo::SUITE, executions)
        .suite(&workflow_repo::SUITE, workflows)
        .suite(&trigger_repo::SUITE, triggers)
        .main()
}
