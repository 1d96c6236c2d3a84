//! What is known of a resource without creating it, and what an instance of it is made from.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use smol_str::SmolStr;

use super::{CapabilityManifest, CredentialName, CredentialSlot, ResourceId, ResourceName};
use crate::time::DurationText;

/// How many have a resource at one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResourceKind {
    /// One for all, at the same time: a client that can be shared.
    Shared,
    /// One, for one attempt at a time.
    Exclusive,
    /// Several, each for one attempt at a time.
    Pool(PoolSettings),
}

/// How a pool grows and shrinks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolSettings {
    /// How many are kept once the pool is in use.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub min: u32,
    /// Most of them at one time.
    pub max: u32,
    /// One that nobody has used for so long is closed, while there are more than `min`; absent = kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idle: Option<DurationText>,
    /// One that is older is closed when nobody has it. Each draws its own limit, 90 to 100 % of this, so that those which
    /// were made together do not end together; absent = without limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_life: Option<DurationText>,
}

/// Everything about a resource but its code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResourceDescriptor {
    /// Its id.
    pub id: ResourceId,
    /// A short name for people.
    pub name: String,
    /// What it is.
    pub description: String,
    /// How many have it at one time.
    pub kind: ResourceKind,
    /// JSON Schema 2020-12 of its configuration (always an object).
    pub config_schema: Value,
    /// Its credential slots.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credentials: Vec<CredentialSlot>,
    /// What it needs to be allowed; parameters are those of its configuration.
    #[serde(default, skip_serializing_if = "CapabilityManifest::is_empty")]
    pub capabilities: CapabilityManifest,
    /// Longest wait for one.
    pub acquire_timeout: DurationText,
    /// One that nobody has used for so long is checked before it is given away.
    pub health_interval: DurationText,
    /// Longest time that closing one may take.
    pub teardown: DurationText,
}

/// A place in an action where a resource goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceSlot {
    /// The name used in a node's `resources`.
    pub name: SmolStr,
    /// The type of resource, as in `http.client`.
    pub resource: ResourceId,
    /// What it is for.
    pub description: String,
    /// Whether a node must fill it.
    pub required: bool,
}

/// What a resource under a name is: its type, configuration and credentials.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResourceConfig {
    /// The type of resource.
    #[serde(rename = "type")]
    pub resource: ResourceId,
    /// What its schema wants.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub config: Map<String, Value>,
    /// Its credential slots → names of credentials.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub credentials: BTreeMap<SmolStr, CredentialName>,
}

/// The resources that nodes can name.
pub type ResourceConfigs = BTreeMap<ResourceName, ResourceConfig>;

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}

// === impl ResourceKind ===

impl ResourceKind {
    /// The word used in attributes.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shared => "shared",
            Self::Exclusive => "exclusive",
            Self::Pool(_) => "pool",
        }
    }

    /// How many attempts can have one each at the same time; `None` = any number.
    #[must_use]
    pub const fn most(self) -> Option<u32> {
        match self {
            Self::Shared => None,
            Self::Exclusive => Some(1),
            Self::Pool(settings) => Some(settings.max),
        }
    }
}

impl fmt::Display for ResourceKind {
    /// `shared`, `exclusive`, `pool of 2 to 8`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pool(PoolSettings { min: 0, max, .. }) => write!(f, "pool of up to {max}"),
            Self::Pool(PoolSettings { min, max, .. }) => write!(f, "pool of {min} to {max}"),
            Self::Shared | Self::Exclusive => f.write_str(self.as_str()),
        }
    }
}

// === impl ResourceConfig ===

impl ResourceConfig {
    /// With everything left to its defaults.
    #[must_use]
    pub fn new(resource: ResourceId) -> Self {
        Self { resource, config: Map::new(), credentials: BTreeMap::new() }
    }
}
