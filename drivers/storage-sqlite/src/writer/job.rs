//! What callers ask of the writer, and what it answers.

use std::time::Duration;

use nebula_ports::{
    Error,
    execution_repo::{ClaimRequest, CommitOutcome, Renewal, RequestOutcome, StartOutcome, StoreError},
    execution_row::{CommitFacts, Encoded},
    model::{
        Claimed, CommitId, ExecutionId, InboxItem, Lease, NewExecution, NextState, RequestId, Seq, TenantId,
        Transition, Workflow,
    },
    workflow_repo::StoredWorkflow,
};
use tokio::sync::oneshot;

use super::triggers::{TriggerAnswer, TriggerJob};

/// One call, with the place for its answer.
#[derive(Debug)]
pub(crate) enum Job {
    Start(Box<Start>, oneshot::Sender<Result<StartOutcome, StoreError>>),
    Claim(ClaimRequest, oneshot::Sender<Result<Vec<Claimed>, Error>>),
    Renew {
        leases: Vec<Lease>,
        ttl: Duration,
        reply: oneshot::Sender<Result<Vec<Renewal>, Error>>,
    },
    Commit(Vec<Commit>, oneshot::Sender<Vec<Result<CommitOutcome, StoreError>>>),
    Request {
        tenant: TenantId,
        id: ExecutionId,
        item: InboxItem,
        reply: oneshot::Sender<Result<RequestOutcome, Error>>,
    },
    PutWorkflow {
        tenant: TenantId,
        definition: Box<Workflow>,
        reply: oneshot::Sender<Result<StoredWorkflow, Error>>,
    },
    Trigger(Box<TriggerJob>, oneshot::Sender<Result<TriggerAnswer, Error>>),
    /// The last one: what came before it is written, then the connection ends.
    Close(oneshot::Sender<Result<(), Error>>),
}

/// A start whose entries are encoded.
#[derive(Debug)]
pub(crate) struct Start {
    pub(crate) tenant: TenantId,
    pub(crate) new: NewExecution,
    /// Encoded by the caller, so that the writer does not have to.
    pub(crate) entries: Encoded,
}

/// A transition whose entries are encoded.
#[derive(Debug)]
pub(crate) struct Commit {
    pub(crate) lease: Lease,
    pub(crate) expected: Seq,
    pub(crate) commit: CommitId,
    pub(crate) entries: Encoded,
    pub(crate) consumed: Vec<RequestId>,
    pub(crate) next: NextState,
}

/// What the writer answers, before it is known whether it has landed.
#[derive(Debug)]
pub(crate) enum Answer {
    Start(Result<StartOutcome, StoreError>),
    Claim(Result<Vec<Claimed>, Error>),
    Renew(Vec<Renewal>),
    Commit(Vec<Result<CommitOutcome, StoreError>>),
    Request(Result<RequestOutcome, Error>),
    PutWorkflow(Box<StoredWorkflow>),
    Trigger(TriggerAnswer),
}

// === impl Job ===

impl Job {
    /// How many things it asks for that could be refused one by one.
    pub(crate) fn members(&self) -> usize {
        match self {
            Self::Commit(commits, _) => commits.len(),
            _ => 1,
        }
    }

    /// Gives the answer. Nobody may be waiting for it any more.
    pub(crate) fn answer(self, answer: Answer) {
        match (self, answer) {
            (Self::Start(_, reply), Answer::Start(answer)) => drop(reply.send(answer)),
            (Self::Claim(_, reply), Answer::Claim(answer)) => drop(reply.send(answer)),
            (Self::Renew { reply, .. }, Answer::Renew(answer)) => drop(reply.send(Ok(answer))),
            (Self::Commit(_, reply), Answer::Commit(answer)) => drop(reply.send(answer)),
            (Self::Request { reply, .. }, Answer::Request(answer)) => drop(reply.send(answer)),
            (Self::PutWorkflow { reply, .. }, Answer::PutWorkflow(answer)) => drop(reply.send(Ok(*answer))),
            (Self::Trigger(_, reply), Answer::Trigger(answer)) => drop(reply.send(Ok(answer))),
            // An answer of another sort is dropped with the reply: the caller learns that there is none.
            _ => {}
        }
    }

    /// Tells that it failed; `failure` makes the error, once for each answer there would have been.
    pub(crate) fn fail(self, landed: Landed, failure: impl Fn() -> Error) {
        let stored = || match landed {
            Landed::No => StoreError::NotApplied(failure()),
            Landed::Unknown => StoreError::OutcomeUnknown(failure()),
        };
        match self {
            Self::Start(_, reply) => drop(reply.send(Err(stored()))),
            Self::Claim(_, reply) => drop(reply.send(Err(failure()))),
            Self::Renew { reply, .. } => drop(reply.send(Err(failure()))),
            Self::Commit(commits, reply) => drop(reply.send(commits.iter().map(|_| Err(stored())).collect())),
            Self::Request { reply, .. } => drop(reply.send(Err(failure()))),
            Self::PutWorkflow { reply, .. } => drop(reply.send(Err(failure()))),
            Self::Trigger(_, reply) => drop(reply.send(Err(failure()))),
            Self::Close(reply) => drop(reply.send(Err(failure()))),
        }
    }
}

/// What is known of a transaction that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Landed {
    No,
    Unknown,
}

// === impl Commit ===

impl From<Transition> for Commit {
    fn from(transition: Transition) -> Self {
        let Transition { lease, expected, commit, entries, consumed, next } = transition;
        Self { lease, expected, commit, entries: Encoded::of(&entries), consumed, next }
    }
}

impl Commit {
    pub(crate) fn facts(&self) -> CommitFacts<'_> {
        CommitFacts {
            lease: &self.lease,
            expected: self.expected,
            commit: self.commit,
            entries: self.entries.texts.len(),
            oversize: self.entries.oversize,
            progress: self.entries.progress,
            next: &self.next,
        }
    }
}
