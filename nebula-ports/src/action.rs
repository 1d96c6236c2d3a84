//! The erased half of an action: all that the runtime and a sandbox see of user code.

use std::{collections::BTreeMap, fmt, sync::Arc};

use async_trait::async_trait;
use secrecy::SecretString;
use serde_json::Value;
use smol_str::SmolStr;
use tokio_util::sync::CancellationToken;

use crate::{
    host::Host,
    model::{
        ActionDescriptor, EffectClass, ExecutionId, Failure, IdempotencyKey, NodeAddress, PollOutput, PortName, WakeOn,
    },
    progress::Pulse,
    resource::{ArcResource, ResourceHandle},
    time::Timestamp,
};

/// An action with its types erased.
#[async_trait]
pub trait DynAction: Send + Sync {
    /// All that is known of it without running it.
    fn descriptor(&self) -> &ActionDescriptor;

    /// What repeating it with this input may do. The input fits the schema.
    fn effect(&self, input: &Value) -> EffectClass {
        let _ = input;
        self.descriptor().effect
    }

    /// Reads the input and lets it go: what an action has against an input that fits the schema is known before the run.
    ///
    /// # Errors
    /// What [`run`](Self::run) would fail with before it does anything.
    fn check(&self, input: &Value) -> Result<(), Failure> {
        let _ = input;
        Ok(())
    }

    /// The resources that its slots name.
    fn resources(&self) -> Vec<ArcResource> {
        Vec::new()
    }

    /// Runs it once. The input fits the schema.
    ///
    /// Dropping the future ends the attempt; cancellation is asked for first through [`CallContext::cancel`].
    ///
    /// # Errors
    /// A [`Failure`], classified by the action.
    async fn run(&self, input: Value, context: CallContext) -> Result<ActionOutput, Failure>;
}

/// A shared erased action.
pub type ArcAction = Arc<dyn DynAction>;

/// What a sandbox is asked to run.
#[derive(Clone)]
#[non_exhaustive]
pub enum ActionRef {
    /// Rust code linked into this process.
    Native(ArcAction),
}

/// What an action gave back.
#[derive(Debug, Clone, PartialEq)]
pub enum ActionOutput {
    /// Its result.
    Done(Value),
    /// Its result, valid from a time on: the node waits durably, without a task or memory, and then completes.
    DoneAt(Timestamp, Value),
    /// Its result, and the port it leaves by.
    Route(PortName, Value),
    /// More is to be done, in a step of its own: the node waits durably, without a task or memory, and is then called
    /// again with this state.
    Paused {
        /// When it goes on.
        wake: WakeOn,
        /// What the next step is given.
        state: Value,
    },
    /// What a poll of a trigger has found.
    Polled(PollOutput),
}

/// Which step of its node a call is, and what the step before left. The poll of a trigger is a first step, with its cursor
/// as the state.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Step {
    /// How often the node has paused: 0 for the first step.
    pub number: u32,
    /// The state that the last pause kept.
    pub state: Option<Arc<Value>>,
    /// Why it goes on.
    pub cause: StepCause,
}

/// Why a step began.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum StepCause {
    /// It is the node's first.
    #[default]
    First,
    /// The last step asked to go on at once.
    Continued,
    /// The time has come.
    Time,
    /// The signal has come, with this payload.
    Signal(Arc<Value>),
    /// The deadline has come, and the signal has not.
    Deadline,
}

/// One attempt, as its action sees it. Holds only what was declared and granted.
#[derive(Clone)]
pub struct CallContext {
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
    /// When the attempt began, as the journal has it: the same when replayed.
    pub started_at: Timestamp,
    /// Asks the action to end.
    pub cancel: CancellationToken,
    /// Where it says that it is alive.
    pub pulse: Arc<dyn Pulse>,
    /// Slot → secret material.
    pub credentials: BTreeMap<SmolStr, SecretString>,
    /// Slot → what the attempt has until it ends.
    pub resources: BTreeMap<SmolStr, ResourceHandle>,
    /// The doors to the world, each checked at every use.
    pub host: Arc<dyn Host>,
}

// === impl ActionRef ===

impl ActionRef {
    /// What is known of the action.
    #[must_use]
    pub fn descriptor(&self) -> &ActionDescriptor {
        match self {
            Self::Native(action) => action.descriptor(),
        }
    }

    /// See [`DynAction::check`].
    ///
    /// # Errors
    /// As there.
    pub fn check(&self, input: &Value) -> Result<(), Failure> {
        match self {
            Self::Native(action) => action.check(input),
        }
    }

    /// See [`DynAction::resources`].
    #[must_use]
    pub fn resources(&self) -> Vec<ArcResource> {
        match self {
            Self::Native(action) => action.resources(),
        }
    }

    /// See [`DynAction::effect`].
    #[must_use]
    pub fn effect(&self, input: &Value) -> EffectClass {
        match self {
            Self::Native(action) => action.effect(input),
        }
    }
}

impl fmt::Debug for ActionRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let descriptor = self.descriptor();
        write!(f, "ActionRef({}@{})", descriptor.id, descriptor.version)
    }
}

impl fmt::Debug for CallContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallContext")
            .field("execution", &self.execution)
            .field("node", &self.node)
            .field("attempt", &self.attempt)
            .finish_non_exhaustive()
    }
}
