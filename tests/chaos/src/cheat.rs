//! Stores that do not keep to the protocol: the reading of the journals has to notice.

use std::{str::FromStr, sync::Arc, time::Duration};

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use nebula_ports::{
    Scope,
    error::Result,
    execution_repo::{
        ClaimRequest, CommitOutcome, ExecutionFilter, ExecutionRepo, Renewal, RequestOutcome, StartOutcome, StoreError,
    },
    model::{
        Claimed, ExecutionId, ExecutionRecord, JournalRecord, Lease, NewExecution, Request, RequestId, Seq, Transition,
    },
    time::Timestamp,
};

use crate::{store, world::sleep};

/// How long an eager store takes to do what it said it had done.
const LATER: u64 = 300;

/// What a store does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cheat {
    /// It says that a start is accepted before it is durable.
    Eager,
    /// A commit under an older claim lands, behind whatever the newer one has written.
    Unfenced,
}

/// The store with its fault.
#[derive(Debug)]
pub(crate) struct Cheating {
    pub(crate) store: Arc<dyn ExecutionRepo>,
    pub(crate) cheat: Cheat,
}

// === impl Cheat ===

impl Cheat {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Eager => "eager",
            Self::Unfenced => "unfenced",
        }
    }
}

impl FromStr for Cheat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Eager, Self::Unfenced]
            .into_iter()
            .find(|cheat| cheat.name() == text)
            .ok_or_else(|| format!("`{text}` is no fault: eager, unfenced"))
    }
}

// === impl Cheating ===

impl Cheating {
    /// Commits with the claim that it should have.
    async fn force(&self, transition: Transition, fence: nebula_ports::model::Fence) -> Option<CommitOutcome> {
        let scope = store::scope().ok()?;
        let record = self.store.get(&scope, transition.lease.execution).await.ok()??;
        let lease = Lease { fence, ..transition.lease };
        let forced = Transition { lease, expected: record.seq, ..transition };
        self.store.commit(vec![forced]).await.pop()?.ok()
    }
}

#[async_trait]
impl ExecutionRepo for Cheating {
    async fn start(&self, scope: &Scope, new: NewExecution) -> Result<StartOutcome, StoreError> {
        if self.cheat != Cheat::Eager {
            return self.store.start(scope, new).await;
        }
        let (id, store, scope) = (new.id, Arc::clone(&self.store), scope.clone());
        tokio::spawn(async move {
            sleep(LATER).await;
            let _ = store.start(&scope, new).await;
        });
        Ok(StartOutcome::Existing(id))
    }

    async fn commit(&self, transitions: Vec<Transition>) -> Vec<Result<CommitOutcome, StoreError>> {
        let mut outcomes = self.store.commit(transitions.clone()).await;
        if self.cheat == Cheat::Unfenced {
            for (outcome, transition) in outcomes.iter_mut().zip(transitions) {
                if let Ok(CommitOutcome::Fenced { by }) = outcome
                    && let Some(forced) = self.force(transition, *by).await
                {
                    *outcome = Ok(forced);
                }
            }
        }
        outcomes
    }

    async fn claim(&self, request: ClaimRequest) -> Result<Vec<Claimed>> {
        self.store.claim(request).await
    }

    async fn renew(&self, leases: &[Lease], ttl: Duration) -> Result<Vec<Renewal>> {
        let renewals = self.store.renew(leases, ttl).await?;
        if self.cheat != Cheat::Unfenced {
            return Ok(renewals);
        }
        // One that forgets who holds what says so to everybody.
        let all = renewals.into_iter().zip(leases);
        Ok(all
            .map(|(renewal, lease)| match renewal {
                Renewal::Lost(_) => Renewal::Held { lease: lease.clone(), inbox: Vec::new() },
                held @ Renewal::Held { .. } => held,
            })
            .collect())
    }

    async fn request(
        &self,
        scope: &Scope,
        id: ExecutionId,
        request_id: RequestId,
        request: Request,
    ) -> Result<RequestOutcome> {
        self.store.request(scope, id, request_id, request).await
    }

    async fn get(&self, scope: &Scope, id: ExecutionId) -> Result<Option<ExecutionRecord>> {
        self.store.get(scope, id).await
    }

    async fn list(&self, scope: &Scope, filter: &ExecutionFilter) -> Result<Vec<ExecutionRecord>> {
        self.store.list(scope, filter).await
    }

    fn journal(&self, scope: &Scope, id: ExecutionId, after: Seq) -> BoxStream<'static, Result<JournalRecord>> {
        self.store.journal(scope, id, after)
    }

    async fn next_due(&self) -> Result<Option<Timestamp>> {
        self.store.next_due().await
    }
}
