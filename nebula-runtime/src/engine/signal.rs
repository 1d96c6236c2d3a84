//! Sending signals to executions.

use std::fmt;

use nebula_ports::{
    Scope,
    error::Error,
    execution_repo::RequestOutcome,
    model::{ExecutionId, ExecutionStatus, Request, SignalName},
};
use serde_json::Value;

use super::Engine;

/// Why a signal was not accepted.
#[derive(Debug)]
#[non_exhaustive]
pub enum SignalError {
    /// There is no such execution.
    NotFound(ExecutionId),
    /// The execution has ended: nobody will wait for the signal any more.
    Closed(ExecutionId, ExecutionStatus),
    /// The payload is longer than [`Request::SIGNAL_LIMIT`].
    TooLarge {
        /// The length of its JSON text.
        bytes: usize,
    },
    /// The store could not be reached: the signal may or may not have been accepted.
    Store(Error),
}

// === impl Engine ===

impl Engine {
    /// Sends a signal to an execution, whoever drives it. Durable when it returns.
    ///
    /// It goes to the node that has waited for its name longest, and to that one only. When none does, it is kept for the
    /// first node that will; what nobody has waited for is dropped when the execution ends. Each call is a signal of its
    /// own: one that is sent twice comes twice.
    ///
    /// # Errors
    /// [`SignalError`]; nothing was accepted, except perhaps for [`SignalError::Store`].
    pub async fn signal(
        &self,
        scope: &Scope,
        id: ExecutionId,
        name: SignalName,
        payload: Value,
    ) -> Result<(), SignalError> {
        let bytes = payload.to_string().len();
        if bytes > Request::SIGNAL_LIMIT {
            return Err(SignalError::TooLarge { bytes });
        }
        match self.request(scope, id, Request::Signal { name, payload }).await {
            Ok(RequestOutcome::Accepted | RequestOutcome::AlreadyAccepted) => Ok(()),
            Ok(RequestOutcome::NotFound) => Err(SignalError::NotFound(id)),
            Ok(RequestOutcome::Closed(status)) => Err(SignalError::Closed(id, status)),
            Err(error) => Err(SignalError::Store(error)),
        }
    }
}

impl fmt::Display for SignalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound(id) => write!(f, "there is no execution {id}"),
            Self::Closed(id, status) => write!(f, "the execution {id} has ended: {status}"),
            Self::TooLarge { bytes } => write!(
                f,
                "the payload of a signal has at most {} bytes of JSON (64 KiB), this one has {bytes}",
                Request::SIGNAL_LIMIT
            ),
            Self::Store(error) => write!(f, "the signal may not have been accepted: {error}"),
        }
    }
}

impl std::error::Error for SignalError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Store(error) => Some(error),
            _ => None,
        }
    }
}
