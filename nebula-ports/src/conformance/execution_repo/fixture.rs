//! The words that the cases are written in.

use std::{sync::Arc, time::Duration};

use futures_util::TryStreamExt as _;
use serde_json::{Value, json};

use crate::{
    Scope,
    conformance::Cx,
    execution_repo::{ClaimRequest, CommitOutcome, ExecutionRepo, Renewal, StartOutcome, StoreError},
    model::{
        AttemptOutcome, Claimed, Digest, ExecutionId, ExecutionRecord, ExecutionStatus, Grants, HolderId, JournalEntry,
        JournalRecord, Lease, NewExecution, NextState, NodeId, Payload, Request, RequestId, Seq, StartKey, Transition,
        WorkflowId,
    },
    time::Timestamp,
};

pub(super) type Case = Cx<dyn ExecutionRepo>;

/// How long leases live, unless a case says otherwise.
pub(super) const TTL: Duration = Duration::from_secs(30);

/// A time to wake that has always passed.
pub(super) const LONG_AGO: Timestamp = Timestamp::from_micros(0);

pub(super) fn holder(name: &str) -> HolderId {
    HolderId(name.into())
}

pub(super) fn workflow(id: &str) -> WorkflowId {
    WorkflowId::new(id).expect("a slug")
}

pub(super) fn key(text: &str) -> StartKey {
    StartKey(text.into())
}

pub(super) fn cancel(reason: &str) -> Request {
    Request::Cancel { reason: reason.to_owned() }
}

pub(super) fn signal(name: &str) -> Request {
    Request::Signal { name: crate::model::SignalName::new(name).expect("a slug"), payload: Value::Null }
}

/// An entry of little weight, told apart by `n`.
pub(super) fn entry(n: u32) -> JournalEntry {
    JournalEntry::AttemptFinished {
        node: NodeId::new("step").expect("a name").into(),
        attempt: n,
        at: LONG_AGO,
        outcome: AttemptOutcome::Completed { output: Payload::Inline(Arc::new(json!({ "n": n }))), cached: false },
    }
}

pub(super) fn entry_with(output: Value) -> JournalEntry {
    finished_with(AttemptOutcome::Completed { output: Payload::Inline(Arc::new(output)), cached: false })
}

pub(super) fn finished_with(outcome: AttemptOutcome) -> JournalEntry {
    let node = NodeId::new("step").expect("a name").into();
    JournalEntry::AttemptFinished { node, attempt: 1, at: LONG_AGO, outcome }
}

pub(super) fn running() -> NextState {
    NextState::Running { status: ExecutionStatus::Running }
}

pub(super) fn waiting(wake_at: Option<Timestamp>) -> NextState {
    NextState::Park { status: ExecutionStatus::Waiting, wake_at, waiting_for: Some("a test".to_owned()) }
}

pub(super) fn finished() -> NextState {
    NextState::Finish { status: ExecutionStatus::Completed }
}

/// The outcome of a start that was accepted.
#[track_caller]
pub(super) fn started(outcome: Result<StartOutcome, StoreError>) -> (Option<Lease>, Seq) {
    match outcome {
        Ok(StartOutcome::Started { lease, seq }) => (lease, seq),
        other => panic!("expected the start to be accepted, got {other:?}"),
    }
}

#[track_caller]
pub(super) fn invalid<T: std::fmt::Debug>(outcome: Result<T, StoreError>) -> crate::Error {
    match outcome {
        Err(StoreError::Invalid(error)) => error,
        other => panic!("expected `Invalid`, got {other:?}"),
    }
}

#[track_caller]
pub(super) fn held(renewals: Vec<Renewal>) -> (Lease, Vec<RequestId>) {
    match <[Renewal; 1]>::try_from(renewals) {
        Ok([Renewal::Held { lease, inbox }]) => (lease, inbox.into_iter().map(|item| item.id).collect()),
        other => panic!("expected one lease to be held, got {other:?}"),
    }
}

/// The positions of a journal.
pub(super) fn positions(journal: &[JournalRecord]) -> Vec<u64> {
    journal.iter().map(|record| record.seq.0).collect()
}

