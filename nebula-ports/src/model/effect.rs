//! What an action may do to the world, and the key that makes repeating it harmless.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use smol_str::SmolStr;

use super::{Digest, ExecutionId, NodeAddress};

/// What repeating an attempt would do. There is no default that could hurt: an action that says nothing is
/// [`EffectClass::AtMostOnce`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EffectClass {
    /// No effect: runs again freely, and its journal entries ride with the next durable commit.
    Pure,
    /// Repeating with the same key has the effect once.
    Idempotent,
    /// Never run again blindly: after a crash in the middle the node is in doubt and waits for a decision.
    AtMostOnce,
}

/// The same for every attempt of one step of one node of one execution; 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IdempotencyKey(Digest);

// === impl EffectClass ===

impl EffectClass {
    /// Whether recovery may run an interrupted attempt again.
    #[must_use]
    pub const fn is_repeatable(self) -> bool {
        !matches!(self, Self::AtMostOnce)
    }

    /// The word used in definitions and schemas.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pure => "pure",
            Self::Idempotent => "idempotent",
            Self::AtMostOnce => "at_most_once",
        }
    }
}

impl fmt::Display for EffectClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

// === impl IdempotencyKey ===

impl IdempotencyKey {
    /// The key of `node` in `execution`: BLAKE3 over both, separated, under a domain of its own.
    #[must_use]
    pub fn of(execution: ExecutionId, node: &NodeAddress) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("nebula idempotency key v1");
        hasher.update(execution.as_uuid().as_bytes());
        hasher.update(node.to_string().as_bytes());
        Self(Digest::from_bytes(*hasher.finalize().as_bytes()))
    }

    /// The key of `node` in `execution` for these parameters: as [`of`](Self::of), with what the input has under each
    /// name. Without names it is the same as that.
    #[must_use]
    pub fn with_values(execution: ExecutionId, node: &NodeAddress, names: &[SmolStr], input: &Value) -> Self {
        if names.is_empty() {
            return Self::of(execution, node);
        }
        let mut hasher = blake3::Hasher::new_derive_key("nebula idempotency key with values v1");
        let mut part = |bytes: &[u8]| {
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        };
        part(execution.as_uuid().as_bytes());
        part(node.to_string().as_bytes());
        for name in names {
            part(name.as_bytes());
            // What is not there has no text; objects are sorted by name.
            let value = input.get(name.as_str()).map(Value::to_string).unwrap_or_default();
            part(value.as_bytes());
        }
        Self(Digest::from_bytes(*hasher.finalize().as_bytes()))
    }

    /// The key of a step of the node: each step may have an effect of its own. Step 0 has the node's.
    #[must_use]
    pub fn of_step(self, step: u32) -> Self {
        if step == 0 {
            return self;
        }
        let mut hasher = blake3::Hasher::new_derive_key("nebula idempotency key of a step v1");
        hasher.update(self.0.as_bytes());
        hasher.update(&step.to_le_bytes());
        Self(Digest::from_bytes(*hasher.finalize().as_bytes()))
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests;
