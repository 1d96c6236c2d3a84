//! The contracts of the ports that this driver implements, on a real server. Each case has a schema of its own, and time
//! there passes when the case says so: the schema's function that tells the time is replaced.

use std::{
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::future::{BoxFuture, FutureExt as _, ready};
use nebula_ports::{
    conformance::{Harness, Run, RuntimeSpawner, Unavailable, execution_repo, task_queue, trigger_repo, workflow_repo},
    execution_repo::ExecutionRepo,
    memory::{ManualClock, SeededIds},
    task_queue::TaskQueue,
    trigger_repo::TriggerRepo,
    workflow_repo::WorkflowRepo,
};
use nebula_postgres_server as server;
use nebula_storage_postgres::{HintOptions, PostgresOptions, PostgresStorage};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

/// A schema of its own, and one of the ports that it gives.
struct Schema<P: ?Sized> {
    url: &'static str,
    name: String,
    storage: Mutex<PostgresStorage>,
    port: fn(&PostgresStorage) -> Arc<P>,
}

/// Time in the schema stands still, at a time that it begins with.
const STOPPED_CLOCK: &str = "CREATE TABLE test_clock (micros bigint NOT NULL); \
    INSERT INTO test_clock VALUES (1767225600000000); \
    CREATE OR REPLACE FUNCTION now_micros() RETURNS bigint LANGUAGE sql VOLATILE AS 'SELECT micros FROM test_clock'";

impl<P: ?Sized> Schema<P> {
    async fn start(port: fn(&PostgresStorage) -> Arc<P>) -> Result<Self, Unavailable> {
        let url = server::shared().map_err(|absent| Unavailable::new(server::VARIABLE, absent.reason()))?;
        let name = server::fresh_schema();
        let storage = open(url, &name, false).await;
        let schema = Self { url, name, storage: Mutex::new(storage), port };
        schema.run(STOPPED_CLOCK).await;
        Ok(schema)
    }

    async fn again(&self, take_over: bool) -> Arc<P> {
        self.storage().close().await;
        let again = open(self.url, &self.name, take_over).await;
        *self.storage.lock().unwrap_or_else(PoisonError::into_inner) = again;
        (self.port)(&self.storage())
    }

    fn storage(&self) -> PostgresStorage {
        self.storage.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Runs statements in the schema, beside the port.
    async fn run(&self, script: &str) {
        let mut connection = PgConnection::connect(self.url).await.expect("the server is there");
        let script = format!("SET search_path = {}; {script}", self.name);
        connection.execute(AssertSqlSafe(script)).await.expect("the statements are right");
        connection.close().await.expect("it closes");
    }
}

async fn open(url: &str, schema: &str, take_over: bool) -> PostgresStorage {
    let options = PostgresOptions {
        schema: schema.to_owned(),
        connections: 4,
        take_over,
        ..PostgresOptions::new(url.into(), Arc::new(ManualClock::default()))
    };
    PostgresStorage::open(options).await.expect("it opens")
}

impl<P: ?Sized + Send + Sync + 'static> Harness for Schema<P> {
    type Port = P;

    fn port(&self) -> Arc<P> {
        (self.port)(&self.storage())
    }

    fn elapse(&self, by: Duration) -> BoxFuture<'_, ()> {
        let micros = by.as_micros();
        async move { self.run(&format!("UPDATE test_clock SET micros = micros + {micros}")).await }.boxed()
    }

    fn reopen(&self) -> Option<BoxFuture<'_, Arc<P>>> {
        Some(self.again(false).boxed())
    }

    fn take_over(&self) -> Option<BoxFuture<'_, Arc<P>>> {
        Some(self.again(true).boxed())
    }
}

async fn executions() -> Result<Schema<dyn ExecutionRepo>, Unavailable> {
    Schema::start(PostgresStorage::executions).await
}

async fn workflows() -> Result<Schema<dyn WorkflowRepo>, Unavailable> {
    Schema::start(PostgresStorage::workflows).await
}

async fn triggers() -> Result<Schema<dyn TriggerRepo>, Unavailable> {
    Schema::start(PostgresStorage::triggers).await
}

/// The queue of one process, which tells others of what it is told.
struct Hints {
    queue: Arc<dyn TaskQueue>,
    clock: ManualClock,
}

impl Harness for Hints {
    type Port = dyn TaskQueue;

    fn port(&self) -> Arc<dyn TaskQueue> {
        Arc::clone(&self.queue)
    }

    fn elapse(&self, by: Duration) -> BoxFuture<'_, ()> {
        self.clock.advance(by);
        ready(()).boxed()
    }
}

async fn hints() -> Result<Hints, Unavailable> {
    let url = server::shared().map_err(|absent| Unavailable::new(server::VARIABLE, absent.reason()))?;
    let storage = open(url, &server::fresh_schema(), false).await;
    let clock = ManualClock::default();
    let (ids, time) = (Arc::new(SeededIds::new(7)), Arc::new(clock.clone()));
    let queue = Arc::new(storage.hints(HintOptions::new(Arc::new(RuntimeSpawner), ids, time)));
    Ok(Hints { queue, clock })
}

fn main() -> ExitCode {
    Run::default()
        .suite(&execution_repo::SUITE, executions)
        .suite(&workflow_repo::SUITE, workflows)
        .suite(&trigger_repo::SUITE, triggers)
        .suite(&task_queue::SUITE, hints)
        .main()
}
