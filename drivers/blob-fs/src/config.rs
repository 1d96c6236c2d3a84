//! What can be set.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Settings of the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The folder; created when it is not there.
    pub root: PathBuf,
}
