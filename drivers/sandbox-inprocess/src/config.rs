//! What can be set.

use std::time::Duration;

use nebula_ports::time::DurationText;
use serde::{Deserialize, Serialize};

/// Settings of the sandbox; each has a default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Limit of establishing one connection, TLS included. Default 10 s.
    pub connect_timeout: DurationText,
    /// How long an unused connection is kept. Default 90 s.
    pub pool_idle_timeout: DurationText,
    /// How many connection pools are kept for addresses that are not public, each for one host and its addresses; the
    /// least recently used one goes first. Default 32. (All public addresses share one pool.)
    pub private_pools: usize,
    /// The `User-Agent` of requests that bring none. Default `nebula/<version>`.
    pub user_agent: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10).into(),
            pool_idle_timeout: Duration::from_secs(90).into(),
            private_pools: 32,
            user_agent: concat!("nebula/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}
