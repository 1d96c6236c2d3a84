//! Whose data a call is about. No port method works without one, so there is no unscoped query.

use crate::model::TenantId;

/// A tenant, proven: only the authoriser (and composition roots with one tenant) may build it; a lint says so elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Scope {
    tenant: TenantId,
}

impl Scope {
    /// The scope of `tenant`. Call it only where the caller's right to the tenant has been established.
    #[must_use]
    pub const fn of(tenant: TenantId) -> Self {
        Self { tenant }
    }

    /// The tenant.
    #[must_use]
    pub const fn tenant(&self) -> &TenantId {
        &self.tenant
    }
}
