//! The actions that the plan of a test knows: real ones, mocked ones, and stand-ins for those known by their id only.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

use async_trait::async_trait;
use nebula_expression::nearest;
use nebula_ports::{
    action::{ActionOutput, ArcAction, CallContext, DynAction},
    model::{
        ActionDescriptor, ActionId, ActionReference, CapabilityManifest, CredentialSlot, EffectClass, Failure,
        FailureKind, InterfaceVersion, Node, ResourceId, ResourceSlot, Workflow,
    },
    resource::ArcResource,
};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::{mock::Mocks, recording::Recording, source::TestFlowError};
use crate::{Action, Registry, adapt};

/// What a test has been told of.
#[derive(Clone, Default)]
pub(super) struct Actions(BTreeMap<Key, Known>);

#[derive(Clone)]
struct Known {
    action: ArcAction,
    /// The name of its type, to be pasted.
    name: Option<&'static str>,
    /// Whether it runs itself where nothing stands in for it.
    is_real: bool,
    /// Makes up a secret for each slot.
    canaries: Option<fn() -> BTreeMap<&'static str, SecretString>>,
}

/// What a plan sees of actions.
#[derive(Debug, Clone, Copy)]
pub(super) enum Planned<'a> {
    /// All of them as they are, also those that are mocked.
    Whole,
    /// Those that run themselves; what is mocked needs nothing.
    ForRun,
    /// As for a run, without looking at what goes in.
    Unchecked,
    /// None of them runs: attempts end as they were recorded.
    Replayed(&'a Recording),
}

/// An action that is never run: a mock answers in its place, and reaches nothing.
struct StandIn {
    descriptor: ActionDescriptor,
    /// Knows what repeating a call may do.
    action: Option<ArcAction>,
}

/// An action of which plans do not know what goes in. The schema is put back into the plan: the run checks it.
struct Unchecked {
    descriptor: ActionDescriptor,
    action: ArcAction,
}

// === impl Actions ===

impl Actions {
    /// Makes an action known; `is_real` when it may run itself.
    #[track_caller]
    pub(super) fn add<A: Action>(&mut self, is_real: bool) -> ActionReference {
        let action = A::erase();
        let name = std::any::type_name::<A>().rsplit("::").next();
        self.insert(Known { action, name, is_real, canaries: Some(adapt::canaries::<A>) })
    }

    pub(super) fn extend(&mut self, registry: Registry) {
        for action in registry {
            self.insert(Known { action, name: None, is_real: true, canaries: None });
        }
    }

    fn insert(&mut self, new: Known) -> ActionReference {
        let descriptor = new.action.descriptor();
        let reference = ActionReference { id: descriptor.id.clone(), version: descriptor.version };
        let key = (descriptor.id.clone(), descriptor.version);
        match self.0.get_mut(&key) {
            Some(known) => {
                known.is_real |= new.is_real;
                known.name = known.name.or(new.name);
                known.canaries = known.canaries.or(new.canaries);
            }
            None => {
                self.0.insert(key, new);
            }
        }
        reference
    }

    /// A made-up secret for a slot of an action, where its type is known.
    pub(super) fn canary(&self, action: &ActionDescriptor, slot: &str) -> Option<SecretString> {
        let known = self.0.get(&(action.id.clone(), action.version))?;
        known.canaries?().remove(slot)
    }

    /// The schema of what goes into an action.
    pub(super) fn input_schema(&self, action: &ActionDescriptor) -> Option<Value> {
        let known = self.0.get(&(action.id.clone(), action.version))?;
        Some(known.action.descriptor().input_schema.clone())
    }

    /// As the catalogue will: the same major version, the greatest minor that is not smaller.
    fn serving(&self, wanted: &ActionReference) -> Option<&Known> {
        let same = self.0.iter().rev().filter(|((id, _), _)| *id == wanted.id);
        same.into_iter().find(|((_, version), _)| version.serves(wanted.version)).map(|(_, known)| known)
    }

