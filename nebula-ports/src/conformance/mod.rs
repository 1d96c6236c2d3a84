//! What a driver proves itself with: one suite of named cases for each port, and the runner that makes a test binary of
//! them.
//!
//! A driver has a test target `conformance` with `harness = false`, a [`Harness`] for each port it implements, and
//!
//! ```ignore
//! fn main() -> ExitCode {
//!     Run::default().suite(&execution_repo::SUITE, start).suite(&workflow_repo::SUITE, start_workflows).main()
//! }
//! ```
//!
//! Each case is one named test (`execution_repo::a_start_is_durable`), so filters and other runners work. It gets a
//! harness of its own, and time passes only when the case says so. A service that is not there makes its cases ignored,
//! with the variable to set as the reason; under `NEBULA_REQUIRE_SERVICES=1` it makes them fail.

pub mod blob_store;
pub mod execution_repo;
mod harness;
mod run;
pub mod secrets;
mod suite;
pub mod task_queue;
pub mod trigger_repo;
pub mod workflow_repo;

pub use harness::{Cx, Harness, RuntimeSpawner, Unavailable};
pub use run::{Run, Verdict};
pub use suite::{Case, Suite};

pub(crate) use suite::suite;
