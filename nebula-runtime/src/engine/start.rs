//! Starting executions.

use std::{fmt, sync::Arc};

use nebula_ports::{
    Scope,
    error::Error,
    execution_repo::StoreError,
    model::{
        Digest, ExecutionId, ExecutionStatus, Failure, Firing, Grants, JournalEntry, NewExecution, NextState, StartKey,
        Workflow,
    },
};
use serde_json::Value;
use tokio::sync::oneshot;

use super::{Engine, drive::Drive};
use crate::{
    catalogue::{Violation, defaults},
    execution::ExecutionState,
    layers::spill::spill,
    plan::ExecutionPlan,
};

/// What to start.
#[derive(Debug, Clone)]
pub struct StartRequest {
    /// The definition; stored under its digest before the start.
    pub definition: Arc<Workflow>,
    /// Its plan.
    pub plan: Arc<ExecutionPlan>,
    /// The input; checked against the workflow's schema.
    pub input: Value,
    /// What the run may do, from its start to its end.
    pub grants: Grants,
    /// The caller's key: the same key starts one execution of the workflow only.
    pub key: Option<StartKey>,
    /// The event that it is started by, when that is one of a trigger.
    pub trigger: Option<Firing>,
}

/// An accepted start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Started {
    /// The execution.
    pub id: ExecutionId,
    /// Whether an earlier start with the same key had made it.
    pub existing: bool,
}

/// Why a start was not accepted.
#[derive(Debug)]
pub enum StartError {
    /// The input does not fit the workflow's schema.
    InvalidInput(Vec<Violation>),
    /// The key belongs to this execution, which was started with another input.
    KeyReused(ExecutionId),
    /// The input could not be stored.
    Input(Failure),
    /// The store refused or could not be reached; nothing was accepted.
    Store(Error),
    /// The store did not answer: the start may or may not have been accepted. Start again with the same key.
    Unknown(Error),
    /// The engine is shutting down.
    ShuttingDown,
}

/// What became of a start's first commit.
#[derive(Debug)]
pub(crate) enum Accepted {
    Started,
    Existing(ExecutionId),
    KeyReused(ExecutionId),
    Failed(StoreError),
}

// === impl Engine ===

impl Engine {
    /// Starts an execution. Returns when it is durable; from then on it reaches an end, or waits for somebody.
    ///
    /// # Errors
    /// [`StartError`]: nothing was accepted, except for [`StartError::Unknown`].
    pub async fn start(&self, scope: &Scope, request: StartRequest) -> Result<Started, StartError> {
        self.start_as(self.shared.ports.ids.execution_id(), scope, request).await
    }

    pub(super) async fn start_as(
        &self,
        id: ExecutionId,
        scope: &Scope,
        request: StartRequest,
    ) -> Result<Started, StartError> {
        let StartRequest { definition, plan, mut input, grants, key, trigger } = request;
        if let Some(schema) = &plan.input {
            // What expressions read as given is given from here on, also in what is recorded.
            defaults::fill(schema.schema(), &mut input);
            let violations = schema.check(&input);
            if !violations.is_empty() {
                return Err(StartError::InvalidInput(violations));
            }
        }
        let shared = &self.shared;
        if shared.is_stopping() {
            return Err(StartError::ShuttingDown);
        }
        self.store_definition(scope, &definition).await?;
        shared.plans.keep(Arc::clone(&plan));

        let input_digest = Digest::of(input.to_string().as_bytes());
        let (input, loaded) =
            spill(shared.ports.blobs.as_ref(), scope, Arc::new(input)).await.map_err(StartError::Input)?;
        let started = JournalEntry::ExecutionStarted {
            at: shared.ports.clock.now(),
            workflow: plan.workflow.clone(),
            definition: plan.definition,
            plan: plan.digest,
            input,
            grants,
            trigger,
        };
        let mut state = ExecutionState::new(Arc::clone(&plan), id);
        // The first entry always fits.
        let _ = state.apply(&started);
        if let Some(value) = loaded {
            state.provide_input(value);
        }
        let mut new = NewExecution {
            id,
            workflow: plan.workflow.clone(),
            definition: plan.definition,
            plan: plan.digest,
            key,
            input: input_digest,
            entries: vec![started],
            next: NextState::Running { status: ExecutionStatus::Running },
            claim: Some((shared.holder.clone(), shared.config.lease_ttl)),
        };

        let Some(slot) = shared.reserve(id) else {
            // As many as may run do: it waits in the repo for whoever has room.
            new.claim = None;
            let wake_at = Some(shared.ports.clock.now());
            new.next = NextState::Park { status: ExecutionStatus::Pending, wake_at, waiting_for: None };
            let outcome = shared.ports.executions.start(scope, new).await;
            shared.hint(id).await;
            return answer(id, outcome.map_or_else(Accepted::Failed, Into::into));
        };
        let (accepted, told) = oneshot::channel();
        let drive = Drive::of_start(Arc::clone(shared), scope.clone(), state, new, accepted, slot.control);
        shared.spawn_drive(id, drive);
        match told.await {
            Ok(accepted) => answer(id, accepted),
            Err(_) => Err(StartError::ShuttingDown),
        }
    }

    /// Stores a definition unless this engine has done so before.
    async fn store_definition(&self, scope: &Scope, definition: &Workflow) -> Result<(), StartError> {
        let digest = definition.digest();
        if self.shared.plans.is_stored(scope, digest) {
            return Ok(());
        }
        self.shared.ports.workflows.put(scope, definition).await.map_err(StartError::Store)?;
        self.shared.plans.mark_stored(scope, digest);
        Ok(())
    }
}

fn answer(id: ExecutionId, accepted: Accepted) -> Result<Started, StartError> {
    match accepted {
        Accepted::Started => Ok(Started { id, existing: false }),
        Accepted::Existing(id) => Ok(Started { id, existing: true }),
        Accepted::KeyReused(id) => Err(StartError::KeyReused(id)),
        Accepted::Failed(StoreError::OutcomeUnknown(error)) => Err(StartError::Unknown(error)),
        Accepted::Failed(StoreError::NotApplied(error) | StoreError::Invalid(error)) => Err(StartError::Store(error)),
    }
}

impl From<nebula_ports::execution_repo::StartOutcome> for Accepted {
    fn from(outcome: nebula_ports::execution_repo::StartOutcome) -> Self {
        use nebula_ports::execution_repo::StartOutcome;
        match outcome {
            StartOutcome::Started { .. } => Self::Started,
            StartOutcome::Existing(id) => Self::Existing(id),
            StartOutcome::KeyReused(id) => Self::KeyReused(id),
        }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidInput(violations) => {
                write!(f, "the input does not fit the workflow's schema")?;
                for violation in violations {
                    let place = if violation.pointer.is_empty() { "/" } else { &violation.pointer };
                    write!(f, "; at {place}: {}", violation.message)?;
                }
                Ok(())
            }
            Self::KeyReused(id) => write!(f, "the key belongs to the execution {id}, which has another input"),
            Self::Input(failure) => write!(f, "the input cannot be stored: {failure}"),
            Self::Store(error) => write!(f, "the start was not accepted: {error}"),
            Self::Unknown(error) => write!(f, "it is not known whether the start was accepted: {error}"),
            Self::ShuttingDown => f.write_str("the engine is shutting down"),
        }
    }
}

impl std::error::Error for StartError {}
