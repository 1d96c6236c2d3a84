//! The actions that exist, found by id and interface version, each with its compiled input schema; and the resources that
//! their slots name.

pub(crate) mod blocks;
mod condition;
pub(crate) mod defaults;
mod endless;
mod resources;
mod schema;
mod violation;

use std::{collections::BTreeMap, fmt, sync::Arc};

use nebula_expression::nearest;
use nebula_ports::{
    action::{ActionRef, ArcAction},
    diagnostic::Diagnostic,
    model::{
        ActionDescriptor, ActionId, ActionReference, CredentialScheme, Digest, InterfaceVersion, Listing,
        ResourceConfig, ResourceConfigs, ResourceId, ResourceName, WorkflowId,
    },
    resource::ArcResource,
};

use resources::KnownResources;
pub use resources::{ResourceEntry, ResourceInstance};
pub use schema::{CompiledSchema, InvalidSchema};
pub use violation::Violation;
pub(crate) use violation::brief;

/// Every action a process offers. Immutable; made once when the process starts.
#[derive(Debug, Clone)]
pub struct Catalogue {
    /// Each list is sorted by version.
    actions: BTreeMap<ActionId, Vec<CatalogueEntry>>,
    resources: KnownResources,
    digest: Digest,
}

/// One action of the catalogue.
#[derive(Debug, Clone)]
pub struct CatalogueEntry {
    /// The code, with its descriptor.
    pub action: ActionRef,
    /// Its input schema, compiled when first used.
    pub input: Arc<CompiledSchema>,
    /// The identity of its descriptor: a changed schema or need gives another plan.
    pub digest: Digest,
}

/// Two things of a catalogue are called the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Duplicate {
    /// Two actions have this id and version.
    Action(ActionReference),
    /// Two types of resource that differ have this id.
    Resource(ResourceId),
}

/// A reference that no action of the catalogue serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unresolved {
    /// No action has this id.
    UnknownId {
        /// As written.
        wanted: ActionReference,
        /// The id that was probably meant.
        nearest: Option<ActionId>,
        /// Other actions of the same namespace, at most eight.
        siblings: Vec<ActionId>,
    },
    /// The action exists, but in no version that serves the wanted one.
    WrongVersion {
        /// As written.
        wanted: ActionReference,
        /// What there is, ascending.
        existing: Vec<InterfaceVersion>,
    },
}

/// Whether an action stands in every catalogue: a loop, a call of a workflow, or the start of one.
#[must_use]
pub fn is_always_there(action: &ActionReference) -> bool {
    blocks::is_for_each(action) || blocks::is_call(action) || blocks::is_start(action)
}

// === impl Catalogue ===

impl Catalogue {
    /// Collects the actions. Those of which workflows are put together are always among them: `flow.for_each`, `flow.call` and
    /// `flow.start`.
    ///
    /// # Errors
    /// [`Duplicate`] when two have the same id and version, or when their slots name two types of resource by one id.
    pub fn new(actions: impl IntoIterator<Item = ArcAction>) -> Result<Self, Duplicate> {
        let actions: Vec<ArcAction> = actions.into_iter().collect();
        let resources = KnownResources::of(actions.iter()).map_err(Duplicate::Resource)?;
        let mut by_id: BTreeMap<ActionId, Vec<CatalogueEntry>> = BTreeMap::new();
        for action in actions.into_iter().chain(blocks::all()) {
            let entry = CatalogueEntry::new(ActionRef::Native(action));
            let descriptor = entry.action.descriptor();
            let versions = by_id.entry(descriptor.id.clone()).or_default();
            match versions.binary_search_by_key(&descriptor.version, CatalogueEntry::version) {
                Ok(_) => {
                    let (id, version) = (descriptor.id.clone(), descriptor.version);
                    return Err(Duplicate::Action(ActionReference { id, version }));
                }
                Err(place) => versions.insert(place, entry),
            }
        }
        let mut hasher = blake3::Hasher::new_derive_key("nebula catalogue v1");
        for entry in by_id.values().flatten() {
            hasher.update(entry.digest.as_bytes());
        }
        Ok(Self { actions: by_id, resources, digest: Digest::from_bytes(*hasher.finalize().as_bytes()) })
    }

    /// Adds the resources that nodes can name. How they are configured is no part of what a plan is pinned to: a run that
    /// is taken up again uses them as they are then.
    ///
    /// # Errors
    /// Everything that is wrong with the configurations; places are `/<name>/type`, `/<name>/config/..` and
    /// `/<name>/credentials/..`.
    pub fn with_resources(mut self, configs: &ResourceConfigs) -> Result<Self, Vec<Diagnostic>> {
        let found = self.configure(configs);
        if found.is_empty() { Ok(self) } else { Err(found) }
    }

    /// As [`with_resources`](Self::with_resources), for those who go on to look at definitions: what is wrong with one of
    /// the configurations is not told again of the nodes that name it. Nothing may be run with such a catalogue.
    pub fn configure(&mut self, configs: &ResourceConfigs) -> Vec<Diagnostic> {
        self.resources.configure(configs)
    }

    /// Whether something was configured under this name that could not be understood; without a name: under any.
    pub(crate) fn is_misconfigured(&self, name: Option<&ResourceName>) -> bool {
        self.resources.is_broken(name)
    }

    /// Adds one resource, of a type that is given here: it is the slots' own type, or, in a test, what stands in for it.
    ///
    /// # Errors
    /// Everything that is wrong with its configuration, as with [`with_resources`](Self::with_resources).
    pub fn with_resource(
        mut self,
        name: ResourceName,
        resource: ArcResource,
        config: &ResourceConfig,
    ) -> Result<Self, Vec<Diagnostic>> {
        self.resources.configure_one(name, &ResourceEntry::new(resource), config)?;
        Ok(self)
    }

