//! Executions, journals, definitions and triggers in a PostgreSQL database, shared by any number of processes.
//!
//! [`PostgresStorage::open`] gives an [`ExecutionRepo`](nebula_ports::execution_repo::ExecutionRepo), a
//! [`WorkflowRepo`](nebula_ports::workflow_repo::WorkflowRepo) and a
//! [`TriggerRepo`](nebula_ports::trigger_repo::TriggerRepo) over one schema of one database.
//!
//! - **The rules are those of every store.** A call locks the rows it is about, lets [`nebula_ports::execution_row`] or
//!   [`nebula_ports::trigger_row`] decide, and writes back in the same transaction. A commit of many executions is one
//!   transaction of a few statements, however many they are; rows are locked in the order of their ids, so that two
//!   processes never wait for each other.
//! - **Time is the server's.** Which of two writers may write is decided by fences, never by a clock.
//! - **Answers come in three kinds.** What certainly was not written is `NotApplied`; when the connection ends while the
//!   transaction is committed it is `OutcomeUnknown`, and the very same call tells.
//! - **The server may go and come back.** Connections are made anew when they are needed; no process has to be restarted.
//!
//! [`PostgresStorage::hints`] gives a [`TaskQueue`](nebula_ports::task_queue::TaskQueue) that reaches all processes by
//! `LISTEN` and `NOTIFY`.
//!
//! PostgreSQL 15 or newer. What was acknowledged is as durable as the server makes it: `synchronous_commit = off` is
//! overruled, `fsync = off` cannot be.

#![forbid(unsafe_code)]

mod connect;
mod error;
mod executions;
mod hints;
mod migrate;
mod options;
mod partitions;
mod pool;
mod row;
mod storage;
mod transaction;
mod triggers;
mod workflows;

pub use hints::{HintOptions, PostgresHints};
pub use options::PostgresOptions;
pub use storage::PostgresStorage;
