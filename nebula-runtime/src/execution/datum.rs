//! A payload with its value, when the value is in memory.

use std::sync::Arc;

use nebula_ports::model::Payload;
use serde_json::Value;

/// A recorded value: in line it is always at hand; a blob's has to be brought first.
#[derive(Debug, Clone, PartialEq)]
pub struct Datum {
    payload: Payload,
    loaded: Option<Arc<Value>>,
}

impl Datum {
    /// As the journal has it.
    #[must_use]
    pub fn recorded(payload: Payload) -> Self {
        let loaded = payload.inline().cloned();
        Self { payload, loaded }
    }

    /// What the journal keeps.
    #[must_use]
    pub const fn payload(&self) -> &Payload {
        &self.payload
    }

    /// The value, when it is in memory.
    #[must_use]
    pub const fn value(&self) -> Option<&Arc<Value>> {
        self.loaded.as_ref()
    }

    /// Hands in the value of a blob.
    pub fn provide(&mut self, value: Arc<Value>) {
        self.loaded = Some(value);
    }

    /// Lets go of a value that can be brought again.
    pub fn unload(&mut self) {
        if self.payload.inline().is_none() {
            self.loaded = None;
        }
    }
}
