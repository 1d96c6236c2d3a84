//! From what a test was told to what a run needs.

use std::{collections::BTreeMap, sync::Arc};

use nebula_expression::nearest;
use nebula_ports::{
    diagnostic::Diagnostic,
    model::{
        ActionDescriptor, CredentialName, Node, NodeId, ResourceConfig, ResourceId, ResourceName, ResourceSlot,
        Trigger, Workflow,
    },
};
use nebula_runtime::{
    catalogue::{Catalogue, CompiledSchema},
    plan::{self, Policy},
};
use secrecy::SecretString;

use super::{
    TestFlow, TestFlowError, actions, actions::Planned, mock::Target, recording::Recording, source::Definition,
    world::Prepared,
};
use crate::testing::{canary::Canaries, resources};

// === impl TestFlow ===

impl TestFlow {
    /// Reads, checks and plans the workflow against what the test has been told of.
    ///
    /// # Errors
    /// Every reason why it cannot begin.
    pub(super) fn prepare(&self) -> Result<Prepared, TestFlowError> {
        self.prepare_for(None)
    }

    /// As [`prepare`](Self::prepare); attempts end as in the recording, if there is one.
    pub(super) fn prepare_for(&self, recording: Option<&Arc<Recording>>) -> Result<Prepared, TestFlowError> {
        self.prepare_with(recording, &[])
    }

    /// As [`prepare`](Self::prepare), for the triggers too.
    pub(super) fn prepare_triggers(&self) -> Result<Prepared, TestFlowError> {
        let polled = polled(&self.read()?.workflow);
        if polled.is_empty() {
            return Err(TestFlowError::new("the workflow has no triggers: add `triggers:`"));
        }
        self.prepare_with(None, &polled)
    }

    /// `polled` are the triggers that are to be polled, as nodes.
    fn prepare_with(&self, recording: Option<&Arc<Recording>>, polled: &[Node]) -> Result<Prepared, TestFlowError> {
        let definition = self.read()?;
        let workflow = &definition.workflow;
        self.check_nodes(workflow)?;
        let what = match recording {
            Some(recording) => Planned::Replayed(recording),
            None if self.is_unchecked => Planned::Unchecked,
            None => Planned::ForRun,
        };
        let mut grants = self.grants.clone();
        if let Some(recording) = recording {
            grants.items.extend(recording.grants.items.iter().cloned());
            grants.base_dir.clone_from(&recording.grants.base_dir);
        }
        let catalogue = self.catalogue(workflow, polled, what)?;
        let policy = Policy { grants: grants.clone(), grants_required: true };
        // A run that is started by hand needs nothing of what would start it by itself.
        let plan = if polled.is_empty() { plan::plan_of_runs } else { plan::plan };
        let mut planned = plan(workflow, &catalogue, &policy).map_err(|found| definition.refused(found))?;
        if self.is_unchecked
            && let Some(plan) = Arc::get_mut(&mut planned.plan)
        {
            for node in &mut plan.nodes {
                let schema = node.action().and_then(|action| self.actions.input_schema(action.descriptor()));
                if let Some(schema) = schema {
                    node.schema = Arc::new(CompiledSchema::new(schema));
                }
            }
        }

        let secrets = self.secrets_for(workflow, polled, &planned.plan, recording.is_some());
        Ok(Prepared {
            seed: self.seed,
            definition: Arc::clone(workflow),
            canaries: Arc::new(Canaries::new(&secrets)),
            secrets,
            plan: planned.plan,
            catalogue: Arc::new(catalogue),
            grants,
            mocks: self.mocks.clone(),
            faults: self.faults.clone(),
            host: self.host.clone(),
            cancel_after: self.cancel_after,
            recording: recording.cloned(),
            signals: self.signals.clone(),
        })
    }

    /// Reads the definition.
    pub(super) fn read(&self) -> Result<Definition, TestFlowError> {
        let source = self.source.as_ref().ok_or_else(|| TestFlowError::new("there is no workflow: add `.flow(..)`"))?;
        source.read()
    }

