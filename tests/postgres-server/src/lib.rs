//! A PostgreSQL server for tests: the one that `NEBULA_TEST_POSTGRES` names, or one of its own in a folder of its own, on
//! loopback, that ends with the process that started it, however that ends.
//!
//! Tests that may run on any server take [`shared`]; those that stop theirs take [`Server::start`].

#![forbid(unsafe_code)]

mod programs;
mod server;

use std::{
    fmt,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

pub use server::{Durability, Server};

/// The URL of a server whose contents do not matter.
pub const VARIABLE: &str = "NEBULA_TEST_POSTGRES";

/// Set to `1` where every service must be there: what would be ignored fails.
const REQUIRE_SERVICES: &str = "NEBULA_REQUIRE_SERVICES";

/// There is no server, and none can be started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absent(pub(crate) String);

/// The URL of the server that all tests of this process share.
///
/// # Errors
/// [`Absent`], with what was tried.
pub fn shared() -> Result<&'static str, Absent> {
    static URL: OnceLock<Result<(String, Option<Server>), Absent>> = OnceLock::new();
    let found = URL.get_or_init(|| match std::env::var(VARIABLE) {
        Ok(url) if !url.is_empty() => Ok((url, None)),
        _ => Server::start(Durability::None).map(|server| (server.url(), Some(server))),
    });
    found.as_ref().map(|(url, _)| url.as_str()).map_err(Clone::clone)
}

/// Whether the programs of a server are on this machine, so that one can be started.
#[must_use]
pub fn is_installed() -> bool {
    programs::Programs::find().is_ok()
}

/// What a test does without a server: it says why, and gives up.
///
/// # Panics
/// Where every service must be there (`NEBULA_REQUIRE_SERVICES=1`).
#[expect(clippy::print_stderr, reason = "whoever reads a test's output has to see that it did not run")]
pub fn or_skip<T>(found: Result<T, Absent>) -> Option<T> {
    match found {
        Ok(found) => Some(found),
        Err(absent) if std::env::var_os(REQUIRE_SERVICES).is_some_and(|value| value == "1") => {
            panic!("{absent}; {REQUIRE_SERVICES} says that every service must be there")
        }
        Err(absent) => {
            eprintln!("not run: {absent}");
            None
        }
    }
}

/// The name of a schema that nobody else uses.
#[must_use]
pub fn fresh_schema() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    #[expect(clippy::disallowed_methods, reason = "a process before this one may have had the same number")]
    let micros = std::time::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_micros());
    format!("t_{micros}_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

// === impl Absent ===

impl Absent {
    /// What was tried, and what came of it.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Absent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; set {VARIABLE}", self.0)
    }
}

impl std::error::Error for Absent {}
