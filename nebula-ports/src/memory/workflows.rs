//! Definitions in memory: the reference that the drivers are compared with. Nothing outlives the process.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;

use crate::{
    Scope,
    clock::Clock,
    error::Result,
    model::{Digest, TenantId, Workflow, WorkflowId},
    workflow_repo::{StoredWorkflow, WorkflowRepo},
};

/// Definitions of one process. Clones share the data.
#[derive(Debug, Clone)]
pub struct MemoryWorkflows {
    clock: Arc<dyn Clock>,
    versions: Arc<Mutex<Versions>>,
}

/// The versions of each workflow, in the order of storing.
type Versions = HashMap<(TenantId, WorkflowId), Vec<StoredWorkflow>>;

// === impl MemoryWorkflows ===

impl MemoryWorkflows {
    /// An empty store that takes the time from `clock`.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, versions: Arc::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Versions> {
        // Nothing panics between two changes that belong together.
        self.versions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl WorkflowRepo for MemoryWorkflows {
    async fn put(&self, scope: &Scope, definition: &Workflow) -> Result<StoredWorkflow> {
        let digest = definition.digest();
        let mut all = self.lock();
        let versions = all.entry((scope.tenant().clone(), definition.id.clone())).or_default();
        if let Some(stored) = versions.iter().find(|stored| stored.digest == digest) {
            return Ok(stored.clone());
        }
        let version = u32::try_from(versions.len() + 1).unwrap_or(u32::MAX);
        let stored = StoredWorkflow { digest, version, stored_at: self.clock.now(), definition: definition.clone() };
        versions.push(stored.clone());
        Ok(stored)
    }

    async fn get(&self, scope: &Scope, digest: Digest) -> Result<Option<StoredWorkflow>> {
        let all = self.lock();
        let mut mine =
            all.iter().filter(|((tenant, _), _)| tenant == scope.tenant()).flat_map(|(_, versions)| versions);
        Ok(mine.find(|stored| stored.digest == digest).cloned())
    }

    async fn latest(&self, scope: &Scope, id: &WorkflowId) -> Result<Option<StoredWorkflow>> {
        let all = self.lock();
        Ok(all.get(&(scope.tenant().clone(), id.clone())).and_then(|versions| versions.last().cloned()))
    }
}
