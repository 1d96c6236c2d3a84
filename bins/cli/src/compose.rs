//! The composition root: the only file that names drivers.

use std::{path::Path, sync::Arc, time::Duration};

use nebula_blob_fs::FsBlobs;
use nebula_ports::{
    ErrorKind, Scope,
    blob_store::BlobStore,
    clock::Clock,
    execution_repo::{ExecutionFilter, ExecutionRepo},
    ids::IdSource,
    model::{ExecutionRecord, ExecutionStatus, Generation, Lease, TenantId, TriggerLease, TriggerRecord},
    secrets::SecretsStore,
    spawn::Spawner,
    trigger_repo::TriggerRepo,
    workflow_repo::WorkflowRepo,
};
use nebula_runtime::{
    catalogue::Catalogue,
    engine::{Engine, EngineConfig, Ports},
    system::{SystemClock, SystemIds, TokioSpawner},
};
use nebula_sandbox_inprocess::InProcessSandbox;
pub(crate) use nebula_storage_sqlite::Copied;
use nebula_storage_sqlite::{SqliteOptions, SqliteStorage};

use crate::{
    data_dir::DataDir,
    error::{Result, Stop},
    secrets::Secrets,
};

/// Executions read in one go.
pub(crate) const PAGE: usize = 500;

/// What an engine does by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Drives what it is told to.
    Own,
    /// Claims whatever is due.
    All,
}

/// Executions, journals and definitions of a data folder.
#[derive(Debug, Clone)]
pub(crate) struct Storage {
    pub(crate) executions: Arc<dyn ExecutionRepo>,
    pub(crate) workflows: Arc<dyn WorkflowRepo>,
    pub(crate) triggers: Arc<dyn TriggerRepo>,
    database: SqliteStorage,
}

/// An engine on a data folder.
#[derive(Debug)]
pub(crate) struct Station {
    pub(crate) engine: Engine,
    pub(crate) storage: Storage,
    pub(crate) secrets: Arc<dyn SecretsStore>,
    pub(crate) scope: Scope,
    /// For [`Role::All`]: what had not ended before the engine began.
    pub(crate) unfinished: Vec<ExecutionRecord>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// The one tenant of a data folder.
#[expect(clippy::disallowed_methods, reason = "this composition root has one tenant: whoever owns the folder")]
pub(crate) fn scope() -> Result<Scope> {
    let tenant = TenantId::new("local").map_err(|error| Stop::internal(error.to_string()))?;
    Ok(Scope::of(tenant))
}

/// Copies the database of a data folder, as of one moment.
pub(crate) async fn copy_database(dir: &DataDir, target: &Path) -> Result<Copied> {
    dir.must_exist()?;
    match SqliteStorage::copy(dir.database(), target).await {
        Err(error) if error.kind() == ErrorKind::NotFound => Err(nothing_yet(dir)),
        copied => Ok(copied?),
    }
}

/// The newest version of the database that this program reads.
pub(crate) const SCHEMA_VERSION: i32 = SqliteStorage::SCHEMA_VERSION;

/// Large data of a data folder.
pub(crate) async fn blobs(dir: &DataDir) -> Result<Arc<dyn BlobStore>> {
    Ok(Arc::new(FsBlobs::open(nebula_blob_fs::Config { root: dir.blobs() }).await?))
}

// === impl Storage ===

impl Storage {
    /// Opens for looking, also while another process runs executions.
    pub(crate) async fn look(dir: &DataDir) -> Result<Self> {
        dir.must_exist()?;
        let opened = async {
            // What an older version wrote is brought up to date first, if nobody uses it.
            SqliteStorage::upgrade(dir.database()).await?;
            SqliteStorage::open_read_only(dir.database()).await
        };
        match opened.await {
            Ok(database) => Ok(Self::of(database)),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(nothing_yet(dir)),
            Err(error) => Err(error.into()),
        }
    }

    /// Opens for this process alone.
    async fn open(dir: &DataDir, clock: Arc<dyn Clock>, spawner: Arc<dyn Spawner>) -> Result<Self> {
        Ok(Self::of(SqliteStorage::open(dir.database(), clock, SqliteOptions::new(spawner)).await?))
    }

    /// Opens for this process alone what was copied from elsewhere: nothing that the original has handed out counts here.
    pub(crate) async fn take_over(dir: &DataDir) -> Result<Self> {
        let spawner: Arc<dyn Spawner> = Arc::new(TokioSpawner::current());
        let options = SqliteOptions { take_over: true, ..SqliteOptions::new(spawner) };
        Ok(Self::of(SqliteStorage::open(dir.database(), Arc::new(SystemClock::new()), options).await?))
    }