    /// The action itself, where its type is known.
    pub(super) fn known(&self, wanted: &ActionReference) -> Option<&ArcAction> {
        self.serving(wanted).map(|known| &known.action)
    }

    fn has_id(&self, id: &ActionId) -> bool {
        self.0.keys().any(|(own, _)| own == id)
    }

    /// The actions for the plan of this workflow.
    ///
    /// # Errors
    /// When a node calls what is neither known nor mocked, or a trigger polls it: `polled` are those, as nodes.
    pub(super) fn for_workflow(
        &self,
        workflow: &Workflow,
        polled: &[Node],
        mocks: &Mocks,
        what: Planned<'_>,
    ) -> Result<Vec<ArcAction>, TestFlowError> {
        let mut missing = Vec::new();
        let mut stand_ins: BTreeMap<Key, ActionDescriptor> = BTreeMap::new();
        let mut run_themselves = BTreeSet::new();
        // What is always there is never mocked: the steps inside of loops are.
        let own = |node: &&Node| !nebula_runtime::catalogue::is_always_there(&node.action);
        for node in workflow.all_nodes().chain(polled).filter(own) {
            match self.serving(&node.action) {
                Some(known) => {
                    let descriptor = known.action.descriptor();
                    if mocks.find(&node.id, descriptor).is_none() && !matches!(what, Planned::Replayed(_)) {
                        run_themselves.insert((descriptor.id.clone(), descriptor.version));
                        if !known.is_real {
                            missing.push(unmocked(node, known.name));
                        }
                    }
                }
                None if matches!(what, Planned::Replayed(_)) && !self.has_id(&node.action.id) => {
                    let key = (node.action.id.clone(), node.action.version);
                    let descriptor = stand_ins.entry(key).or_insert_with(|| unknown(&node.action));
                    if let Planned::Replayed(recording) = what
                        && let Some(effect) = recording.effect(&node.id)
                    {
                        descriptor.effect = effect;
                    }
                    bind(descriptor, node);
                }
                None if mocks.has_id(&node.action.id) => {
                    let key = (node.action.id.clone(), node.action.version);
                    let descriptor = stand_ins.entry(key).or_insert_with(|| unknown(&node.action));
                    bind(descriptor, node);
                }
                // The planner says what is wrong with a version.
                None if self.has_id(&node.action.id) => {}
                None => missing.push(self.unregistered(node, polled.iter().any(|one| std::ptr::eq(one, node)))),
            }
        }
        if !missing.is_empty() {
            return Err(TestFlowError::new(missing.join("\n\n")));
        }
        let known = self.0.iter().map(|(key, known)| match what {
            Planned::Whole => Arc::clone(&known.action),
            _ if !run_themselves.contains(key) => stand_in(&known.action, workflow),
            Planned::ForRun | Planned::Replayed(_) => Arc::clone(&known.action),
            Planned::Unchecked => Arc::new(Unchecked::new(&known.action)),
        });
        let unknown = stand_ins.into_values().map(|descriptor| Arc::new(StandIn { descriptor, action: None }) as _);
        Ok(known.chain(unknown).collect())
    }

    fn unregistered(&self, node: &Node, is_polled: bool) -> String {
        let id = &node.action.id;
        let (what, does) = if is_polled { ("trigger", "polls") } else { ("node", "calls") };
        let mut text = format!("the {what} `{}` {does} `{}`, which this test does not know", node.id, node.action);
        if let Some(near) = nearest(id.as_str(), self.0.keys().map(|(id, _)| id.as_str())) {
            text.push_str(&format!("; did you mean `{near}`?"));
        }
        if is_polled {
            text.push_str("\n  add  .mock_polls::<..>(|_config, _cursor| Ok(Polled::unmoved()))\n  or register the trigger's type with `.action::<..>()`, or a package with `.actions(..)`");
            return text;
        }
        text.push_str(&format!(
            "\n  add  .mock_id(\"{id}\", |_input| Ok(json!({{}})))\n  or register the action's type with `.action::<..>()`, or a package with `.actions(..)`"
        ));
        text
    }
}

