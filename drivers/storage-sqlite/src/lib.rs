//! Executions, journals, definitions and triggers in one SQLite file.
//!
//! [`SqliteStorage::open`] gives an [`ExecutionRepo`](nebula_ports::execution_repo::ExecutionRepo), a
//! [`WorkflowRepo`](nebula_ports::workflow_repo::WorkflowRepo) and a
//! [`TriggerRepo`](nebula_ports::trigger_repo::TriggerRepo) over the same file.
//!
//! - **One writer.** A task owns the only connection that writes. It takes whatever waits in its queue, decides it in memory,
//!   and writes it in one transaction; answers are given after its `COMMIT` has reached the disk (`synchronous = FULL`).
//!   Nobody waits for a batch to fill.
//! - **Journals are chained.** Each entry has a value made of the one before it and of all that is stored of it, the execution's
//!   row has the last one; reading a journal checks it.
//! - **One process.** The lock file `<database>.lock` is held while the storage is open. [`SqliteStorage::open_read_only`]
//!   needs no lock and may be used beside it.
//! - **Files that are not understood stay as they are**: a damaged file, another program's, a newer version's. An older
//!   version's is brought up to date when it is opened for writing, in one transaction, and is not read before.
//!
//! Dropping a caller's future does not take back what it had asked for. [`SqliteStorage::close`] waits for what was accepted.

#![forbid(unsafe_code)]

mod connect;
mod copy;
mod error;
mod executions;
mod file;
mod journal;
mod lock;
mod migrate;
mod options;
mod readers;
mod row;
mod storage;
mod triggers;
mod workflows;
mod writer;

pub use copy::Copied;
pub use options::SqliteOptions;
pub use storage::SqliteStorage;
