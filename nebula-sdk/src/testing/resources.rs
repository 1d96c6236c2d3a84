//! The resources of a test: what stands in for them, or how the real ones are configured.

use std::{any::TypeId, collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use nebula_ports::{
    action::ArcAction,
    attempt_blobs::AttemptBlobs,
    memory::ManualClock,
    model::{
        ActionDescriptor, CapabilityManifest, CapabilityRequest, CredentialName, ExecutionId, Failure, FailureKind,
        Grant, IdempotencyKey, NodeId, Permissions, ResourceConfig, ResourceDescriptor, ResourceId, ResourceKind,
        ResourceName, Target,
    },
    resource::{ArcResource, DynResource, ResourceContext, ResourceHandle},
    time::DurationText,
};
use secrecy::SecretString;
use serde_json::{Map, Value, json};
use smol_str::SmolStr;

use super::{FakeHost, chance::Chance, denied::Denials, guard::Guarded, host::tenant};
use crate::{Res, ResourceLifecycle, adapt};

/// By the name, or by the slot, that they were given for.
#[derive(Debug, Clone, Default)]
pub(super) struct Resources(BTreeMap<String, Given>);

/// One resource of a test.
#[derive(Debug, Clone)]
pub(super) struct Given {
    /// The real one, or one that stands in.
    pub(super) resource: ArcResource,
    pub(super) config: Map<String, Value>,
    /// A secret for each of its slots that has to be filled.
    canaries: BTreeMap<&'static str, SecretString>,
}

/// A resource that is there already.
struct Fake {
    descriptor: ResourceDescriptor,
    type_name: &'static str,
    handle: ResourceHandle,
}

// === impl Resources ===

impl Resources {
    pub(super) fn fake<R: ResourceLifecycle>(&mut self, name: &str, handle: R::Handle) {
        let real = R::erase();
        let fake = Fake {
            descriptor: standing_in(real.descriptor()),
            type_name: real.type_name(),
            handle: Res::<R>::new(handle).into_handle(),
        };
        let given = Given { resource: Arc::new(fake), config: Map::new(), canaries: BTreeMap::new() };
        self.0.insert(name.to_owned(), given);
    }

    /// # Panics
    /// When the configuration is no object.
    #[track_caller]
    pub(super) fn config<R: ResourceLifecycle>(&mut self, name: &str, config: Value) {
        let config = match config {
            Value::Object(config) => config,
            Value::Null => Map::new(),
            other => panic!("the configuration of a resource is an object, and this is {other}"),
        };
        let resource = R::erase();
        let mut canaries = adapt::canaries_of::<R>();
        canaries
            .retain(|name, _| resource.descriptor().credentials.iter().any(|slot| slot.name == *name && slot.required));
        self.0.insert(name.to_owned(), Given { resource, config, canaries });
    }

    /// What fills the slots of one call, outside of any engine.
    pub(super) async fn for_call(
        &self,
        action: &ArcAction,
        host: &FakeHost,
    ) -> Result<BTreeMap<SmolStr, ResourceHandle>, Failure> {
        let mut filled = BTreeMap::new();
        for slot in &action.descriptor().resources {
            let known = action.resources().into_iter().find(|one| one.descriptor().id == slot.resource);
            let given = match self.0.get(slot.name.as_str()) {
                Some(given) => given.clone(),
                None if !slot.required => continue,
                None => match known {
                    Some(resource) if needs_nothing(&resource) => {
                        Given { resource, config: Map::new(), canaries: BTreeMap::new() }
                    }
                    known => {
                        let ty = known.map_or("..", |one| one.type_name());
                        let message = format!("the test has no `{}` for the slot `{}`", slot.resource, slot.name);
                        let help = format!(
                            "add `.resource::<{ty}>(\"{0}\", ..)` with what stands in for it, or \
                             `.resource_config::<{ty}>(\"{0}\", json!({{ .. }}))` to create it",
                            slot.name
                        );
                        let failure = Failure::new(FailureKind::Permanent, "resource.missing", message);
                        return Err(failure.with_help(help));
                    }
                },
            };
            filled.insert(slot.name.clone(), given.create(&slot.name, host).await?);
        }
        Ok(filled)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Given)> {
        self.0.iter().map(|(name, given)| (name.as_str(), given))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }
}

// === impl Given ===

impl Given {
    /// What one attempt is given, outside of any engine.
    pub(super) async fn create(&self, name: &str, host: &FakeHost) -> Result<ResourceHandle, Failure> {
        let descriptor = self.resource.descriptor();
        let blobs = Arc::new(AttemptBlobs::new(host.blobs(), tenant(), []));
        let chance = chance(0, ManualClock::default());
        let host = Guarded::new(host.clone(), descriptor.capabilities.clone(), nobody(), chance, blobs);
        let name = ResourceName::new(name).or_else(|_| ResourceName::new("test")).expect("a word is a name");
        let context = ResourceContext { name, credentials: self.canaries(), host: Arc::new(host) };
        self.resource.create(Value::Object(self.config.clone()), context).await
    }

    /// How it is configured under a name. Its secrets have the names `<name>.<slot>`.
    pub(super) fn config(&self, name: &str) -> ResourceConfig {
        let credentials = self.canaries.keys().map(|slot| (SmolStr::from(*slot), secret_name(name, slot)));
        ResourceConfig {
            config: self.config.clone(),
            credentials: credentials.collect(),
            ..ResourceConfig::new(self.resource.descriptor().id.clone())
        }
    }

    pub(super) fn secrets(&self, name: &str) -> Vec<(CredentialName, SecretString)> {
        self.canaries.iter().map(|(slot, secret)| (secret_name(name, slot), secret.clone())).collect()
    }

    /// By slot.
    pub(super) fn canaries(&self) -> BTreeMap<SmolStr, SecretString> {
        self.canaries.iter().map(|(slot, secret)| (SmolStr::from(*slot), secret.clone())).collect()
    }
}

fn secret_name(name: &str, slot: &str) -> CredentialName {
    CredentialName::new(format!("{name}.{slot}")).expect("a name and the name of a field make a name")
}

/// Whether it can be created without a configuration.
fn needs_nothing(resource: &ArcResource) -> bool {
    let descriptor = resource.descriptor();
    let is_filled = !descriptor.credentials.iter().any(|slot| slot.required);
    is_filled && resource.check_config(&json!({})).is_ok()
}

/// # Panics
/// When the action has no such slot for such a resource.
#[track_caller]
pub(super) fn check_slot(action: &ActionDescriptor, slot: &str, id: &str) {
    let slots: Vec<_> = action.resources.iter().map(|slot| slot.name.as_str()).collect();
    match action.resources.iter().find(|own| own.name == slot) {
        None => panic!("`{}` has no resource slot `{slot}`: it has {slots:?}", action.id),
        Some(own) if own.resource.as_str() != id => {
            panic!("the slot `{slot}` of `{}` is for a `{}`, not for a `{id}`", action.id, own.resource)
        }
        Some(_) => {}
    }
}

/// What the plan sees of a resource that is there already: nothing is configured, nothing is needed, and all share it.
fn standing_in(real: &ResourceDescriptor) -> ResourceDescriptor {
    ResourceDescriptor {
        kind: ResourceKind::Shared,
        config_schema: json!({ "type": "object" }),
        credentials: Vec::new(),
        capabilities: CapabilityManifest::default(),
        ..real.clone()
    }
}

/// One that nobody uses: it fills the slots of what is mocked.
pub(super) fn unused(id: &ResourceId) -> ArcResource {
    let time = DurationText::new(Duration::from_secs(30));
    Arc::new(Fake {
        descriptor: ResourceDescriptor {
            id: id.clone(),
            name: id.to_string(),
            description: "For what is mocked.".to_owned(),
            kind: ResourceKind::Shared,
            config_schema: json!({ "type": "object" }),
            credentials: Vec::new(),
            capabilities: CapabilityManifest::default(),
            acquire_timeout: time,
            health_interval: time,
            teardown: time,
        },
        type_name: "..",
        handle: Arc::new(()),
    })
}

/// The doors of a resource: what it declares and is granted. The host itself is the test's.
pub(super) fn host(host: FakeHost, permissions: Permissions, chance: Chance, blobs: Arc<AttemptBlobs>) -> Guarded {
    let exact = |grant: Grant| CapabilityRequest { kind: grant.kind(), target: Target::Exact(grant) };
    let declared = permissions.declared.into_iter().map(|kind| CapabilityRequest { kind, target: Target::Declared });
    let held = CapabilityManifest(permissions.items.into_iter().map(exact).chain(declared).collect());
    Guarded::new(host, held, nobody(), chance, blobs)
}

/// Chance and time of a resource; all of one test draw the same.
pub(super) fn chance(seed: u64, clock: ManualClock) -> Chance {
    let execution = ExecutionId::from_uuid(Default::default());
    Chance::new(seed, IdempotencyKey::of(execution, &nobody().node.into()), 1, 1, clock)
}

/// What a resource is refused fails its creation, and is told there.
fn nobody() -> Denials {
    Denials {
        node: NodeId::new("resource").expect("a word is a node id"),
        action: "test.resource@0".parse().expect("it has a namespace and a version"),
        attempt: 1,
        all: Arc::default(),
    }
}

// === impl Fake ===

#[async_trait]
impl DynResource for Fake {
    fn descriptor(&self) -> &ResourceDescriptor {
        &self.descriptor
    }

    fn handle_type(&self) -> TypeId {
        // Of the handle itself, not of the pointer to it.
        let handle: &(dyn std::any::Any + Send + Sync) = &*self.handle;
        handle.type_id()
    }

    fn type_name(&self) -> &'static str {
        self.type_name
    }

    fn check_config(&self, _: &Value) -> Result<(), Failure> {
        Ok(())
    }

    async fn create(&self, _: Value, _: ResourceContext) -> Result<ResourceHandle, Failure> {
        Ok(Arc::clone(&self.handle))
    }

    async fn check(&self, _: &ResourceHandle) -> Result<(), Failure> {
        Ok(())
    }

    async fn reset(&self, _: &ResourceHandle) -> Result<(), Failure> {
        Ok(())
    }

    fn is_discarded(&self, _: &ResourceHandle) -> bool {
        // There is no other.
        false
    }

    async fn close(&self, _: ResourceHandle) -> Result<(), Failure> {
        Ok(())
    }
}
