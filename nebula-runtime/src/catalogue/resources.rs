//! The resources that exist: the types that slots of actions name, and what is configured of them under names.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

use nebula_expression::nearest;
use nebula_ports::{
    action::ArcAction,
    diagnostic::Diagnostic,
    model::{
        CapabilityManifest, CredentialName, Denial, Grants, Permissions, ResourceConfig, ResourceConfigs,
        ResourceDescriptor, ResourceId, ResourceName, Target,
    },
    resource::ArcResource,
};
use serde_json::{Map, Value};
use smol_str::SmolStr;

use super::{CompiledSchema, defaults};
use crate::plan::{code, pointer};

/// A type of resource.
#[derive(Debug, Clone)]
pub struct ResourceEntry {
    /// The code, with its descriptor.
    pub resource: ArcResource,
    /// The schema of its configuration, compiled when first used.
    pub config: Arc<CompiledSchema>,
}

/// A resource that nodes can use: a type, with its configuration.
pub struct ResourceInstance {
    /// The name under which nodes use it.
    pub name: ResourceName,
    /// Its type.
    pub resource: ArcResource,
    /// Its configuration, with defaults.
    pub config: Value,
    /// Slot → credential name.
    pub credentials: BTreeMap<SmolStr, CredentialName>,
    /// What it needs to be allowed, without what this configuration leaves out.
    pub capabilities: CapabilityManifest,
    /// Whether nobody has configured it: it is the one that stands in when none is.
    pub is_default: bool,
}

/// The resources of a catalogue.
#[derive(Debug, Clone, Default)]
pub(super) struct KnownResources {
    pub(super) types: BTreeMap<ResourceId, ResourceEntry>,
    configured: BTreeMap<ResourceName, Arc<ResourceInstance>>,
    /// Configured with a type that does not exist.
    broken: BTreeSet<ResourceName>,
    /// Of types whose configuration needs nothing.
    defaults: BTreeMap<ResourceId, Arc<ResourceInstance>>,
}

// === impl KnownResources ===

impl KnownResources {
    /// The types that the slots of these actions name.
    ///
    /// # Errors
    /// The id under which there are two that differ.
    pub(super) fn of<'a>(actions: impl Iterator<Item = &'a ArcAction>) -> Result<Self, ResourceId> {
        let mut known = Self::default();
        for resource in actions.flat_map(|action| action.resources()) {
            let id = resource.descriptor().id.clone();
            match known.types.get(&id) {
                Some(other) if !is_same(&other.resource, &resource) => return Err(id),
                Some(_) => {}
                None => {
                    known.types.insert(id, ResourceEntry::new(resource));
                }
            }
        }
        for (id, entry) in &known.types {
            let Ok(name) = ResourceName::new(id.as_str()) else { continue };
            let mut found = Vec::new();
            let mut instance = instance(name, &ResourceConfig::new(id.clone()), entry, &mut found);
            if found.is_empty() {
                instance.is_default = true;
                known.defaults.insert(id.clone(), Arc::new(instance));
            }
        }
        Ok(known)
    }

    /// Adds what is configured under names.
    pub(super) fn configure(&mut self, configs: &ResourceConfigs) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for (name, config) in configs {
            let Some(entry) = self.types.get(&config.resource) else {
                found.push(self.unknown_type(name, &config.resource));
                self.broken.insert(name.clone());
                continue;
            };
            let instance = instance(name.clone(), config, entry, &mut found);
            self.configured.insert(name.clone(), Arc::new(instance));
        }
        found
    }

    pub(super) fn is_broken(&self, name: Option<&ResourceName>) -> bool {
        name.map_or(!self.broken.is_empty(), |name| self.broken.contains(name))
    }

    pub(super) fn configure_one(
        &mut self,
        name: ResourceName,
        entry: &ResourceEntry,
        config: &ResourceConfig,
    ) -> Result<(), Vec<Diagnostic>> {
        let mut found = Vec::new();
        let instance = instance(name.clone(), config, entry, &mut found);
        self.configured.insert(name, Arc::new(instance));
        if found.is_empty() { Ok(()) } else { Err(found) }
    }

    pub(super) fn named(&self, name: &ResourceName) -> Option<&Arc<ResourceInstance>> {
        self.configured.get(name)
    }

    pub(super) fn configured(&self) -> impl Iterator<Item = &Arc<ResourceInstance>> {
        self.configured.values()
    }

    pub(super) fn default_of(&self, id: &ResourceId) -> Option<&Arc<ResourceInstance>> {
        self.defaults.get(id)
    }

    fn unknown_type(&self, name: &ResourceName, id: &ResourceId) -> Diagnostic {
        let known = || self.types.keys().map(ResourceId::as_str);
        let help = match nearest(id.as_str(), known()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if self.types.is_empty() => "no action has a slot for a resource".to_owned(),
            None => {
                let ids: Vec<_> = known().map(|id| format!("`{id}`")).collect();
                format!("actions have slots for {}", ids.join(", "))
            }
        };
        let at = pointer::join(&pointer::join("", name.as_str()), "type");
        Diagnostic::error(code::RESOURCE_TYPE, at, format!("there is no type of resource `{id}`")).with_help(help)
    }
}

/// Whether two are one and the same type.
fn is_same(one: &ArcResource, other: &ArcResource) -> bool {
    one.handle_type() == other.handle_type() && one.descriptor() == other.descriptor()
}