impl Cx<dyn ExecutionRepo> {
    /// A start that parks, due at once.
    pub(super) fn new_execution(&self) -> NewExecution {
        let definition = Digest::of(b"definition");
        let plan = Digest::of(b"plan");
        NewExecution {
            id: self.ids.execution_id(),
            workflow: workflow("orders"),
            definition,
            plan,
            key: None,
            input: Digest::of(b"input"),
            entries: vec![JournalEntry::ExecutionStarted {
                at: LONG_AGO,
                workflow: workflow("orders"),
                definition,
                plan,
                input: Payload::Inline(Arc::new(json!({ "order": 1 }))),
                grants: Grants::default(),
                trigger: None,
            }],
            next: NextState::Park { status: ExecutionStatus::Pending, wake_at: Some(LONG_AGO), waiting_for: None },
            claim: None,
        }
    }

    /// A start that goes on under a lease of `by`.
    pub(super) fn new_running(&self, by: &str) -> NewExecution {
        NewExecution { next: running(), claim: Some((holder(by), TTL)), ..self.new_execution() }
    }

    /// An execution that runs under a lease of `by`, with one entry.
    pub(super) async fn running(&self, scope: &Scope, by: &str) -> Lease {
        let (lease, seq) = started(self.port.start(scope, self.new_running(by)).await);
        assert_eq!(seq, Seq(1), "a start with one entry ends at 1");
        lease.expect("a start with a claim gives a lease")
    }

    /// An execution that is parked with this time to wake, with one entry.
    pub(super) async fn parked(&self, scope: &Scope, wake_at: Option<Timestamp>) -> ExecutionId {
        let new = NewExecution { next: waiting(wake_at), ..self.new_execution() };
        let id = new.id;
        started(self.port.start(scope, new).await);
        id
    }

    /// The port's time.
    pub(super) async fn now(&self) -> Timestamp {
        let scope = self.fresh_scope();
        let new = NewExecution { next: finished(), ..self.new_execution() };
        let id = new.id;
        started(self.port.start(&scope, new).await);
        self.record(&scope, id).await.created_at
    }

    pub(super) async fn claim(&self, by: &str, limit: usize) -> Vec<Claimed> {
        let request = ClaimRequest { holder: holder(by), limit, ttl: TTL, only: None, revive: false };
        self.port.claim(request).await.expect("a claim works")
    }

    pub(super) async fn claim_by_name(&self, by: &str, id: ExecutionId) -> Option<Claimed> {
        let request = ClaimRequest { holder: holder(by), limit: 1, ttl: TTL, only: Some(id), revive: false };
        let mut claimed = self.port.claim(request).await.expect("a claim works");
        assert!(claimed.len() <= 1, "a claim by name took {claimed:?}");
        claimed.pop()
    }

    /// Claims an execution so that it goes on, whatever it is.
    pub(super) async fn revive(&self, by: &str, id: ExecutionId) -> Option<Claimed> {
        let request = ClaimRequest { holder: holder(by), limit: 1, ttl: TTL, only: Some(id), revive: true };
        self.port.claim(request).await.expect("a claim works").pop()
    }

    pub(super) fn transition(
        &self,
        lease: &Lease,
        expected: u64,
        entries: Vec<JournalEntry>,
        next: NextState,
    ) -> Transition {
        Transition {
            lease: lease.clone(),
            expected: Seq(expected),
            commit: self.ids.commit_id(),
            entries,
            consumed: Vec::new(),
            next,
        }
    }

    pub(super) async fn commit(&self, transition: Transition) -> Result<CommitOutcome, StoreError> {
        let mut answers = self.port.commit(vec![transition]).await;
        assert_eq!(answers.len(), 1, "one transition has one answer");
        answers.remove(0)
    }

    /// Commits what has to land.
    pub(super) async fn land(&self, transition: Transition) -> Seq {
        match self.commit(transition).await {
            Ok(CommitOutcome::Applied(seq)) => seq,
            other => panic!("expected the commit to land, got {other:?}"),
        }
    }

    pub(super) async fn request(&self, scope: &Scope, id: ExecutionId) -> RequestId {
        let request = self.ids.request_id();
        let outcome = self.port.request(scope, id, request, cancel("enough")).await.expect("a request works");
        assert_eq!(outcome, crate::execution_repo::RequestOutcome::Accepted);
        request
    }

    pub(super) async fn record(&self, scope: &Scope, id: ExecutionId) -> ExecutionRecord {
        self.port.get(scope, id).await.expect("a read works").expect("the execution is there")
    }

    pub(super) async fn journal(&self, scope: &Scope, id: ExecutionId) -> Vec<JournalRecord> {
        self.journal_after(scope, id, 0).await
    }

    pub(super) async fn journal_after(&self, scope: &Scope, id: ExecutionId, after: u64) -> Vec<JournalRecord> {
        self.port.journal(scope, id, Seq(after)).try_collect().await.expect("a journal can be read")
    }
}
