//! What actions hold for the time of an attempt: created when first needed, shared or handed on, closed at the end.
//!
//! - `pool` hands out what there is, in the order in which it was asked for;
//! - `create` makes more of it, on tasks that outlive those who wait;
//! - `retire` checks, resets and closes what comes back or has stood idle;
//! - `lease` is what an attempt has: dropping it gives it back.

mod create;
mod lease;
mod pool;
mod retire;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures_util::future::join_all;
use nebula_ports::{
    Scope,
    blob_store::BlobStore,
    clock::Clock,
    ids::IdSource,
    model::{Failure, FailureKind, Grant, Permissions, ResourceId, ResourceName, TenantId},
    sandbox::SandboxRunner,
    secrets::SecretsStore,
    spawn::Spawner,
};

pub(crate) use lease::Lease;

use self::pool::Pool;
use crate::{catalogue::ResourceInstance, engine::Ports};

/// What resources need of the world.
#[derive(Debug, Clone)]
pub(crate) struct ResourcePorts {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn IdSource>,
    pub(crate) secrets: Arc<dyn SecretsStore>,
    pub(crate) blobs: Arc<dyn BlobStore>,
    pub(crate) sandbox: Arc<dyn SandboxRunner>,
    pub(crate) spawner: Arc<dyn Spawner>,
}

/// All that this process has created.
pub(crate) struct Resources {
    ports: ResourcePorts,
    /// `None` after the end.
    pools: Mutex<Option<HashMap<Key, Arc<Pool>>>>,
}

/// Who may share one. Tenants have their own secrets; and what was created under a grant is not for runs without it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    tenant: TenantId,
    resource: ResourceId,
    name: ResourceName,
    granted: Vec<Grant>,
    base_dir: Option<String>,
}

// === impl ResourcePorts ===

impl From<&Ports> for ResourcePorts {
    fn from(ports: &Ports) -> Self {
        Self {
            clock: Arc::clone(&ports.clock),
            ids: Arc::clone(&ports.ids),
            secrets: Arc::clone(&ports.secrets),
            blobs: Arc::clone(&ports.blobs),
            sandbox: Arc::clone(&ports.sandbox),
            spawner: Arc::clone(&ports.spawner),
        }
    }
}

// === impl Resources ===

impl Resources {
    pub(crate) fn new(ports: ResourcePorts) -> Self {
        Self { ports, pools: Mutex::new(Some(HashMap::new())) }
    }

    /// One of an instance, when there is one for the caller. Dropping the future stops waiting.
    ///
    /// # Errors
    /// `resource.timeout` when there was none in time; what its creation failed with, when trying again will not help.
    pub(crate) async fn acquire(
        &self,
        scope: &Scope,
        permissions: Permissions,
        instance: &Arc<ResourceInstance>,
    ) -> Result<Lease, Failure> {
        let pool = self.pool(scope, permissions, instance)?;
        pool::acquire(&pool).await
    }

    /// Ends all: nothing is given out any more, and what is there is closed, each within its `teardown`.
    pub(crate) async fn shutdown(&self) {
        let pools = self.lock().take().unwrap_or_default();
        join_all(pools.values().map(retire::shut)).await;
    }

    fn pool(
        &self,
        scope: &Scope,
        permissions: Permissions,
        instance: &Arc<ResourceInstance>,
    ) -> Result<Arc<Pool>, Failure> {
        let key = Key {
            tenant: scope.tenant().clone(),
            resource: instance.descriptor().id.clone(),
            name: instance.name.clone(),
            granted: permissions.items.clone(),
            base_dir: permissions.base_dir.clone(),
        };
        let mut pools = self.lock();
        let pools = pools.as_mut().ok_or_else(|| closed(instance))?;
        let pool = pools.entry(key).or_insert_with(|| {
            Arc::new(Pool::new(self.ports.clone(), scope.clone(), permissions, Arc::clone(instance)))
        });
        Ok(Arc::clone(pool))
    }

    fn lock(&self) -> MutexGuard<'_, Option<HashMap<Key, Arc<Pool>>>> {
        // Nothing panics while the lock is held.
        self.pools.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Resources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.lock().iter().flat_map(HashMap::keys)).finish()
    }
}

fn closed(instance: &ResourceInstance) -> Failure {
    let message = format!("the resource `{}` is closed: the engine is shutting down", instance.name);
    Failure::new(FailureKind::Transient, "resource.closed", message).before_effect()
}

#[cfg(test)]
mod tests;
