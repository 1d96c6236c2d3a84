//! The data that an entry carries.

use super::{AttemptOutcome, ItemOutcome, JournalEntry, Payload};

impl JournalEntry {
    /// The data it carries, if it carries any: an input, an output, what a signal brought, what a pause kept.
    #[must_use]
    pub const fn payload_mut(&mut self) -> Option<&mut Payload> {
        match self {
            Self::ExecutionStarted { input: payload, .. }
            | Self::BlockStarted { input: payload, .. }
            | Self::BlockFinished { output: payload, .. }
            | Self::SignalReceived { payload, .. } => Some(payload),
            Self::AttemptFinished { outcome, .. } => match outcome {
                AttemptOutcome::Completed { output: payload, .. }
                | AttemptOutcome::Routed { output: payload, .. }
                | AttemptOutcome::CompletesAt { output: payload, .. }
                | AttemptOutcome::Paused { state: payload, .. } => Some(payload),
                AttemptOutcome::Retry { .. } | AttemptOutcome::Failed { .. } | AttemptOutcome::Cancelled => None,
            },
            Self::ItemFinished { outcome: ItemOutcome::Completed { output }, .. } => Some(output),
            Self::ExecutionFinished { output, .. } => output.as_mut(),
            Self::ItemFinished { outcome: ItemOutcome::Failed { .. }, .. }
            | Self::NodeSkipped { .. }
            | Self::NodeFailed { .. }
            | Self::AttemptStarted { .. }
            | Self::TimerFired { .. }
            | Self::NodeInDoubt { .. }
            | Self::NodeResolved { .. }
            | Self::CancelRequested { .. }
            | Self::DeadLettered { .. } => None,
        }
    }
}
