//! Plans by definition, so that a definition is planned once in a process.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use nebula_ports::{
    Scope,
    model::{Digest, TenantId},
};

use crate::plan::ExecutionPlan;

/// Most plans kept; a full cache starts anew.
const CAPACITY: usize = 1024;

#[derive(Debug, Default)]
pub(crate) struct Plans {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    by_definition: HashMap<Digest, Arc<ExecutionPlan>>,
    stored: HashSet<(TenantId, Digest)>,
}

impl Plans {
    /// Keeps a plan. The catalogue does not change while the engine lives, so a definition has one plan.
    pub(crate) fn keep(&self, plan: Arc<ExecutionPlan>) {
        let mut inner = self.lock();
        if inner.by_definition.len() >= CAPACITY {
            inner.by_definition.clear();
        }
        inner.by_definition.insert(plan.definition, plan);
    }

    pub(crate) fn get(&self, definition: Digest) -> Option<Arc<ExecutionPlan>> {
        self.lock().by_definition.get(&definition).cloned()
    }

    pub(crate) fn is_stored(&self, scope: &Scope, definition: Digest) -> bool {
        self.lock().stored.contains(&(scope.tenant().clone(), definition))
    }

    pub(crate) fn mark_stored(&self, scope: &Scope, definition: Digest) {
        let mut inner = self.lock();
        if inner.stored.len() >= CAPACITY {
            inner.stored.clear();
        }
        inner.stored.insert((scope.tenant().clone(), definition));
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Nothing panics while the lock is held.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
