//! The schema lock: what a package's actions take, give and need, written down, so that a change which breaks callers is
//! seen before they see it.
//!
//! A [`Lock`] is made of a [`Registry`] and kept in a file, `nebula.lock.json`, beside the code. [`Lock::compare`] says in
//! words what has changed, whether it breaks callers, and whether the interface versions say so: what breaks callers needs
//! a new major version, what is added needs a new minor one. Labels, descriptions, examples and hints for forms are no
//! part of it.
//!
//! `testing::assert_schema_lock` does this in a test, `nebula schema check OLD NEW` in a shell.
//!
//! ```
//! use nebula_sdk::{lock::Lock, prelude::*};
//!
//! mod before {
//!     use nebula_sdk::prelude::*;
//!     /// Greet somebody.
//!     #[nebula_sdk::action(id = "demo.greet", version = "1.0", pure)]
//!     pub async fn greet(/** Whom. */ name: String) -> Result<String> { Ok(format!("Hello {name}")) }
//! }
//!
//! /// Greet somebody.
//! #[nebula_sdk::action(id = "demo.greet", version = "1.0", pure)]
//! async fn greet(/** Whom. */ #[param(max_len = 20)] name: String) -> Result<String> { Ok(format!("Hello {name}")) }
//!
//! let old = Lock::of(&Registry::new().with::<before::Greet>());
//! let found = old.compare(&Lock::of(&Registry::new().with::<Greet>()));
//! assert!(!found.suffices());
//! assert_eq!(
//!     found.to_string(),
//!     "demo.greet@1: 1.0 has to become 2.0\n  breaking  input/name: texts have at most 20 characters\n"
//! );
//! ```

mod action;
mod change;
mod schema;
mod strip;

use std::{collections::BTreeMap, fmt};

use nebula_ports::model::{ActionDescriptor, InterfaceVersion};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use change::{Change, Comparison, Impact, Verdict};

use crate::Registry;

/// The version of the document's form.
const FORM: u32 = 1;

/// The interfaces of actions, at one time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lock {
    /// By id and major version, as in `http.request@1`.
    actions: BTreeMap<String, Locked>,
}

/// One action: its version, and all of its descriptor that callers can notice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Locked {
    version: InterfaceVersion,
    #[serde(flatten)]
    facts: Map<String, Value>,
}

/// A text is no lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidLock {
    message: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    nebula_lock: u32,
    actions: BTreeMap<String, Locked>,
}

// === impl Lock ===

impl Lock {
    /// The lock of a package's actions. Of two minor versions of one action, the newer one counts.
    #[must_use]
    pub fn of(registry: &Registry) -> Self {
        Self::from_descriptors(registry.iter().map(|action| action.descriptor()))
    }

    /// The lock of actions of which only the descriptors are at hand.
    #[must_use]
    pub fn from_descriptors<'d>(descriptors: impl IntoIterator<Item = &'d ActionDescriptor>) -> Self {
        let mut actions: BTreeMap<String, Locked> = BTreeMap::new();
        for descriptor in descriptors {
            let key = format!("{}@{}", descriptor.id, descriptor.version.major);
            if actions.get(&key).is_none_or(|known| known.version < descriptor.version) {
                actions.insert(key, Locked { version: descriptor.version, facts: action::facts(descriptor) });
            }
        }
        Self { actions }
    }

    /// Reads what [`Display`](fmt::Display) wrote.
    ///
    /// # Errors
    /// [`InvalidLock`] says what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, InvalidLock> {
        let document: Document = serde_json::from_str(text)
            .map_err(|error| InvalidLock { message: format!("this is no schema lock: {error}") })?;
        if document.nebula_lock != FORM {
            let message = format!(
                "this schema lock has the form {}, and this program reads {FORM}: make it anew",
                document.nebula_lock
            );
            return Err(InvalidLock { message });
        }
        Ok(Self { actions: document.actions })
    }

    /// What has changed from this one to `new`.
    #[must_use]
    pub fn compare(&self, new: &Self) -> Comparison {
        action::compare(&self.actions, &new.actions)
    }
}

/// The document: JSON with sorted keys, the same for the same actions on every machine.
impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let document = Document { nebula_lock: FORM, actions: self.actions.clone() };
        // Through `Value`, whose objects are sorted.
        let value = serde_json::to_value(&document).map_err(|_| fmt::Error)?;
        writeln!(f, "{value:#}")
    }
}

// === impl InvalidLock ===

impl fmt::Display for InvalidLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for InvalidLock {}

#[cfg(test)]
mod tests;