/// An action and its version, in order.
type Key = (ActionId, InterfaceVersion);

fn unmocked(node: &Node, name: Option<&str>) -> String {
    let name = name.unwrap_or("..");
    format!(
        "the node `{}` calls `{}`, which is mocked for other nodes only\n  add  .mock_node::<{name}>(\"{}\", |_input| Ok(..))\n  or   .action::<{name}>()",
        node.id, node.action, node.id
    )
}

/// What is assumed of an action of which only the id is known.
fn unknown(reference: &ActionReference) -> ActionDescriptor {
    ActionDescriptor {
        id: reference.id.clone(),
        version: reference.version,
        name: reference.id.to_string(),
        description: "Known to a test by its id.".to_owned(),
        input_schema: json!({ "type": "object" }),
        output_schema: json!(true),
        trigger: None,
        process: false,
        ports: Vec::new(),
        capabilities: CapabilityManifest::default(),
        effect: EffectClass::Idempotent,
        credentials: Vec::new(),
        resources: Vec::new(),
        retry: None,
        timeout: None,
        key: Vec::new(),
        limits: Default::default(),
        listing: Default::default(),
    }
}

/// Whatever a node binds, there is a slot for.
fn bind(descriptor: &mut ActionDescriptor, node: &Node) {
    for name in node.credentials.keys() {
        if !descriptor.credentials.iter().any(|slot| slot.name == *name) {
            descriptor.credentials.push(CredentialSlot {
                name: name.clone(),
                credential: "test.any".into(),
                scheme: Default::default(),
                description: String::new(),
                required: false,
            });
        }
    }
    for name in node.resources.keys() {
        if !descriptor.resources.iter().any(|slot| slot.name == *name) {
            descriptor.resources.push(ResourceSlot {
                name: name.clone(),
                resource: any_resource(),
                description: String::new(),
                required: false,
            });
        }
    }
}

/// The type of a resource of which nothing is known.
pub(super) fn any_resource() -> ResourceId {
    ResourceId::new("test.any").expect("it has a namespace")
}

fn stand_in(action: &ArcAction, workflow: &Workflow) -> ArcAction {
    let mut descriptor = action.descriptor().clone();
    descriptor.capabilities = CapabilityManifest::default();
    // It needs no resources; those that nodes name are taken for granted.
    let is_named = |slot: &ResourceSlot| workflow.all_nodes().any(|node| node.resources.contains_key(&slot.name));
    descriptor.resources.retain(is_named);
    descriptor.resources.iter_mut().for_each(|slot| slot.required = false);
    Arc::new(StandIn { descriptor, action: Some(Arc::clone(action)) })
}

impl fmt::Debug for Actions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys().map(|(id, version)| format!("{id}@{version}"))).finish()
    }
}

#[async_trait]
impl DynAction for StandIn {
    fn descriptor(&self) -> &ActionDescriptor {
        &self.descriptor
    }

    fn effect(&self, input: &Value) -> EffectClass {
        self.action.as_ref().map_or(self.descriptor.effect, |action| action.effect(input))
    }

    async fn run(&self, _: Value, context: CallContext) -> Result<ActionOutput, Failure> {
        let message = format!("nothing stands in for the node `{}`", context.node);
        Err(Failure::new(FailureKind::Bug, "testing.no_answer", message))
    }
}

// === impl Unchecked ===

impl Unchecked {
    fn new(action: &ArcAction) -> Self {
        let mut descriptor = action.descriptor().clone();
        descriptor.input_schema = json!({ "type": "object" });
        Self { descriptor, action: Arc::clone(action) }
    }
}

#[async_trait]
impl DynAction for Unchecked {
    fn descriptor(&self) -> &ActionDescriptor {
        &self.descriptor
    }

    fn effect(&self, input: &Value) -> EffectClass {
        self.action.effect(input)
    }

    fn resources(&self) -> Vec<ArcResource> {
        self.action.resources()
    }

    async fn run(&self, input: Value, context: CallContext) -> Result<ActionOutput, Failure> {
        self.action.run(input, context).await
    }
}
