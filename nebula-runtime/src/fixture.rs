//! Plans and actions for this crate's own tests, made by hand so that a test of the core needs no planner.

pub(crate) mod thing;
pub(crate) mod world;

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use nebula_expression::Expression;
use nebula_ports::{
    action::{ActionOutput, ActionRef, CallContext, DynAction},
    model::{
        ActionDescriptor, ActionId, ActionLimits, ActionReference, CapabilityManifest, Digest, EffectClass,
        ExecutionId, Failure, Grants, InterfaceVersion, JournalEntry, NodeId, OnError, Payload, PortName, TriggerFacts,
        WorkflowId,
    },
    time::Timestamp,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    catalogue::CompiledSchema,
    plan::{Bounds, Compiled, ExecutionPlan, PlanBlock, PlanEdge, PlanNode, PlanOutput, ROOT_BLOCK, Slot, Work},
};

type Body = dyn Fn(&Value, &CallContext) -> Result<ActionOutput, Failure> + Send + Sync;

/// An action of a closure.
pub(crate) struct TestAction {
    descriptor: ActionDescriptor,
    body: Arc<Body>,
}

impl TestAction {
    pub(crate) fn new(
        id: &str,
        effect: EffectClass,
        body: impl Fn(&Value, &CallContext) -> Result<ActionOutput, Failure> + Send + Sync + 'static,
    ) -> Self {
        Self { descriptor: descriptor(id, effect), body: Arc::new(body) }
    }

    /// Declares ports.
    pub(crate) fn ports(mut self, ports: &[&str]) -> Self {
        self.descriptor.ports = ports.iter().map(|port| PortName::new(port).unwrap()).collect();
        self
    }

    /// Gives back its input.
    pub(crate) fn echo(effect: EffectClass) -> Self {
        Self::new("test.echo", effect, |input, _| Ok(ActionOutput::Done(input.clone())))
    }

    /// With parameters that make the idempotency key.
    pub(crate) fn key(mut self, names: &[&str]) -> Self {
        self.descriptor.key = names.iter().map(|name| (*name).into()).collect();
        self
    }

    /// Makes it a trigger that is polled every so often.
    pub(crate) fn polled(mut self, every: std::time::Duration) -> Self {
        self.descriptor.trigger = Some(TriggerFacts { every: every.into() });
        self
    }

    /// With what goes in and comes out.
    pub(crate) fn schemas(mut self, input: Value, output: Value) -> Self {
        self.descriptor.input_schema = input;
        self.descriptor.output_schema = output;
        self
    }

    /// With bounds of its own.
    pub(crate) fn limits(mut self, limits: ActionLimits) -> Self {
        self.descriptor.limits = limits;
        self
    }

    pub(crate) fn arc(self) -> Arc<dyn DynAction> {
        Arc::new(self)
    }
}

pub(crate) fn descriptor(id: &str, effect: EffectClass) -> ActionDescriptor {
    ActionDescriptor {
        id: ActionId::new(id).unwrap(),
        version: InterfaceVersion::new(1, 0),
        name: id.to_owned(),
        description: "For tests.".to_owned(),
        input_schema: json!({ "type": "object" }),
        output_schema: json!(true),
        trigger: None,
        process: false,
        ports: Vec::new(),
        capabilities: CapabilityManifest::default(),
        effect,
        credentials: Vec::new(),
        resources: Vec::new(),
        retry: None,
        timeout: None,
        key: Vec::new(),
        limits: Default::default(),
        listing: Default::default(),
    }
}

#[async_trait]
impl DynAction for TestAction {
    fn descriptor(&self) -> &ActionDescriptor {
        &self.descriptor
    }

    async fn run(&self, input: Value, context: CallContext) -> Result<ActionOutput, Failure> {
        (self.body)(&input, &context)
    }
}

/// A plan under construction.
pub(crate) struct PlanFixture {
    nodes: Vec<PlanNode>,
    edges: Vec<PlanEdge>,
    output: Option<(String, Vec<Slot>)>,
}

impl PlanFixture {
    pub(crate) fn new() -> Self {
        Self { nodes: Vec::new(), edges: Vec::new(), output: None }
    }

