//! What the Nebula core expects of the world.
//!
//! This is the contract crate: the domain model as plain data ([`model`]), the port traits that drivers implement, the
//! erased action ([`action`]) and resource ([`resource`]), one error type ([`error`]), an in-memory reference implementation of every port
//! ([`memory`], the executable specification) and, with the feature `conformance`, the suites that every driver passes.
//! It has no heavy dependency and names no driver.
//!
//! | port | keeps | reference |
//! |---|---|---|
//! | [`ExecutionRepo`](execution_repo::ExecutionRepo) | executions and journals: the truth | [`memory::MemoryExecutions`] |
//! | [`WorkflowRepo`](workflow_repo::WorkflowRepo) | definitions | [`memory::MemoryWorkflows`] |
//! | [`TriggerRepo`](trigger_repo::TriggerRepo) | what is polled, and from where | [`memory::MemoryTriggers`] |
//! | [`TaskQueue`](task_queue::TaskQueue) | hints that may be lost | `memory::MemoryQueue` |
//! | [`BlobStore`](blob_store::BlobStore) | large data by content | `memory::MemoryBlobs` |
//! | [`SecretsStore`](secrets::SecretsStore) | secret material | `memory::MemorySecrets` |
//! | [`SandboxRunner`](sandbox::SandboxRunner), [`Host`](host::Host) | running actions, their doors | a driver |
//! | [`Clock`](clock::Clock), [`IdSource`](ids::IdSource), [`Spawner`](spawn::Spawner) | time, ids, tasks | [`memory::ManualClock`], [`memory::SeededIds`] |
//!
//! What every store does in the same way is written once, as pure functions: [`execution_row`], [`trigger_row`], [`chain`].
//!
//! Rules for drivers: implement the trait's prose, not only its types; map each foreign error in one exhaustive match;
//! take time from the [`Clock`](clock::Clock) or from the server, never from the system; hold no lock across an await;
//! prove yourself with the conformance suites.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod action;
pub mod attempt_blobs;
pub mod blob_store;
pub mod chain;
pub mod clock;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod diagnostic;
pub mod error;
pub mod execution_repo;
pub mod execution_row;
pub mod host;
pub mod ids;
pub mod memory;
pub mod model;
pub mod progress;
pub mod resource;
pub mod sandbox;
pub mod scope;
pub mod secrets;
pub mod spawn;
pub mod task_queue;
pub mod time;
pub mod trigger_repo;
pub mod trigger_row;
pub mod workflow_repo;

pub use error::{Error, ErrorKind, Result};
pub use scope::Scope;
