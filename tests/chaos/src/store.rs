//! The store that workers share.

use std::{fmt, path::PathBuf, str::FromStr, sync::Arc, time::Duration};

use nebula_ports::{
    Scope, clock::Clock, error::Result, execution_repo::ExecutionRepo, model::TenantId, spawn::Spawner,
    workflow_repo::WorkflowRepo,
};
use nebula_runtime::system::SystemClock;
use nebula_storage_postgres::{PostgresOptions, PostgresStorage};
use nebula_storage_sqlite::{SqliteOptions, SqliteStorage};

/// Where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// A file, for one process at one time.
    Sqlite(PathBuf),
    /// A database, for as many as like.
    Postgres(String),
}

/// What a store gives an engine.
pub(crate) type Opened = (Arc<dyn ExecutionRepo>, Arc<dyn WorkflowRepo>);

/// The tenant of all that is run here.
#[expect(clippy::disallowed_methods, reason = "this composition root has one tenant")]
pub(crate) fn scope() -> std::result::Result<Scope, String> {
    Ok(Scope::of(TenantId::new("local").map_err(|error| error.to_string())?))
}

async fn postgres(url: &str, clock: Arc<dyn Clock>) -> Result<PostgresStorage> {
    PostgresStorage::open(PostgresOptions {
        connections: 4,
        connect_timeout: Duration::from_secs(2),
        statement_timeout: Duration::from_secs(5),
        ..PostgresOptions::new(url.into(), clock)
    })
    .await
}

// === impl Place ===

impl Place {
    pub(crate) async fn open(&self, clock: Arc<dyn Clock>, spawner: Arc<dyn Spawner>) -> Result<Opened> {
        match self {
            Self::Sqlite(file) => {
                let storage = SqliteStorage::open(file.clone(), clock, SqliteOptions::new(spawner)).await?;
                Ok((storage.executions(), storage.workflows()))
            }
            Self::Postgres(url) => {
                let storage = postgres(url, clock).await?;
                Ok((storage.executions(), storage.workflows()))
            }
        }
    }

    /// Opens it for looking, while workers work.
    pub(crate) async fn look(&self) -> Result<Arc<dyn ExecutionRepo>> {
        match self {
            Self::Sqlite(file) => Ok(SqliteStorage::open_read_only(file.clone()).await?.executions()),
            Self::Postgres(url) => Ok(postgres(url, Arc::new(SystemClock::new())).await?.executions()),
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
