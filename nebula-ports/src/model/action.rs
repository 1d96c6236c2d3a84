//! What is known of an action without running it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::Value;
use smol_str::SmolStr;

use super::{
    ActionId, ActionLimits, CapabilityManifest, CredentialScheme, EffectClass, Listing, PortName, ResourceSlot,
    RetryPolicy, TriggerFacts,
};
use crate::time::DurationText;

/// Version of an action's interface: the same major is compatible when its minor is not smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InterfaceVersion {
    /// Changes that break callers.
    pub major: u32,
    /// Additions.
    pub minor: u32,
}

/// An action and the least interface version wanted, as in `http.request@1` (= `@1.0`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ActionReference {
    /// Which action.
    pub id: ActionId,
    /// The version.
    pub version: InterfaceVersion,
}

/// A text is no action reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidActionReference {
    message: String,
}

/// A place in an action where a credential goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialSlot {
    /// The name used in a node's `credentials`.
    pub name: SmolStr,
    /// The kind of credential, as in `http.auth`.
    pub credential: SmolStr,
    /// How it is sent.
    #[serde(default, skip_serializing_if = "CredentialScheme::is_custom")]
    pub scheme: CredentialScheme,
    /// What it is for.
    pub description: String,
    /// Whether a node must fill it.
    pub required: bool,
}

/// What an action is to the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionKind {
    /// A node that turns its input into its output.
    Simple,
    /// A node that may wait, go on in steps, or leave by a port.
    Process,
    /// No node: it is polled, and starts executions.
    Trigger,
}

/// Everything about an action but its code: what the planner, the catalogue and the documentation need.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ActionDescriptor {
    /// Its id.
    pub id: ActionId,
    /// Its interface version.
    pub version: InterfaceVersion,
    /// A short name for people.
    pub name: String,
    /// What it does.
    pub description: String,
    /// JSON Schema 2020-12 of its input (always an object).
    pub input_schema: Value,
    /// JSON Schema 2020-12 of its output; of one event, when it is a trigger.
    pub output_schema: Value,
    /// What makes it a trigger: it is polled and starts executions, and is no node.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<TriggerFacts>,
    /// Whether its node may wait, go on in steps, or leave by a port.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub process: bool,
    /// Its named outputs; an action that has any takes one whenever it completes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<PortName>,
    /// What it needs to be allowed.
    pub capabilities: CapabilityManifest,
    /// What repeating it may do, when nothing is known of its input.
    pub effect: EffectClass,
    /// Parameters whose values are part of the idempotency key, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub key: Vec<SmolStr>,
    /// Its credential slots.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credentials: Vec<CredentialSlot>,
    /// Its resource slots.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<ResourceSlot>,
    /// Retry when the node says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<RetryPolicy>,
    /// Limit of one attempt when the node says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<DurationText>,
    /// Bounds of its calls.
    #[serde(default, skip_serializing_if = "ActionLimits::is_empty")]
    pub limits: ActionLimits,
    /// How it is found and shown.
    #[serde(default, skip_serializing_if = "Listing::is_empty")]
    pub listing: Listing,
}

// === impl ActionKind ===

impl ActionKind {
    /// The word used in schemas.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::Process => "process",
            Self::Trigger => "trigger",
        }
    }
}

impl fmt::Display for ActionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

// === impl ActionDescriptor ===

impl ActionDescriptor {
    /// What it is to the engine.
    #[must_use]
    pub const fn kind(&self) -> ActionKind {
        match (&self.trigger, self.process) {
            (Some(_), _) => ActionKind::Trigger,
            (None, true) => ActionKind::Process,
            (None, false) => ActionKind::Simple,
        }
    }
}

// === impl InterfaceVersion ===

impl InterfaceVersion {
    /// `major.minor`.
    #[must_use]
    pub const fn new(major: u32, minor: u32) -> Self {
        Self { major, minor }
    }

    /// Whether this version serves a caller that wants `wanted`.
    #[must_use]
    pub const fn serves(self, wanted: Self) -> bool {
        self.major == wanted.major && self.minor >= wanted.minor
    }
}

impl fmt::Display for InterfaceVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl FromStr for InterfaceVersion {
    type Err = InvalidActionReference;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid =
            || InvalidActionReference { message: format!("`{text}` is no version: write `major` or `major.minor`") };
        let number = |part: &str| {
            (!part.is_empty() && part.len() <= 6 && part.bytes().all(|b| b.is_ascii_digit()))
                .then(|| part.parse().ok())
                .flatten()
                .ok_or_else(invalid)
        };
        let (major, minor) = text.split_once('.').unwrap_or((text, "0"));
        Ok(Self { major: number(major)?, minor: number(minor)? })
    }
}

// === impl ActionReference ===

impl fmt::Display for ActionReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.id, self.version)
    }
}

impl FromStr for ActionReference {
    type Err = InvalidActionReference;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (id, version) = text.split_once('@').ok_or_else(|| InvalidActionReference {
            message: format!("`{text}` names no version: write `{text}@1`"),
        })?;
        let id = ActionId::new(id).map_err(|error| InvalidActionReference { message: error.to_string() })?;
        Ok(Self { id, version: version.parse()? })
    }
}

// === impl InvalidActionReference ===

impl fmt::Display for InvalidActionReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for InvalidActionReference {}

macro_rules! serde_as_text {
    ($name:ident) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
            }
        }
    };
}

serde_as_text!(InterfaceVersion);
serde_as_text!(ActionReference);

#[cfg(test)]
mod tests;
