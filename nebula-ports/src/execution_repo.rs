//! Executions and their journals: the one source of truth.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use futures_util::stream::BoxStream;

use crate::{
    Scope,
    error::{Error, Result},
    model::{
        Claimed, ExecutionId, ExecutionRecord, ExecutionStatus, Fence, HolderId, InboxItem, JournalRecord, Lease,
        NewExecution, Request, RequestId, Seq, Transition,
    },
    time::Timestamp,
};

/// What became of a start.
#[derive(Debug, Clone, PartialEq)]
pub enum StartOutcome {
    /// Accepted and durable. With a claim in the start: the lease.
    Started {
        /// The lease, when the start asked for one.
        lease: Option<Lease>,
        /// The last entry written.
        seq: Seq,
    },
    /// The key had started this execution before, with the same input.
    Existing(ExecutionId),
    /// The key had started this execution before, with another input.
    KeyReused(ExecutionId),
}

/// What to claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimRequest {
    /// Who claims.
    pub holder: HolderId,
    /// At most so many.
    pub limit: usize,
    /// For how long.
    pub ttl: Duration,
    /// Only this execution, and whenever its lease allows, also before its `wake_at`; `None` = whatever is due.
    pub only: Option<ExecutionId>,
    /// Somebody has looked and wants it to go on: a dead letter is claimed too and becomes an execution like any other, and its
    /// claims without progress are counted anew. Counts with `only`.
    pub revive: bool,
}

/// What became of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommitOutcome {
    /// It landed; the journal's last entry.
    Applied(Seq),
    /// The same commit had landed before; the journal's last entry.
    AlreadyApplied(Seq),
    /// A later claim exists: nothing written under this lease can land any more.
    Fenced {
        /// The later claim.
        by: Fence,
    },
    /// The journal is not where the writer thinks.
    Conflict {
        /// Where the writer thought.
        expected: Seq,
        /// Where it is.
        actual: Seq,
    },
    /// The execution has ended.
    Closed(ExecutionStatus),
}

/// Why a commit has no outcome.
#[derive(Debug)]
pub enum StoreError {
    /// It did not land; the same commit may be sent again.
    NotApplied(Error),
    /// It may or may not have landed: send the very same commit again, its id tells.
    OutcomeUnknown(Error),
    /// It can never land: an illegal status change, an entry that is too large.
    Invalid(Error),
}

/// What became of one lease at renewal.
#[derive(Debug, Clone, PartialEq)]
pub enum Renewal {
    /// Held until the new time; these requests wait.
    Held {
        /// The lease with its new end.
        lease: Lease,
        /// Requests not dealt with yet.
        inbox: Vec<InboxItem>,
    },
    /// Somebody else has it, or the execution has ended.
    Lost(ExecutionId),
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestOutcome {
    /// Durable; the holder deals with it, or whoever claims next.
    Accepted,
    /// The same request id had been accepted before.
    AlreadyAccepted,
    /// There is no such execution in this scope.
    NotFound,
    /// It has ended.
    Closed(ExecutionStatus),
}

/// Which executions to list: newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExecutionFilter {
    /// Only with this status.
    pub status: Option<ExecutionStatus>,
    /// Only of this workflow.
    pub workflow: Option<crate::model::WorkflowId>,
    /// Only older than this one (for paging).
    pub before: Option<ExecutionId>,
    /// At most so many; 0 means 100.
    pub limit: usize,
}

/// Executions: one writer each, an append-only journal, leases with fences.
///
/// - **Atomic**: a start and a commit land whole or not at all, also across a crash.
/// - **Durable**: an answer is given when a crash of the machine cannot undo it.
/// - **Fenced**: what is written under a lease that is not the last one does not land, whatever the time; nor what is written
///   under a lease of an earlier [`Generation`](crate::model::Generation) of the store.
/// - **Gapless**: a journal's positions are 1, 2, 3, … without holes.
/// - Statuses change only as [`ExecutionStatus::TRANSITIONS`] allows, else [`StoreError::Invalid`].
#[async_trait]
pub trait ExecutionRepo: Send + Sync + fmt::Debug {
    /// Accepts an execution: row and first entries in one transaction. The same key in the same tenant and workflow
    /// starts one execution only.
    ///
    /// # Errors
    /// [`StoreError`] as for [`commit`](Self::commit); the id makes a repeated start recognisable: it is `Started` again.
    async fn start(&self, scope: &Scope, new: NewExecution) -> Result<StartOutcome, StoreError>;

    /// Claims what is due: not ended, `wake_at` passed (or a request waiting), no live lease. Each gets the next fence.
    /// The longest due come first. A dead letter is due only to be cancelled.
    ///
    /// # Errors
    /// When the store cannot be reached; nothing is claimed then, or it falls due again when the lease ends.
    async fn claim(&self, request: ClaimRequest) -> Result<Vec<Claimed>>;

    /// Prolongs leases, in one statement. The answer has one member for each lease, in their order.
    ///
    /// # Errors
    /// When the store cannot be reached; the leases then run out by themselves.
    async fn renew(&self, leases: &[Lease], ttl: Duration) -> Result<Vec<Renewal>>;

    /// Commits transitions of different executions in one transaction. Each member stands alone: one that is refused does
    /// not touch the others. The answer has one member for each, in their order.
    async fn commit(&self, transitions: Vec<Transition>) -> Vec<Result<CommitOutcome, StoreError>>;

    /// Asks something of an execution. Needs no lease. A parked execution becomes due at once; a dead letter only by being
    /// cancelled, everything else waits until it is revived.
    ///
    /// # Errors
    /// When the store cannot be reached; the same id may be sent again.
    async fn request(
        &self,
        scope: &Scope,
        id: ExecutionId,
        request_id: RequestId,
        request: Request,
    ) -> Result<RequestOutcome>;

    /// The row, if it exists in this scope.
    ///
    /// # Errors
    /// When the store cannot be reached or the row cannot be read.
    async fn get(&self, scope: &Scope, id: ExecutionId) -> Result<Option<ExecutionRecord>>;

    /// Rows, newest first.
    ///
    /// # Errors
    /// When the store cannot be reached or a row cannot be read.
    async fn list(&self, scope: &Scope, filter: &ExecutionFilter) -> Result<Vec<ExecutionRecord>>;

    /// The journal after position `after` ([`Seq`] 0 = from the start), in order, without holding it in memory.
    /// Ends at the entry that was last when the call was made, or later. An unknown execution has an empty journal.
    ///
    /// What is read is checked against its [`chain`](crate::chain): where it is damaged the stream ends with a
    /// [`Corrupt`](crate::ErrorKind::Corrupt) error that names the execution, the position and what is wrong.
    fn journal(&self, scope: &Scope, id: ExecutionId, after: Seq) -> BoxStream<'static, Result<JournalRecord>>;

    /// When the next execution without a live lease falls due, or the next lease runs out, if any.
    ///
    /// # Errors
    /// When the store cannot be reached.
    async fn next_due(&self) -> Result<Option<Timestamp>>;
}

impl StoreError {
    /// The error inside.
    #[must_use]
    pub const fn error(&self) -> &Error {
        match self {
            Self::NotApplied(error) | Self::OutcomeUnknown(error) | Self::Invalid(error) => error,
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotApplied(_) => f.write_str("nothing was written: ")?,
            Self::OutcomeUnknown(_) => f.write_str("it is not known whether it was written: ")?,
            Self::Invalid(_) => f.write_str("it can never be written: ")?,
        }
        fmt::Display::fmt(self.error(), f)
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.error())
    }
}
