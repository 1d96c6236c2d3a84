//! What an engine is made of and set to.

use std::{sync::Arc, time::Duration};

use nebula_ports::{
    blob_store::BlobStore, clock::Clock, execution_repo::ExecutionRepo, ids::IdSource, model::ByteSize,
    sandbox::SandboxRunner, secrets::SecretsStore, spawn::Spawner, task_queue::TaskQueue, workflow_repo::WorkflowRepo,
};

/// The drivers an engine runs on. A composition root builds them.
#[derive(Debug, Clone)]
pub struct Ports {
    /// The truth.
    pub executions: Arc<dyn ExecutionRepo>,
    /// Definitions.
    pub workflows: Arc<dyn WorkflowRepo>,
    /// Hints.
    pub queue: Arc<dyn TaskQueue>,
    /// Large data.
    pub blobs: Arc<dyn BlobStore>,
    /// Secret material.
    pub secrets: Arc<dyn SecretsStore>,
    /// Where actions run.
    pub sandbox: Arc<dyn SandboxRunner>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Ids and randomness.
    pub ids: Arc<dyn IdSource>,
    /// Tasks.
    pub spawner: Arc<dyn Spawner>,
}

/// An engine's bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EngineConfig {
    /// Executions driven at one time; 256. Further ones wait in the repo.
    pub max_executions: usize,
    /// Attempts at one time, over all executions; 256.
    pub max_attempts_at_once: usize,
    /// How long a claim lasts without renewal; 30 s. A worker that died is replaced after this time.
    pub lease_ttl: Duration,
    /// Longest wait (retry, timer) held in memory; 1 s. For a longer one the execution is parked and costs nothing.
    pub longest_wait_in_memory: Duration,
    /// Limit of an attempt when neither node nor action names one; 10 min.
    pub default_timeout: Duration,
    /// How long a cancelled attempt may take to end before it is dropped; 10 s.
    pub cancel_grace: Duration,
    /// Largest input of an attempt, as JSON text, when the action names none; 256 MiB.
    pub max_input: ByteSize,
    /// Largest output of an attempt, as JSON text, when the action names none; 256 MiB.
    pub max_output: ByteSize,
    /// Room for results of pure actions that allow it, by their JSON text; 64 MiB. Those used longest ago go first.
    pub cache: ByteSize,
    /// How long a shutdown waits for attempts under way before it gives them up; 30 s.
    pub drain_deadline: Duration,
    /// How often an execution is taken up without anything coming of it before it is left as a dead letter; 5. 0 takes up
    /// nothing.
    pub max_claims_without_progress: u32,
    /// Longest time between two looks for due executions whose hints were lost; 30 s.
    pub sweep_interval: Duration,
}

impl Default for EngineConfig {
    fn default() -> Self {
        Self {
            max_executions: 256,
            max_attempts_at_once: 256,
            lease_ttl: Duration::from_secs(30),
            longest_wait_in_memory: Duration::from_secs(1),
            default_timeout: Duration::from_mins(10),
            cancel_grace: Duration::from_secs(10),
            max_input: ByteSize(256 << 20),
            max_output: ByteSize(256 << 20),
            cache: ByteSize(64 << 20),
            drain_deadline: Duration::from_secs(30),
            max_claims_without_progress: 5,
            sweep_interval: Duration::from_secs(30),
        }
    }
}
