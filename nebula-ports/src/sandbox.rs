//! Where actions run: in this process or in a component runtime, with the same checks.

use std::{collections::BTreeMap, fmt, sync::Arc};

use async_trait::async_trait;
use secrecy::SecretString;
use serde_json::Value;
use smol_str::SmolStr;
use tokio_util::sync::CancellationToken;

use crate::{
    action::{ActionOutput, ActionRef, Step},
    attempt_blobs::AttemptBlobs,
    host::Host,
    model::{ExecutionId, Failure, IdempotencyKey, NodeAddress, Permissions},
    progress::Pulse,
    resource::ResourceHandle,
    time::Timestamp,
};

/// One attempt, before the sandbox has built its doors.
pub struct SandboxCall {
    /// The run.
    pub execution: ExecutionId,
    /// The node.
    pub node: NodeAddress,
    /// 1, 2, …
    pub attempt: u32,
    /// Which step of the node it is.
    pub step: Step,
    /// The same for every attempt of this step of this node in this run.
    pub idempotency_key: IdempotencyKey,
    /// When the attempt began, as the journal has it.
    pub started_at: Timestamp,
    /// Asks the action to end.
    pub cancel: CancellationToken,
    /// Where it says that it is alive.
    pub pulse: Arc<dyn Pulse>,
    /// Slot → secret material.
    pub credentials: BTreeMap<SmolStr, SecretString>,
    /// The blobs that it may read, and where it puts others.
    pub blobs: Arc<AttemptBlobs>,
    /// Slot → what the attempt has until it ends.
    pub resources: BTreeMap<SmolStr, ResourceHandle>,
    /// What it may do: nothing else is reachable.
    pub permissions: Permissions,
    /// The input, fitting the action's schema.
    pub input: Value,
}

/// Runs actions so that they can do only what their call permits.
#[async_trait]
pub trait SandboxRunner: Send + Sync + fmt::Debug {
    /// Runs one attempt. A panic of the action is a [`Failure`] of kind `Bug`. Dropping the future ends the attempt.
    ///
    /// # Errors
    /// The action's failure, or the sandbox's own when the action broke a rule.
    async fn run(&self, action: &ActionRef, call: SandboxCall) -> Result<ActionOutput, Failure>;

    /// The doors of a resource, open as long as somebody holds them: what outlives an attempt goes through the same checks.
    fn host(&self, permissions: Permissions, blobs: Arc<AttemptBlobs>) -> Arc<dyn Host>;
}

impl fmt::Debug for SandboxCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxCall")
            .field("execution", &self.execution)
            .field("node", &self.node)
            .field("attempt", &self.attempt)
            .field("permissions", &self.permissions)
            .finish_non_exhaustive()
    }
}
