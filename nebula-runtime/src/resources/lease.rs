//! What an attempt has of a resource. Dropping it gives it back, however the attempt ended.

use std::sync::Arc;

use nebula_ports::resource::ResourceHandle;

use super::{
    pool::{Item, Pool},
    retire,
};

/// One of a resource, for as long as this lives.
pub(crate) struct Lease {
    pool: Arc<Pool>,
    held: Held,
}

enum Held {
    /// Others have it too.
    Shared(ResourceHandle),
    /// Nobody else has it; empty once it was given back.
    Own(Option<Item>),
}

// === impl Lease ===

impl Lease {
    pub(super) const fn shared(pool: Arc<Pool>, handle: ResourceHandle) -> Self {
        Self { pool, held: Held::Shared(handle) }
    }

    pub(super) const fn own(pool: Arc<Pool>, item: Item) -> Self {
        Self { pool, held: Held::Own(Some(item)) }
    }

    /// What the action works with. Each must be dropped before the lease is: a resource that is still held is not given
    /// to anybody else.
    pub(crate) fn handle(&self) -> Option<ResourceHandle> {
        match &self.held {
            Held::Shared(handle) => Some(Arc::clone(handle)),
            Held::Own(item) => item.as_ref().map(|item| Arc::clone(&item.handle)),
        }
    }

    /// The item of one that reached nobody.
    pub(super) fn unused(mut self) -> Option<Item> {
        match &mut self.held {
            Held::Shared(_) => None,
            Held::Own(item) => item.take(),
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Held::Own(item) = &mut self.held
            && let Some(item) = item.take()
        {
            retire::give_back(&self.pool, item);
        }
    }
}

impl std::fmt::Debug for Lease {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Lease({})", self.pool.instance.name)
    }
}
