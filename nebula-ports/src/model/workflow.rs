//! A workflow as data: what the YAML file, the Rust builder and the designer all produce.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use smol_str::SmolStr;

use super::{
    ActionReference, CredentialName, Digest, NodeId, ParameterValue, PortRef, ResourceName, RetryPolicy, Trigger,
    WorkflowId,
};
use crate::time::DurationText;

/// The version of the definition format that this code reads and writes (`nebula: 1`).
pub const FORMAT_VERSION: u32 = 1;

/// A workflow definition. Its canonical form is its JSON with sorted keys and without defaults.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workflow {
    /// Always [`FORMAT_VERSION`].
    pub nebula: u32,
    /// The slug.
    pub id: WorkflowId,
    /// A name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// JSON Schema 2020-12 of the input; absent = anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<Value>,
    /// Constants, read as `$vars.<name>`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub vars: BTreeMap<String, Value>,
    /// What starts it by itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub triggers: Vec<Trigger>,
    /// The steps.
    pub nodes: Vec<Node>,
    /// What comes after what.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub connections: Vec<Connection>,
    /// The result; absent = an object with the result of each node that nothing follows, by id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<ParameterValue>,
    /// Workflows that nodes call, by slug: they are part of the definition, so that a run keeps those it began with.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub flows: BTreeMap<WorkflowId, SubWorkflow>,
    /// Bounds of a run.
    #[serde(default, skip_serializing_if = "Settings::is_default")]
    pub settings: Settings,
}

/// A workflow that nodes call. Its expressions see its own input, constants and nodes, and nothing of the caller.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubWorkflow {
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// JSON Schema 2020-12 of the input, an object; absent = any object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<Value>,
    /// Constants, read as `$vars.<name>`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub vars: BTreeMap<String, Value>,
    /// The steps.
    pub nodes: Vec<Node>,
    /// What comes after what.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub connections: Vec<Connection>,
    /// The result, as in [`Workflow`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<ParameterValue>,
}

/// The steps inside a node: a graph of their own, run for each item. Ids are unique in the whole workflow; expressions see
/// the nodes around it too.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// The steps.
    pub nodes: Vec<Node>,
    /// What comes after what.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub connections: Vec<Connection>,
    /// The result of an item, as in [`Workflow`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<ParameterValue>,
}

/// One step: an action with its parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Node {
    /// Its name in expressions.
    pub id: NodeId,
    /// What it does.
    pub action: ActionReference,
    /// The steps inside, for an action that has some: `flow.for_each`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Box<Body>>,
    /// The workflow that is called, for `flow.call`: one of [`Workflow::flows`]. The parameters are its input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow: Option<WorkflowId>,
    /// A name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The action's input.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, ParameterValue>,
    /// The action's credential slots → names of credentials.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub credentials: BTreeMap<SmolStr, CredentialName>,
    /// The action's resource slots → names of resources.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub resources: BTreeMap<SmolStr, ResourceName>,
    /// When a failed attempt is tried again; absent = as the action says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<RetryPolicy>,
    /// Limit of one attempt; absent = as the action says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<DurationText>,
    /// Limit of all attempts and the waits between them, pauses included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<DurationText>,
    /// What a failure of the node does to the run.
    #[serde(default, skip_serializing_if = "OnError::is_default")]
    pub on_error: OnError,
}

/// What follows when a node has failed for good: all its attempts, or its parameters cannot be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnError {
    /// The run fails.
    #[default]
    Fail,
    /// The run goes on as if the node had completed, but without a result; `$nodes.<id>.error` says why.
    Continue,
    /// The run goes on along the connections from the port `<id>.error`, and along no other.
    Route,
}

/// `to` comes after `from`, if `when` holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Connection {
    /// The earlier node, or one of its ports.
    pub from: PortRef,
    /// The later node.
    pub to: NodeId,
    /// An expression of type bool; absent = always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
}

/// Bounds of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The run fails when it has not ended after this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<DurationText>,
    /// Most attempts of this run at one time; absent = as the worker allows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_parallel: Option<u32>,
}

// === impl Workflow ===

impl Workflow {
    /// The canonical JSON text: what is hashed and stored.
    #[must_use]
    pub fn canonical_json(&self) -> String {
        // Through `Value`, whose objects are sorted; no map of the model has a key that JSON cannot have.
        serde_json::to_value(self).map(|value| value.to_string()).unwrap_or_default()
    }

    /// Every node, also those inside of blocks and of the workflows that come with it.
    pub fn all_nodes(&self) -> impl Iterator<Item = &Node> {
        let mut open: Vec<&Node> = self.flows.values().rev().flat_map(|flow| flow.nodes.iter().rev()).collect();
        open.extend(self.nodes.iter().rev());
        std::iter::from_fn(move || {
            let node = open.pop()?;
            open.extend(node.body.iter().flat_map(|body| body.nodes.iter().rev()));
            Some(node)
        })
    }

    /// The identity of this very definition.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(self.canonical_json().as_bytes())
    }
}

// === impl Node ===

impl Node {
    /// A node of which nothing but the action is said.
    #[must_use]
    pub const fn new(id: NodeId, action: ActionReference) -> Self {
        Self {
            id,
            action,
            body: None,
            flow: None,
            name: None,
            parameters: BTreeMap::new(),
            credentials: BTreeMap::new(),
            resources: BTreeMap::new(),
            retry: None,
            timeout: None,
            deadline: None,
            on_error: OnError::Fail,
        }
    }
}

// === impl OnError ===

impl OnError {
    /// The word used in definitions.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Continue => "continue",
            Self::Route => "route",
        }
    }

    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

// === impl Settings ===

impl Settings {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}
