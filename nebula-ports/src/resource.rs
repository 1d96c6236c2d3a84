//! The erased half of a resource: all that the runtime sees of what actions share and hold for a time.

use std::{
    any::{Any, TypeId},
    collections::BTreeMap,
    fmt,
    sync::Arc,
};

use async_trait::async_trait;
use secrecy::SecretString;
use serde_json::Value;
use smol_str::SmolStr;

use crate::{
    host::Host,
    model::{Failure, ResourceDescriptor, ResourceName},
};

/// What was created: a client, a connection. Only the resource that created it knows its type.
pub type ResourceHandle = Arc<dyn Any + Send + Sync>;

/// A resource with its types erased.
///
/// The runtime calls [`create`](Self::create) on a task of its own: who waits for it may go away without ending it. Of one
/// handle it calls one method at a time.
#[async_trait]
pub trait DynResource: Send + Sync {
    /// All that is known of it without creating it.
    fn descriptor(&self) -> &ResourceDescriptor;

    /// What lies behind the handles that it creates. Two resources with one id that create different things are a mistake.
    fn handle_type(&self) -> TypeId;

    /// The name of its type in code, to be pasted.
    fn type_name(&self) -> &'static str;

    /// Reads a configuration that fits the schema, and lets it go.
    ///
    /// # Errors
    /// What [`create`](Self::create) would fail with before it does anything.
    fn check_config(&self, config: &Value) -> Result<(), Failure>;

    /// Creates one. The configuration fits the schema.
    ///
    /// # Errors
    /// A [`Failure`]; one that is retryable is tried again while somebody waits, any other ends all waits.
    async fn create(&self, config: Value, context: ResourceContext) -> Result<ResourceHandle, Failure>;

    /// Whether it can still be used. Called before it is given away, when nobody has used it for the descriptor's
    /// `health_interval`.
    ///
    /// # Errors
    /// Why not: it is then closed, and another one is created.
    async fn check(&self, handle: &ResourceHandle) -> Result<(), Failure>;

    /// Makes it as new for the next one who gets it. Called after each use, not for shared ones.
    ///
    /// # Errors
    /// Why it cannot be used again: it is then closed.
    async fn reset(&self, handle: &ResourceHandle) -> Result<(), Failure>;

    /// Whether an attempt has said that it must not be used again.
    fn is_discarded(&self, handle: &ResourceHandle) -> bool;

    /// Ends it. If somebody still holds the handle, it ends when that one lets go.
    ///
    /// # Errors
    /// Why it did not end well. It is gone all the same.
    async fn close(&self, handle: ResourceHandle) -> Result<(), Failure>;
}

/// A shared erased resource.
pub type ArcResource = Arc<dyn DynResource>;

/// What a resource is created with. It may keep this as long as it lives.
#[derive(Clone)]
pub struct ResourceContext {
    /// The name under which nodes use it.
    pub name: ResourceName,
    /// Slot → secret material, as it is at this time.
    pub credentials: BTreeMap<SmolStr, SecretString>,
    /// The doors to the world: what it declared and its users are granted.
    pub host: Arc<dyn Host>,
}

impl fmt::Debug for dyn DynResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DynResource({})", self.descriptor().id)
    }
}

impl fmt::Debug for ResourceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResourceContext").field("name", &self.name).finish_non_exhaustive()
    }
}
