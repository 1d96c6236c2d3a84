//! Environment variables.

use nebula_ports::host::Host;

use crate::Result;

/// The environment variables that an action may read.
#[derive(Debug, Clone, Copy)]
pub struct Env<'a> {
    host: &'a dyn Host,
}

// === impl Env ===

impl<'a> Env<'a> {
    pub(crate) fn new(host: &'a dyn Host) -> Self {
        Self { host }
    }

    /// The variable's value, `None` when it is not set.
    ///
    /// # Errors
    /// `Denied` without a grant for the name.
    pub fn get(&self, name: &str) -> Result<Option<String>> {
        Ok(self.host.env(name)?)
    }
}
