//! The actions that exist: found by id and interface version, each with its compiled input schema.

pub(crate) mod blocks;
mod condition;
pub(crate) mod defaults;
mod endless;
mod schema;
mod violation;

use std::{collections::BTreeMap, fmt, sync::Arc};

use nebula_expression::nearest;
use nebula_ports::{
    action::{ActionRef, ArcAction},
    model::{ActionDescriptor, ActionId, ActionReference, Digest, InterfaceVersion, Listing, WorkflowId},
};

pub use schema::{CompiledSchema, InvalidSchema};
pub use violation::Violation;
pub(crate) use violation::brief;

/// Every action a process offers. Immutable; made once when the process starts.
#[derive(Debug)]
pub struct Catalogue {
    /// Each list is sorted by version.
    actions: BTreeMap<ActionId, Vec<CatalogueEntry>>,
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

/// Two actions have the same id and version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuplicateAction {
    /// The id and version that came twice.
    pub action: ActionReference,
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

/// Whether an action is carried out by the engine itself: a loop, or a call of a workflow. Such actions stand in every
/// catalogue.
#[must_use]
pub fn is_block(action: &ActionReference) -> bool {
    blocks::is_for_each(action) || blocks::is_call(action)
}

// === impl Catalogue ===

impl Catalogue {
    /// Collects the actions. Those that the engine itself carries out are always among them.
    ///
    /// # Errors
    /// [`DuplicateAction`] when two have the same id and version.
    pub fn new(actions: impl IntoIterator<Item = ArcAction>) -> Result<Self, DuplicateAction> {
        let mut by_id: BTreeMap<ActionId, Vec<CatalogueEntry>> = BTreeMap::new();
        for action in actions.into_iter().chain(blocks::all()) {
            let entry = CatalogueEntry::new(ActionRef::Native(action));
            let descriptor = entry.action.descriptor();
            let versions = by_id.entry(descriptor.id.clone()).or_default();
            match versions.binary_search_by_key(&descriptor.version, CatalogueEntry::version) {
                Ok(_) => {
                    let (id, version) = (descriptor.id.clone(), descriptor.version);
                    return Err(DuplicateAction { action: ActionReference { id, version } });
                }
                Err(place) => versions.insert(place, entry),
            }
        }
        let mut hasher = blake3::Hasher::new_derive_key("nebula catalogue v1");
        for entry in by_id.values().flatten() {
            hasher.update(entry.digest.as_bytes());
        }
        Ok(Self { actions: by_id, digest: Digest::from_bytes(*hasher.finalize().as_bytes()) })
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
        // What only catalogues show decides nothing: another icon gives no other plan.
        let decisive = ActionDescriptor { listing: Listing::default(), ..descriptor.clone() };
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

// === impl DuplicateAction ===

impl fmt::Display for DuplicateAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "two actions are called `{}`: give one another id or interface version", self.action)
    }
}

impl std::error::Error for DuplicateAction {}

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
