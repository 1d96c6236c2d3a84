//! What an expression can see before the run, by type.

use std::cell::RefCell;

use nebula_expression::{Presence, Proposition, Root, Slot, Type, TypeScope, execution_type};
use nebula_ports::model::Workflow;
use serde_json::{Value, json};
use smol_str::SmolStr;

use crate::{
    catalogue::defaults,
    plan::{
        certainty::{Certainty, Reader},
        graph::Graph,
        reads::SiteReads,
    },
};

/// The roots that are the same for every expression of a workflow.
#[derive(Debug)]
pub(in crate::plan) struct Roots {
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

    pub(super) fn root(&self, root: Root) -> Option<Slot> {
        match root {
            Root::Input => Some(Slot::always(self.input.clone())),
            Root::Vars => Some(Slot::always(self.vars.clone())),
            Root::Execution => Some(Slot::always(self.execution.clone())),
            Root::Workflow => Some(Slot::always(self.workflow.clone())),
            Root::Now => Some(Slot::always(Type::Timestamp)),
            Root::Item | Root::Index | Root::Nodes | Root::Trigger => None,
        }
    }
}

/// What the expressions of one place see.
pub(super) struct SiteScope<'s, 't, 'a> {
    pub(super) roots: &'s Roots,
    pub(super) graph: &'s Graph<'s>,
    /// Per node: the type of its result.
    pub(super) outputs: &'s [Type],
    pub(super) reads: &'s SiteReads,
    /// Per node: the ports of its action, where that is known.
    pub(super) ports: &'s dyn Fn(usize) -> Option<Vec<SmolStr>>,
    /// Whether that is the item of a block that stands in another one: conditions are kept of the outer one.
    pub(super) is_inner_item: bool,
    /// What `$item` is, inside a block.
    pub(super) item: Option<&'s Type>,
    pub(super) reader: Reader,
    /// `None` while connections go in a circle.
    pub(super) certainty: Option<&'s RefCell<Certainty<'t, 'a>>>,
}

impl TypeScope for SiteScope<'_, '_, '_> {
    fn root(&self, root: Root) -> Option<Slot> {
        if self.reads.reported.contains(&root) {
            return Some(Slot::any());
        }
        match root {
            Root::Item => self.item.cloned().map(Slot::always),
            Root::Index => self.item.map(|_| Slot::always(Type::Integer)),
            other => self.roots.root(other),
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

    fn has_run(&self, id: &str, given: &[Proposition]) -> bool {
        let node = self.graph.by_id.get(id).filter(|node| !self.reads.early.contains(node));
        let certainty = self.certainty.and_then(|certainty| certainty.try_borrow_mut().ok());
        let known: Vec<Proposition>;
        let given = if self.is_inner_item && given.iter().any(Proposition::is_of_item) {
            known = given.iter().filter(|said| !said.is_of_item()).cloned().collect();
            &known
        } else {
            given
        };
        certainty.zip(node).is_some_and(|(mut certainty, node)| certainty.has_run_given(self.reader, given, *node))
    }

    fn ports(&self, id: &str) -> Option<Vec<SmolStr>> {
        (self.ports)(*self.graph.by_id.get(id)?)
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