    /// Which copy of its data it is.
    pub(crate) async fn generation(&self) -> Result<Generation> {
        Ok(self.database.generation().await?)
    }

    /// Every execution that has not ended, newest first within each status.
    pub(crate) async fn unfinished(&self, scope: &Scope) -> Result<Vec<ExecutionRecord>> {
        let mut found = Vec::new();
        for status in ExecutionStatus::ALL.into_iter().filter(|status| !status.is_terminal()) {
            let mut filter = ExecutionFilter { status: Some(status), limit: PAGE, ..ExecutionFilter::default() };
            loop {
                let page = self.executions.list(scope, &filter).await?;
                filter.before = page.last().map(|record| record.id);
                let is_last = page.len() < PAGE;
                found.extend(page);
                if is_last {
                    break;
                }
            }
        }
        Ok(found)
    }

    /// Ends the lease of a process that was killed, in its place: this process has the folder for itself, so the holder
    /// is gone, and its owner need not wait. Call it only for what no engine of this process drives.
    pub(crate) async fn end_lease(&self, record: &ExecutionRecord) -> Result<()> {
        if let (Some(holder), Some(until)) = (&record.holder, record.lease_until) {
            let lease = Lease { execution: record.id, holder: holder.clone(), fence: record.fence, until };
            self.executions.renew(&[lease], Duration::ZERO).await?;
        }
        Ok(())
    }

    /// Writes what is left to write and lets go of the folder.
    pub(crate) async fn close(&self) -> Result<()> {
        Ok(self.database.close().await?)
    }

    fn of(database: SqliteStorage) -> Self {
        Self {
            executions: database.executions(),
            workflows: database.workflows(),
            triggers: database.triggers(),
            database,
        }
    }
}

fn nothing_yet(dir: &DataDir) -> Stop {
    Stop::not_found("executions", format!("nothing has been run in {}", dir.root().display()))
        .with_help("`nebula run` runs a workflow; `--data-dir` names another folder")
}

// === impl Station ===

impl Station {
    /// Opens the data folder for this process alone and starts an engine on it.
    pub(crate) async fn open(dir: &DataDir, catalogue: Arc<Catalogue>, role: Role) -> Result<Self> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let ids: Arc<dyn IdSource> = Arc::new(SystemIds);
        let spawner: Arc<dyn Spawner> = Arc::new(TokioSpawner::current());
        let storage = Storage::open(dir, Arc::clone(&clock), Arc::clone(&spawner)).await?;
        let secrets: Arc<dyn SecretsStore> = Arc::new(Secrets::new(dir.clone(), Arc::clone(&clock)));
        let ports = Ports {
            executions: Arc::clone(&storage.executions),
            workflows: Arc::clone(&storage.workflows),
            queue: Arc::new(nebula_queue_memory::Config::default().build(Arc::clone(&clock), Arc::clone(&ids))),
            blobs: blobs(dir).await?,
            secrets: Arc::clone(&secrets),
            sandbox: Arc::new(InProcessSandbox::new(nebula_sandbox_inprocess::Config::default(), Arc::clone(&clock))),
            clock: Arc::clone(&clock),
            ids,
            spawner,
        };
        let scope = scope()?;
        let unfinished = if role == Role::All { storage.unfinished(&scope).await? } else { Vec::new() };
        for record in &unfinished {
            storage.end_lease(record).await?;
        }
        let config = EngineConfig::default();
        let engine = match role {
            Role::Own => Engine::launch_for_own(ports, catalogue, config),
            Role::All => Engine::launch(ports, catalogue, config),
        };
        Ok(Self { engine, storage, secrets, scope, unfinished, clock })
    }

    /// Ends the leases of polls whose process was killed: this process has the folder for itself, so their holders are gone.
    pub(crate) async fn end_leases_of_triggers(&self, records: &[TriggerRecord]) -> Result<()> {
        for record in records {
            let (Some(holder), Some(until)) = (&record.holder, record.lease_until) else { continue };
            let TriggerRecord { tenant, workflow, id, fence, .. } = record.clone();
            let lease = TriggerLease { tenant, workflow, id, holder: holder.clone(), fence, until };
            self.storage.triggers.renew(&lease, Duration::ZERO).await?;
        }
        Ok(())
    }

    /// Parks what runs and closes the data folder.
    pub(crate) async fn close(self) -> Result<()> {
        self.engine.shutdown().await;
        self.storage.close().await
    }
}
