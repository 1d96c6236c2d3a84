//! Data as the journal carries it: in line while small, by reference when large.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Digest;

/// A blob by content.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BlobRef {
    /// BLAKE3 of the bytes.
    pub digest: Digest,
    /// Length in bytes.
    pub size: u64,
    /// Media type.
    pub mime: String,
}

/// A JSON value, in line or in the blob store.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Payload {
    /// The value itself, shared: journal, state and callers hold one copy.
    Inline(Arc<Value>),
    /// The value's JSON text, in the blob store.
    Blob(BlobRef),
}

impl Payload {
    /// Largest JSON text that a journal entry carries in line, in bytes.
    pub const INLINE_LIMIT: usize = 64 * 1024;

    /// The value, when it is in line.
    #[must_use]
    pub const fn inline(&self) -> Option<&Arc<Value>> {
        match self {
            Self::Inline(value) => Some(value),
            Self::Blob(_) => None,
        }
    }

    /// Whether both are the same data, in line or not: a reference names its content.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Inline(value), Self::Blob(blob)) | (Self::Blob(blob), Self::Inline(value)) => {
                Digest::of(value.to_string().as_bytes()) == blob.digest
            }
            _ => self == other,
        }
    }
}