    /// The plan with all that actions declare, granted or not, mocked or not.
    pub(super) fn whole_plan(&self) -> Result<plan::Planned, TestFlowError> {
        let definition = self.read()?;
        let polled = polled(&definition.workflow);
        let catalogue = self.catalogue(&definition.workflow, &polled, Planned::Whole)?;
        let policy = Policy { grants: self.grants.clone(), grants_required: false };
        plan::plan(&definition.workflow, &catalogue, &policy).map_err(|found| definition.refused(found))
    }

    /// The actions and the resources that the plan knows.
    fn catalogue(&self, workflow: &Workflow, polled: &[Node], what: Planned<'_>) -> Result<Catalogue, TestFlowError> {
        let actions = self.actions.for_workflow(workflow, polled, &self.mocks, what)?;
        let mut catalogue = Catalogue::new(actions).map_err(|error| TestFlowError::new(error.to_string()))?;
        for (name, given) in self.resources.iter() {
            let wrong = |found: Vec<Diagnostic>| {
                let found: Vec<String> = found.iter().map(ToString::to_string).collect();
                TestFlowError::new(format!("the resource `{name}` of this test: {}", found.join("; ")))
            };
            let config = given.config(name);
            let known = ResourceName::new(name).map_err(|error| TestFlowError::new(error.to_string()))?;
            catalogue = catalogue.with_resource(known, Arc::clone(&given.resource), &config).map_err(wrong)?;
        }
        let (unused, missing) = self.resources_of_nodes(workflow, &catalogue, what);
        if !missing.is_empty() {
            return Err(TestFlowError::new(missing.join("\n\n")));
        }
        for (name, id) in unused {
            let config = ResourceConfig::new(id.clone());
            catalogue = catalogue
                .with_resource(name, resources::unused(&id), &config)
                .map_err(|_| TestFlowError::new(format!("nothing can stand in for a `{id}`")))?;
        }
        Ok(catalogue)
    }

    /// The resources that only mocks have, by name; and what is missing for actions that run themselves.
    fn resources_of_nodes(
        &self,
        workflow: &Workflow,
        catalogue: &Catalogue,
        what: Planned<'_>,
    ) -> (BTreeMap<ResourceName, ResourceId>, Vec<String>) {
        let (mut unused, mut missing) = (BTreeMap::new(), Vec::new());
        for node in workflow.all_nodes() {
            let Some(real) = self.actions.known(&node.action) else {
                // Known by its id only: whatever it names is there.
                let names = node.resources.values().filter(|name| !self.resources.has(name.as_str()));
                unused.extend(names.map(|name| (name.clone(), actions::any_resource())));
                continue;
            };
            let runs = matches!(what, Planned::ForRun | Planned::Unchecked)
                && self.mocks.find(&node.id, real.descriptor()).is_none();
            for slot in &real.descriptor().resources {
                let named = node.resources.get(&slot.name);
                let is_there = match named {
                    Some(name) => {
                        self.resources.has(name.as_str())
                            || catalogue.default_resource(&slot.resource).is_some_and(|default| default.name == *name)
                    }
                    None => {
                        !slot.required
                            || catalogue.default_resource(&slot.resource).is_some()
                            || catalogue.resources().any(|one| one.descriptor().id == slot.resource)
                    }
                };
                if is_there {
                    continue;
                }
                if runs {
                    let resources = real.resources();
                    let ty = resources.iter().find(|one| one.descriptor().id == slot.resource);
                    let ty = ty.map_or("..", |one| one.type_name());
                    let name = named.map_or_else(|| slot.name.trim_start_matches('_'), ResourceName::as_str);
                    missing.push(unmocked_resource(node, slot, ty, name));
                } else if let Some(name) = named.cloned().or_else(|| ResourceName::new(&slot.name).ok()) {
                    unused.insert(name, slot.resource.clone());
                }
            }
        }
        (unused, missing)
    }

