//! From what a test was told to what a run needs.

use std::sync::Arc;

use nebula_expression::nearest;
use nebula_ports::model::{ActionDescriptor, CredentialName, Node, Workflow};
use nebula_runtime::{
    catalogue::{Catalogue, CompiledSchema},
    plan::{self, Policy},
};
use secrecy::SecretString;

use super::{
    TestFlow, TestFlowError, actions::Planned, mock::Target, recording::Recording, source::Definition, world::Prepared,
};
use crate::testing::canary::Canaries;

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
        let actions = self.actions.for_workflow(workflow, &self.mocks, what)?;
        let catalogue = Catalogue::new(actions).map_err(|error| TestFlowError::new(error.to_string()))?;
        let policy = Policy { grants: grants.clone(), grants_required: true };
        let mut planned = plan::plan(workflow, &catalogue, &policy).map_err(|found| definition.refused(found))?;
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

        let secrets = self.secrets_for(workflow, &planned.plan, recording.is_some());
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
        let actions = self.actions.for_workflow(&definition.workflow, &self.mocks, Planned::Whole)?;
        let catalogue = Catalogue::new(actions).map_err(|error| TestFlowError::new(error.to_string()))?;
        let policy = Policy { grants: self.grants.clone(), grants_required: false };
        plan::plan(&definition.workflow, &catalogue, &policy).map_err(|found| definition.refused(found))
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
        plan: &plan::ExecutionPlan,
        is_replay: bool,
    ) -> Vec<(CredentialName, SecretString)> {
        let mut secrets = self.secrets.clone();
        for node in workflow.all_nodes() {
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

/// The action of a node, also of one in a called workflow.
fn action_of<'p>(plan: &'p plan::ExecutionPlan, node: &Node) -> Option<&'p ActionDescriptor> {
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
