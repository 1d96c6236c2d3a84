//! What an expression can see before the run, by type.

use nebula_expression::{Presence, Root, Slot, Type, TypeScope, execution_type};
use nebula_ports::model::Workflow;
use serde_json::{Value, json};
use smol_str::SmolStr;

use crate::{
    catalogue::defaults,
    plan::{graph::Graph, reads::SiteReads},
};

/// The roots that are the same for every expression of a workflow.
#[derive(Debug)]
pub(super) struct Roots {
    input: Type,
    vars: Type,
    execution: Type,
    workflow: Type,
}

impl Roots {
    pub(super) fn new(definition: &Workflow) -> Self {
        let workflow = json!({
            "type": "object",
            "properties": { "id": { "type": "string" }, "version": { "type": "string" } },
            "required": ["id", "version"],
            "additionalProperties": false
        });
        let vars = definition.vars.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        Self {
            // The engine puts in the defaults before the run.
            input: definition.input.as_ref().map_or(Type::Any, |schema| Type::from_schema(&defaults::filled(schema))),
            // Another text may stand there tomorrow: a comparison with it is no mistake.
            vars: Type::of_value(&Value::Object(vars)).widen(),
            execution: execution_type(),
            workflow: Type::from_schema(&workflow),
        }
    }
}

/// What the expressions of one place see.
pub(super) struct SiteScope<'s> {
    pub(super) roots: &'s Roots,
    pub(super) graph: &'s Graph<'s>,
    /// Per node: the type of its result.
    pub(super) outputs: &'s [Type],
    pub(super) reads: &'s SiteReads,
}

impl TypeScope for SiteScope<'_> {
    fn root(&self, root: Root) -> Option<Slot> {
        if self.reads.reported.contains(&root) {
            return Some(Slot::any());
        }
        match root {
            Root::Input => Some(Slot::always(self.roots.input.clone())),
            Root::Vars => Some(Slot::always(self.roots.vars.clone())),
            Root::Execution => Some(Slot::always(self.roots.execution.clone())),
            Root::Workflow => Some(Slot::always(self.roots.workflow.clone())),
            Root::Trigger => Some(Slot::any()),
            Root::Now => Some(Slot::always(Type::Timestamp)),
            Root::Item | Root::Index | Root::Nodes => None,
        }
    }

    fn node(&self, id: &str) -> Option<Slot> {
        // A node that does not exist, or has not ended, is a finding of its own already.
        let Some(node) = self.graph.by_id.get(id).copied().filter(|node| !self.reads.early.contains(node)) else {
            return Some(Slot::any());
        };
        let presence = if self.reads.may_be_skipped.contains(&node) { Presence::Maybe } else { Presence::Always };
        Some(Slot { ty: self.outputs[node].clone(), presence })
    }

    fn node_ids(&self) -> Vec<SmolStr> {
        self.graph.by_id.keys().map(SmolStr::new).collect()
    }
}

/// What an expression sees that the action evaluates for each item.
pub(super) struct ItemScope {
    pub(super) item: Type,
    /// Other roots that the action gives, and those that were reported.
    pub(super) others: Vec<Root>,
}

impl TypeScope for ItemScope {
    fn root(&self, root: Root) -> Option<Slot> {
        match root {
            Root::Item => Some(Slot::always(self.item.clone())),
            Root::Index => Some(Slot::always(Type::Integer)),
            other => self.others.contains(&other).then(Slot::any),
        }
    }

    fn node(&self, _: &str) -> Option<Slot> {
        Some(Slot::any())
    }
}
