//! The reference secrets store.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use secrecy::SecretString;

use crate::{
    Scope,
    clock::Clock,
    error::Result,
    model::{CredentialName, TenantId},
    secrets::{SecretInfo, SecretsStore},
    time::Timestamp,
};

/// Secrets in memory, wiped when dropped.
pub struct MemorySecrets {
    clock: Arc<dyn Clock>,
    secrets: Mutex<Secrets>,
}

type Secrets = BTreeMap<TenantId, BTreeMap<CredentialName, (SecretString, Timestamp)>>;

// === impl MemorySecrets ===

impl MemorySecrets {
    /// An empty store.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, secrets: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Secrets> {
        // Nothing panics while the lock is held.
        self.secrets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl SecretsStore for MemorySecrets {
    async fn get(&self, scope: &Scope, name: &CredentialName) -> Result<Option<SecretString>> {
        let secrets = self.lock();
        Ok(secrets.get(scope.tenant()).and_then(|own| own.get(name)).map(|(material, _)| material.clone()))
    }

    async fn put(&self, scope: &Scope, name: &CredentialName, material: SecretString) -> Result<()> {
        let now = self.clock.now();
        self.lock().entry(scope.tenant().clone()).or_default().insert(name.clone(), (material, now));
        Ok(())
    }

    async fn delete(&self, scope: &Scope, name: &CredentialName) -> Result<bool> {
        Ok(self.lock().get_mut(scope.tenant()).and_then(|own| own.remove(name)).is_some())
    }

    async fn list(&self, scope: &Scope) -> Result<Vec<SecretInfo>> {
        let secrets = self.lock();
        let own = secrets.get(scope.tenant()).into_iter().flatten();
        Ok(own.map(|(name, (_, updated_at))| SecretInfo { name: name.clone(), updated_at: *updated_at }).collect())
    }
}

impl fmt::Debug for MemorySecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemorySecrets").finish_non_exhaustive()
    }
}