/// An instance, and what is wrong with its configuration; places are those of a file of configurations.
fn instance(
    name: ResourceName,
    config: &ResourceConfig,
    entry: &ResourceEntry,
    found: &mut Vec<Diagnostic>,
) -> ResourceInstance {
    let descriptor = entry.resource.descriptor();
    let base = pointer::join("", name.as_str());
    let mut value = Value::Object(config.config.clone());
    defaults::fill(entry.config.schema(), &mut value);
    let at_config = pointer::join(&base, "config");
    let violations = entry.config.check(&value);
    let fits = violations.is_empty();
    for violation in violations {
        let message = if violation.pointer.is_empty() {
            format!("`{name}` ({}): {}", descriptor.id, violation.message)
        } else {
            violation.message
        };
        // Without a configuration there is no place inside of it.
        let at = if config.config.is_empty() { base.clone() } else { format!("{at_config}{}", violation.pointer) };
        let mut diagnostic = Diagnostic::error(code::RESOURCE_CONFIG, at, message);
        diagnostic.at_key = violation.at_key;
        diagnostic.help = violation.help;
        found.push(diagnostic);
    }
    if fits && let Err(failure) = entry.resource.check_config(&value) {
        let at = format!("{at_config}{}", failure.pointer.unwrap_or_default());
        let mut diagnostic = Diagnostic::error(code::RESOURCE_CONFIG, at, failure.message);
        diagnostic.help = failure.help;
        found.push(diagnostic);
    }
    credentials(&name, &base, config, descriptor, found);
    let mut capabilities = descriptor.capabilities.clone();
    capabilities.0.retain(|need| match &need.target {
        Target::Exact(_) | Target::Declared => true,
        Target::Parameter(at) => value.pointer(at).is_some_and(|value| !value.is_null()),
    });
    ResourceInstance {
        name,
        resource: Arc::clone(&entry.resource),
        config: value,
        credentials: config.credentials.clone(),
        capabilities,
        is_default: false,
    }
}

fn credentials(
    name: &ResourceName,
    base: &str,
    config: &ResourceConfig,
    descriptor: &ResourceDescriptor,
    found: &mut Vec<Diagnostic>,
) {
    let slots = &descriptor.credentials;
    let at = pointer::join(base, "credentials");
    for slot in config.credentials.keys().filter(|slot| !slots.iter().any(|known| known.name == **slot)) {
        let free = slots.iter().map(|slot| slot.name.as_str()).filter(|slot| !config.credentials.contains_key(*slot));
        let help = match nearest(slot, free) {
            Some(near) => format!("did you mean `{near}`?"),
            None if slots.is_empty() => "it takes no credentials: remove this".to_owned(),
            None => {
                let names: Vec<_> = slots.iter().map(|slot| format!("`{}`", slot.name)).collect();
                format!("it has {}", names.join(", "))
            }
        };
        let message = format!("`{}` has no credential slot `{slot}`", descriptor.id);
        found.push(
            Diagnostic::error(code::RESOURCE_CREDENTIAL, pointer::join(&at, slot), message).on_key().with_help(help),
        );
    }
    for slot in slots.iter().filter(|slot| slot.required && !config.credentials.contains_key(&slot.name)) {
        let what = if slot.description.is_empty() { String::new() } else { format!(" ({})", slot.description) };
        let at = if config.credentials.is_empty() { base } else { at.as_str() };
        let message = format!("`{name}` ({}) needs a credential for `{}`{what}", descriptor.id, slot.name);
        found.push(Diagnostic::error(code::RESOURCE_CREDENTIAL, at, message).with_help(format!(
            "add `credentials: {{ {}: <name of a credential of kind {}> }}`",
            slot.name, slot.credential
        )));
    }
}

// === impl ResourceEntry ===

impl ResourceEntry {
    pub(super) fn new(resource: ArcResource) -> Self {
        let config = Arc::new(CompiledSchema::new(resource.descriptor().config_schema.clone()));
        Self { resource, config }
    }

    /// The least that a configuration of this type looks like, to be filled in.
    #[must_use]
    pub fn example(&self, name: &str) -> String {
        let descriptor = self.resource.descriptor();
        let schema = self.config.schema();
        let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let has_default = |name: &str| schema["properties"][name].get("default").is_some();
        let members: Vec<_> = required.filter(|name| !has_default(name)).map(|name| format!("{name}: ..")).collect();
        let mut text = format!("{name}: {{ type: {}", descriptor.id);
        if !members.is_empty() {
            text.push_str(&format!(", config: {{ {} }}", members.join(", ")));
        }
        let slots = descriptor.credentials.iter().filter(|slot| slot.required);
        let slots: Vec<_> = slots.map(|slot| format!("{}: <name>", slot.name)).collect();
        if !slots.is_empty() {
            text.push_str(&format!(", credentials: {{ {} }}", slots.join(", ")));
        }
        text.push_str(" }");
        text
    }
}

// === impl ResourceInstance ===

impl ResourceInstance {
    /// What is known of its type.
    #[must_use]
    pub fn descriptor(&self) -> &ResourceDescriptor {
        self.resource.descriptor()
    }

    /// What it may do for runs with these grants.
    ///
    /// # Errors
    /// What it needs and they do not give.
    pub fn permissions(&self, grants: &Grants) -> Result<Permissions, Vec<Denial>> {
        self.capabilities.permissions(grants)
    }

    /// How it is configured.
    #[must_use]
    pub fn config(&self) -> Option<&Map<String, Value>> {
        self.config.as_object()
    }
}

impl fmt::Debug for ResourceInstance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ResourceInstance({}: {})", self.name, self.descriptor().id)
    }
}