    /// Nodes that are mocked or have faults exist, and call what the mock is for.
    fn check_nodes(&self, workflow: &Workflow) -> Result<(), TestFlowError> {
        let faulty = self.faults.iter().filter_map(|planned| match &planned.target {
            Target::Node(node) => Some(node),
            _ => None,
        });
        for id in self.mocks.nodes().chain(faulty) {
            let Some(node) = workflow.all_nodes().find(|node| node.id == *id) else {
                let near = nearest(id.as_str(), workflow.all_nodes().map(|node| node.id.as_str()));
                let help = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                return Err(TestFlowError::new(format!("the workflow `{}` has no node `{id}`{help}", workflow.id)));
            };
            if let Some(action) = self.mocked_nodes.get(id).filter(|action| node.action.id != **action) {
                return Err(TestFlowError::new(format!(
                    "the mock of the node `{id}` is for `{action}`, and the node calls `{}`",
                    node.action
                )));
            }
        }
        Ok(())
    }

    /// The secrets that were set, and a canary for each credential that was not.
    fn secrets_for(
        &self,
        workflow: &Workflow,
        polled: &[Node],
        plan: &plan::ExecutionPlan,
        is_replay: bool,
    ) -> Vec<(CredentialName, SecretString)> {
        let mut secrets = self.secrets.clone();
        for (name, secret) in self.resources.iter().flat_map(|(name, given)| given.secrets(name)) {
            if !secrets.iter().any(|(own, _)| *own == name) {
                secrets.push((name, secret));
            }
        }
        for node in workflow.all_nodes().chain(polled) {
            let Some(action) = action_of(plan, node) else { continue };
            let is_mocked = is_replay || self.mocks.find(&node.id, action).is_some();
            for (slot, name) in &node.credentials {
                if secrets.iter().any(|(own, _)| own == name) {
                    continue;
                }
                let canary = if is_mocked {
                    Some(SecretString::from(format!("secret-of-{name}-for-a-mock")))
                } else {
                    self.actions.canary(action, slot)
                };
                secrets.extend(canary.map(|canary| (name.clone(), canary)));
            }
        }
        secrets
    }
}

fn unmocked_resource(node: &Node, slot: &ResourceSlot, ty: &str, name: &str) -> String {
    format!(
        "the node `{}` needs a `{}` for `{}`, and this test has none\n  add  .resource::<{ty}>(\"{name}\", ..)  with what stands \
         in for it\n  or   .resource_config::<{ty}>(\"{name}\", json!({{ .. }}))  to create it",
        node.id, slot.resource, slot.name
    )
}

/// The triggers of a workflow, as what is checked for nodes sees them.
fn polled(workflow: &Workflow) -> Vec<Node> {
    let node = |trigger: &Trigger| {
        let id = NodeId::new(trigger.id.as_str()).expect("a trigger is named as a node is");
        Node { credentials: trigger.credentials.clone(), ..Node::new(id, trigger.action.clone()) }
    };
    workflow.triggers.iter().map(node).collect()
}

/// The action of a node, also of one in a called workflow.
fn action_of<'p>(plan: &'p plan::ExecutionPlan, node: &Node) -> Option<&'p ActionDescriptor> {
    if let Some(own) = plan.triggers.iter().find(|own| own.id.as_str() == node.id.as_str())
        && own.reference.id == node.action.id
    {
        return Some(own.action.descriptor());
    }
    if let Some(own) = plan.slot(&node.id).map(|slot| plan.node(slot))
        && own.reference.id == node.action.id
    {
        return own.action().map(|action| action.descriptor());
    }
    plan.nodes.iter().find_map(|own| match &own.work {
        plan::Work::Call(called) => action_of(called, node),
        plan::Work::Action(_) | plan::Work::ForEach(_) => None,
    })
}