    /// Adds a pure node that gives `{"slot": n}`.
    pub(crate) fn node(self, id: &str) -> Self {
        let action = TestAction::echo(EffectClass::Pure).arc();
        let slot = self.nodes.len();
        self.node_with(id, action, Compiled::Literal(json!({ "slot": slot })), &[])
    }

    pub(crate) fn node_with(
        mut self,
        id: &str,
        action: Arc<dyn DynAction>,
        parameters: Compiled,
        reads: &[Slot],
    ) -> Self {
        self.nodes.push(PlanNode {
            id: NodeId::new(id).unwrap(),
            reference: ActionReference { id: action.descriptor().id.clone(), version: action.descriptor().version },
            work: Work::Action(ActionRef::Native(action)),
            block: ROOT_BLOCK,
            place: u32::try_from(self.nodes.len()).unwrap(),
            readers: 0,
            parameters,
            reads: reads.into(),
            schema: Arc::new(CompiledSchema::new(json!({ "type": "object" }))),
            credentials: Box::default(),
            resources: Box::default(),
            retry: None,
            timeout: None,
            deadline: None,
            on_error: OnError::default(),
            effect: None,
            incoming: Box::default(),
            outgoing: Box::default(),
        });
        self
    }

    pub(crate) fn edge(mut self, from: Slot, to: Slot, when: Option<&str>) -> Self {
        let index = u32::try_from(self.edges.len()).unwrap();
        let push = |list: &[u32]| list.iter().copied().chain([index]).collect::<Box<[u32]>>();
        self.nodes[from as usize].outgoing = push(&self.nodes[from as usize].outgoing);
        self.nodes[to as usize].incoming = push(&self.nodes[to as usize].incoming);
        let when = when.map(|when| Expression::parse(when).unwrap());
        let reads = match &when {
            Some(when) if !when.paths().iter().all(|path| path.node.is_none()) => Box::from([from]),
            _ => Box::default(),
        };
        self.edges.push(PlanEdge { from, port: None, to, when, reads, place: index });
        self
    }

    pub(crate) fn output(mut self, expression: &str, reads: &[Slot]) -> Self {
        self.output = Some((expression.to_owned(), reads.to_vec()));
        self
    }

    pub(crate) fn build(mut self) -> Arc<ExecutionPlan> {
        let output = self.output.take().map(|(source, reads)| PlanOutput {
            value: Compiled::Expression(Expression::parse(&source).unwrap()),
            reads: reads.into(),
        });
        let blocks: Box<[PlanBlock]> = Box::from([PlanBlock {
            owner: None,
            nodes: (0..self.nodes.len()).map(|slot| slot as Slot).collect(),
            edges: (0..self.edges.len()).map(|index| index as u32).collect(),
            output,
        }]);
        ExecutionPlan::count_readers(&mut self.nodes, &self.edges, &blocks);
        let slots: HashMap<_, _> =
            self.nodes.iter().enumerate().map(|(slot, node)| (node.id.clone(), slot as Slot)).collect();
        let ids: Vec<_> = self.nodes.iter().map(|node| node.id.as_str()).collect();
        Arc::new(ExecutionPlan {
            workflow: WorkflowId::new("test").unwrap(),
            definition: Digest::of(b"definition"),
            digest: Digest::of(ids.join(",").as_bytes()),
            nodes: self.nodes.into(),
            edges: self.edges.into(),
            slots,
            input: None,
            vars: Arc::new(json!({})),
            blocks,
            triggers: Box::default(),
            output_type: nebula_expression::Type::Any,
            timeout: None,
            max_parallel: None,
            bounds: Bounds {
                max_parallel: 1,
                max_calls: Default::default(),
                max_calls_per_item: Default::default(),
                hosts: vec![],
                credentials: vec![],
            },
        })
    }
}

pub(crate) fn execution_id() -> ExecutionId {
    ExecutionId::from_uuid(Uuid::from_u128(7))
}

/// The first entry of a run of this plan.
pub(crate) fn started(plan: &ExecutionPlan, input: Value) -> JournalEntry {
    JournalEntry::ExecutionStarted {
        at: Timestamp::from_micros(1),
        workflow: plan.workflow.clone(),
        definition: plan.definition,
        plan: plan.digest,
        input: Payload::Inline(Arc::new(input)),
        grants: Grants::default(),
        trigger: None,
    }
}
