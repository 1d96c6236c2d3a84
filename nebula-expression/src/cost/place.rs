//! Something whose size matters: a path, perhaps through every element of a list.

use std::fmt;

use serde_json::Value;
use smol_str::SmolStr;

use crate::lex::is_identifier;
use crate::path::{NodeField, Root, write_node};
use crate::print::quoted;
use crate::scope::Scope;

/// How many elements of a list are looked at.
const SAMPLED: usize = 8;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    root: u8,
    node: Option<SmolStr>,
    error: bool,
    steps: Vec<Hop>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Hop {
    Field(SmolStr),
    Index(usize),
    /// Any element or member.
    Each,
}

impl Place {
    pub(crate) fn new(root: Root, node: Option<SmolStr>, field: Option<NodeField>) -> Self {
        let root = Root::ALL.iter().position(|known| *known == root).unwrap_or(0) as u8;
        Self { root, node, error: field == Some(NodeField::Error), steps: Vec::new() }
    }

    pub(crate) fn hop(mut self, hop: Hop) -> Self {
        self.steps.push(hop);
        self
    }

    /// Whether its size is taken from a few elements.
    pub(crate) fn is_sampled(&self) -> bool {
        self.steps.contains(&Hop::Each)
    }

    fn root(&self) -> Root {
        Root::ALL[usize::from(self.root) % Root::ALL.len()]
    }

    /// The size it has, or the largest of a few.
    pub(crate) fn size(&self, scope: &dyn Scope) -> u64 {
        self.start(scope).map_or(0, |value| size(value, &self.steps))
    }

    /// How many elements stand there, if that is a list.
    pub(crate) fn length(&self, scope: &dyn Scope) -> u64 {
        let mut value = self.start(scope);
        for step in &self.steps {
            value = match (step, value) {
                (Hop::Field(name), Some(Value::Object(members))) => members.get(name.as_str()),
                (Hop::Index(at), Some(Value::Array(items))) => items.get(*at),
                _ => None,
            };
        }
        value.and_then(Value::as_array).map_or(0, |items| items.len() as u64)
    }

    fn start<'s>(&self, scope: &'s dyn Scope) -> Option<&'s Value> {
        match self.root() {
            Root::Input => scope.input(),
            Root::Nodes => self
                .node
                .as_deref()
                .and_then(|id| scope.node(id))
                .and_then(|view| if self.error { view.error } else { view.result }),
            Root::Item => scope.item(),
            Root::Trigger => scope.trigger(),
            Root::Execution => scope.execution(),
            Root::Workflow => scope.workflow(),
            Root::Vars => scope.vars(),
            Root::Index | Root::Now => None,
        }
    }
}

fn size(value: &Value, steps: &[Hop]) -> u64 {
    let Some((step, rest)) = steps.split_first() else {
        return match value {
            Value::String(text) => text.len() as u64,
            Value::Array(items) => items.len() as u64,
            Value::Object(members) => members.len() as u64,
            Value::Null | Value::Bool(_) | Value::Number(_) => 1,
        };
    };
    match (step, value) {
        (Hop::Field(name), Value::Object(members)) => members.get(name.as_str()).map_or(0, |next| size(next, rest)),
        (Hop::Index(at), Value::Array(items)) => items.get(*at).map_or(0, |next| size(next, rest)),
        (Hop::Each, Value::Array(items)) => items.iter().take(SAMPLED).map(|next| size(next, rest)).max().unwrap_or(0),
        (Hop::Each, Value::Object(members)) => {
            members.values().take(SAMPLED).map(|next| size(next, rest)).max().unwrap_or(0)
        }
        _ => 0,
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.root().name())?;
        if let Some(node) = &self.node {
            write_node(f, node)?;
            f.write_str(if self.error { ".error" } else { ".result" })?;
        }
        for step in &self.steps {
            match step {
                Hop::Field(name) if is_identifier(name) => write!(f, ".{name}")?,
                Hop::Field(name) => write!(f, "[{}]", quoted(name))?,
                Hop::Index(at) => write!(f, "[{at}]")?,
                Hop::Each => f.write_str("[*]")?,
            }
        }
        Ok(())
    }
}
