//! Workflow definitions, each kept for ever under its digest, so that a run is pinned to what it started with.

use std::fmt;

use async_trait::async_trait;

use crate::{
    Scope,
    error::Result,
    model::{Digest, Workflow, WorkflowId},
    time::Timestamp,
};

/// A stored definition.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredWorkflow {
    /// Its identity.
    pub digest: Digest,
    /// 1, 2, … per workflow, in the order of storing.
    pub version: u32,
    /// When it was stored.
    pub stored_at: Timestamp,
    /// The definition.
    pub definition: Workflow,
}

/// Definitions by digest.
#[async_trait]
pub trait WorkflowRepo: Send + Sync + fmt::Debug {
    /// Stores a definition. Storing the same one again gives what is there: same version, same time.
    ///
    /// # Errors
    /// When the store cannot be reached.
    async fn put(&self, scope: &Scope, definition: &Workflow) -> Result<StoredWorkflow>;

    /// The definition with this digest, if it is stored in this scope.
    ///
    /// # Errors
    /// When the store cannot be reached, or `Corrupt` when what is stored has another digest.
    async fn get(&self, scope: &Scope, digest: Digest) -> Result<Option<StoredWorkflow>>;

    /// The last stored version of a workflow, if there is one.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    async fn latest(&self, scope: &Scope, id: &WorkflowId) -> Result<Option<StoredWorkflow>>;
}