    /// Every type of resource that a slot of an action names, by id.
    pub fn resource_types(&self) -> impl Iterator<Item = &ResourceEntry> {
        self.resources.types.values()
    }

    /// A type of resource.
    #[must_use]
    pub fn resource_type(&self, id: &ResourceId) -> Option<&ResourceEntry> {
        self.resources.types.get(id)
    }

    /// What is configured under a name.
    #[must_use]
    pub fn resource(&self, name: &ResourceName) -> Option<&Arc<ResourceInstance>> {
        self.resources.named(name)
    }

    /// All that is configured, by name.
    pub fn resources(&self) -> impl Iterator<Item = &Arc<ResourceInstance>> {
        self.resources.configured()
    }

    /// What stands in where nothing of this type is configured, if its configuration needs nothing. It has the type's id
    /// for a name.
    #[must_use]
    pub fn default_resource(&self, id: &ResourceId) -> Option<&Arc<ResourceInstance>> {
        self.resources.default_of(id)
    }

    /// The action that serves a reference: the same major version, and of those the highest minor that is not below
    /// the wanted one.
    ///
    /// # Errors
    /// [`Unresolved`] says whether the id or the version is the trouble, and what exists instead.
    pub fn resolve(&self, wanted: &ActionReference) -> Result<&CatalogueEntry, Unresolved> {
        let Some(versions) = self.actions.get(&wanted.id) else {
            return Err(self.unknown(wanted));
        };
        versions.iter().rev().find(|entry| entry.version().serves(wanted.version)).ok_or_else(|| {
            Unresolved::WrongVersion {
                wanted: wanted.clone(),
                existing: versions.iter().map(CatalogueEntry::version).collect(),
            }
        })
    }

    /// Every action, by id and then version.
    pub fn iter(&self) -> impl Iterator<Item = &CatalogueEntry> {
        self.actions.values().flatten()
    }

    /// The identity of the whole: equal catalogues give equal plans.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    fn unknown(&self, wanted: &ActionReference) -> Unresolved {
        const SIBLINGS: usize = 8;
        let near = nearest(wanted.id.as_str(), self.actions.keys().map(ActionId::as_str))
            .and_then(|id| self.actions.get_key_value(id))
            .map(|(id, _)| id.clone());
        let namespace = namespace(&wanted.id);
        let siblings = self.actions.keys().filter(|id| self::namespace(id) == namespace).take(SIBLINGS).cloned();
        Unresolved::UnknownId { wanted: wanted.clone(), nearest: near, siblings: siblings.collect() }
    }
}

fn namespace(id: &ActionId) -> &str {
    id.as_str().split('.').next().unwrap_or_default()
}

// === impl CatalogueEntry ===

impl CatalogueEntry {
    fn new(action: ActionRef) -> Self {
        let descriptor = action.descriptor();
        // What only catalogues and schemas show decides nothing: another icon gives no other plan.
        let mut decisive = ActionDescriptor { listing: Listing::default(), process: false, ..descriptor.clone() };
        decisive.credentials.iter_mut().for_each(|slot| slot.scheme = CredentialScheme::Custom);
        // Through `Value`, whose objects are sorted, so that equal descriptors have equal digests.
        let canonical = serde_json::to_value(&decisive).map(|value| value.to_string()).unwrap_or_default();
        let digest = Digest::of(canonical.as_bytes());
        let input = Arc::new(CompiledSchema::new(descriptor.input_schema.clone()));
        Self { input, digest, action }
    }

    /// `flow.call` of one workflow.
    pub(crate) fn of_call(flow: &WorkflowId, input: Option<&serde_json::Value>) -> Self {
        Self::new(ActionRef::Native(blocks::call_of(flow, input)))
    }

    /// Its interface version.
    #[must_use]
    pub fn version(&self) -> InterfaceVersion {
        self.action.descriptor().version
    }
}

// === impl Duplicate ===

impl fmt::Display for Duplicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Action(action) => {
                write!(f, "two actions are called `{action}`: give one another id or interface version")
            }
            Self::Resource(id) => write!(f, "two types of resource are called `{id}`: give one another id"),
        }
    }
}

impl std::error::Error for Duplicate {}

// === impl Unresolved ===

impl Unresolved {
    /// What to write instead.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::UnknownId { nearest: Some(near), .. } => format!("did you mean `{near}`?"),
            Self::UnknownId { wanted, siblings, .. } if !siblings.is_empty() => {
                let names: Vec<_> = siblings.iter().map(|id| format!("`{id}`")).collect();
                format!("`{}` has {}", namespace(&wanted.id), names.join(", "))
            }
            Self::UnknownId { .. } => "`nebula action list` shows what this installation has".to_owned(),
            Self::WrongVersion { wanted, existing } => match existing.last() {
                Some(last) => format!("write `{}@{last}`", wanted.id),
                None => "no version is installed".to_owned(),
            },
        }
    }
}

impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownId { wanted, .. } => write!(f, "there is no action `{}`", wanted.id),
            Self::WrongVersion { wanted, existing } => {
                let versions: Vec<_> = existing.iter().map(ToString::to_string).collect();
                write!(
                    f,
                    "`{}` has no version that serves {}: there is {}",
                    wanted.id,
                    wanted.version,
                    versions.join(", ")
                )
            }
        }
    }
}

impl std::error::Error for Unresolved {}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
