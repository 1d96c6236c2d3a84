//! The store that workers share.

use std::{fmt, path::PathBuf, str::FromStr, sync::Arc, time::Duration};

use nebula_ports::{
    Scope, clock::Clock, error::Result, execution_repo::ExecutionRepo, ids::IdSource, model::TenantId, spawn::Spawner,
    task_queue::TaskQueue, workflow_repo::WorkflowRepo,
};
use nebula_runtime::system::SystemClock;
use nebula_storage_postgres::{HintOptions, PostgresOptions, PostgresStorage};
use nebula_storage_sqlite::{SqliteOptions, SqliteStorage};

/// How long a connection and a statement may take: a worker that is frozen inside a transaction loses its locks after the
/// latter.
const CONNECT: Duration = Duration::from_secs(2);
const STATEMENT: Duration = Duration::from_secs(5);

/// Where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// A file, for one process at one time.
    Sqlite(PathBuf),
    /// A server, for as many as like.
    Postgres(String),
}

/// What a store gives an engine.
pub(crate) struct Opened {
    pub(crate) executions: Arc<dyn ExecutionRepo>,
    pub(crate) workflows: Arc<dyn WorkflowRepo>,
    pub(crate) queue: Arc<dyn TaskQueue>,
}

/// What is looked at.
pub(crate) type Looked = (Arc<dyn ExecutionRepo>, Arc<dyn WorkflowRepo>);

/// The tenant of all that is run here.
#[expect(clippy::disallowed_methods, reason = "this composition root has one tenant")]
pub(crate) fn scope() -> std::result::Result<Scope, String> {
    Ok(Scope::of(TenantId::new("local").map_err(|error| error.to_string())?))
}

fn options(url: &str, clock: Arc<dyn Clock>) -> PostgresOptions {
    PostgresOptions {
        connections: 4,
        connect_timeout: CONNECT,
        statement_timeout: STATEMENT,
        ..PostgresOptions::new(url.into(), clock)
    }
}

// === impl Place ===

impl Place {
    pub(crate) async fn open(
        &self,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
        spawner: Arc<dyn Spawner>,
    ) -> Result<Opened> {
        match self {
            Self::Sqlite(file) => {
                let queue = nebula_queue_memory::Config::default().build(Arc::clone(&clock), ids);
                let storage = SqliteStorage::open(file.clone(), clock, SqliteOptions::new(spawner)).await?;
                let (executions, workflows) = (storage.executions(), storage.workflows());
                Ok(Opened { executions, workflows, queue: Arc::new(queue) })
            }
            Self::Postgres(url) => {
                let storage = PostgresStorage::open(options(url, Arc::clone(&clock))).await?;
                let (executions, workflows) = (storage.executions(), storage.workflows());
                let queue = storage.hints(HintOptions::new(spawner, ids, clock));
                Ok(Opened { executions, workflows, queue: Arc::new(queue) })
            }
        }
    }

    /// Opens it for looking, while workers work.
    pub(crate) async fn look(&self) -> Result<Looked> {
        match self {
            Self::Sqlite(file) => {
                let storage = SqliteStorage::open_read_only(file.clone()).await?;
                Ok((storage.executions(), storage.workflows()))
            }
            Self::Postgres(url) => {
                let options = PostgresOptions { migrate: false, ..options(url, Arc::new(SystemClock::new())) };
                let storage = PostgresStorage::open(options).await?;
                Ok((storage.executions(), storage.workflows()))
            }
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(file) => write!(f, "sqlite:{}", file.display()),
            Self::Postgres(url) => f.write_str(url),
        }
    }
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        match text.split_once(':') {
            Some(("sqlite", file)) => Ok(Self::Sqlite(file.into())),
            Some(("postgres", _)) => Ok(Self::Postgres(text.to_owned())),
            _ => Err(format!("`{text}` is no store: sqlite:FILE or postgres://…")),
        }
    }
}
