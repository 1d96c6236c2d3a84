//! A workflow as data: what the YAML file, the Rust builder and the designer all produce.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use smol_str::SmolStr;

use super::{ActionReference, CredentialName, Digest, NodeId, ParameterValue, RetryPolicy, WorkflowId};
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
    /// The steps.
    pub nodes: Vec<Node>,
    /// What comes after what.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub connections: Vec<Connection>,
    /// The result; absent = an object with the result of each node that nothing follows, by id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<ParameterValue>,
    /// Bounds of a run.
    #[serde(default, skip_serializing_if = "Settings::is_default")]
    pub settings: Settings,
}

/// One step: an action with its parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Node {
    /// Its name in expressions.
    pub id: NodeId,
    /// What it does.
    pub action: ActionReference,
    /// A name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The action's input.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, ParameterValue>,
    /// The action's credential slots → names of credentials.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub credentials: BTreeMap<SmolStr, CredentialName>,
    /// When a failed attempt is tried again; absent = as the action says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<RetryPolicy>,
    /// Limit of one attempt; absent = as the action says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<DurationText>,
    /// Limit of all attempts and the waits between them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<DurationText>,
}

/// `to` comes after `from`, if `when` holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Connection {
    /// The earlier node.
    pub from: NodeId,
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

    /// The identity of this very definition.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(self.canonical_json().as_bytes())
    }
}

// === impl Settings ===

impl Settings {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}
