//! Workflows that nodes call: each is planned once, before what calls it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use nebula_expression::nearest;
use nebula_ports::{
    diagnostic::Diagnostic,
    model::{FORMAT_VERSION, Node, Settings, SubWorkflow, Workflow, WorkflowId},
};

use super::{ExecutionPlan, Policy, code, pointer};
use crate::catalogue::{Catalogue, CatalogueEntry};

/// The workflows of a definition that can be called.
#[derive(Debug, Default)]
pub(super) struct Called {
    flows: BTreeMap<WorkflowId, Flow>,
}

#[derive(Debug)]
struct Flow {
    /// `flow.call` with that workflow's input.
    entry: CatalogueEntry,
    /// `None` when it has mistakes of its own.
    plan: Option<Arc<ExecutionPlan>>,
}

// === impl Called ===

impl Called {
    /// Plans what a definition brings with it.
    pub(super) fn new(
        definition: &Workflow,
        catalogue: &Catalogue,
        policy: &Policy,
        found: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut called = Self::default();
        let mut open: BTreeMap<&WorkflowId, BTreeSet<&WorkflowId>> =
            definition.flows.iter().map(|(id, flow)| (id, calls(&flow.nodes, &definition.flows))).collect();
        while !open.is_empty() {
            let next = open.iter().find(|(_, calls)| calls.iter().all(|id| called.flows.contains_key(*id)));
            let Some(next) = next.map(|(id, _)| *id) else {
                report_circle(&open, found);
                break;
            };
            open.remove(next);
            called.add(next, &definition.flows[next], catalogue, policy, found);
        }
        // What is called in a circle has an input all the same.
        for id in open.into_keys() {
            let entry = CatalogueEntry::of_call(id, definition.flows[id].input.as_ref());
            called.flows.insert(id.clone(), Flow { entry, plan: None });
        }
        called
    }

    fn add(
        &mut self,
        id: &WorkflowId,
        flow: &SubWorkflow,
        catalogue: &Catalogue,
        policy: &Policy,
        found: &mut Vec<Diagnostic>,
    ) {
        let entry = CatalogueEntry::of_call(id, flow.input.as_ref());
        let workflow = as_workflow(id, flow);
        let prefix = pointer::join("/flows", id.as_str());
        let (plan, diagnostics) = match super::plan_calling(&workflow, self, catalogue, policy) {
            Ok(planned) => (Some(planned.plan), planned.notes),
            Err(diagnostics) => (None, diagnostics),
        };
        found.extend(diagnostics.into_iter().map(|mut diagnostic| {
            diagnostic.pointer.insert_str(0, &prefix);
            diagnostic
        }));
        self.flows.insert(id.clone(), Flow { entry, plan });
    }

    /// The action of a node that calls one of them; what is wrong is reported.
    pub(super) fn entry(
        &self,
        flow: &WorkflowId,
        at: &str,
        node: &Node,
        found: &mut Vec<Diagnostic>,
    ) -> Option<&CatalogueEntry> {
        let known = self.flows.get(flow);
        if known.is_none() {
            let near = nearest(flow.as_str(), self.flows.keys().map(WorkflowId::as_str));
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("put it under `flows:`, as in `flows: {{ {flow}: {{ nodes: … }} }}`"),
            };
            let message = format!("there is no workflow `{flow}` in this definition");
            found.push(Diagnostic::error(code::FLOW, at, message).with_node(node.id.clone()).with_help(help));
        }
        known.map(|flow| &flow.entry)
    }

    /// A workflow's plan.
    pub(super) fn plan(&self, flow: &WorkflowId) -> Option<&Arc<ExecutionPlan>> {
        self.flows.get(flow)?.plan.as_ref()
    }
}

fn as_workflow(id: &WorkflowId, flow: &SubWorkflow) -> Workflow {
    let SubWorkflow { description, input, vars, nodes, connections, output } = flow.clone();
    Workflow {
        nebula: FORMAT_VERSION,
        id: id.clone(),
        name: None,
        description,
        input,
        vars,
        triggers: Vec::new(),
        nodes,
        connections,
        output,
        flows: BTreeMap::new(),
        settings: Settings::default(),
    }
}

/// Which of the known workflows are called, also from inside blocks.
fn calls<'d>(nodes: &'d [Node], known: &BTreeMap<WorkflowId, SubWorkflow>) -> BTreeSet<&'d WorkflowId> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&Node> = nodes.iter().collect();
    while let Some(node) = open.pop() {
        found.extend(node.flow.as_ref().filter(|flow| known.contains_key(*flow)));
        open.extend(node.body.iter().flat_map(|body| &body.nodes));
    }
    found
}

fn report_circle(open: &BTreeMap<&WorkflowId, BTreeSet<&WorkflowId>>, found: &mut Vec<Diagnostic>) {
    // Everything left leads into a circle: follow calls until one comes again.
    let mut path: Vec<&WorkflowId> = open.keys().take(1).copied().collect();
    while let Some(next) = path.last().and_then(|last| open[*last].iter().find(|id| open.contains_key(**id))).copied() {
        let start = path.iter().position(|id| **id == *next);
        path.push(next);
        if let Some(start) = start {
            let names: Vec<_> = path[start..].iter().map(|id| id.as_str()).collect();
            let message = format!("these workflows call each other in a circle: {}", names.join(" → "));
            found.push(
                Diagnostic::error(code::FLOW, pointer::join("/flows", next.as_str()), message)
                    .with_help("a run would never end: remove one of the calls"),
            );
            return;
        }
    }
}
