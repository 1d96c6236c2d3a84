//! Stores that do not keep to the protocol: the simulation has to notice.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use nebula_ports::{
    Scope,
    error::Result,
    execution_repo::{
        ClaimRequest, CommitOutcome, ExecutionFilter, ExecutionRepo, Renewal, RequestOutcome, StartOutcome, StoreError,
    },
    model::{
        Claimed, ExecutionId, ExecutionRecord, InboxItem, JournalRecord, Lease, NewExecution, Request, RequestId, Seq,
        Transition,
    },
    time::Timestamp,
};

/// What the store leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mutant {
    /// A commit is not asked for the fence of its claim.
    NoFence,
    /// A commit is not asked where it belongs either: running goes to running.
    StatusOnlyCas,
    /// The same start key starts another execution.
    NoUniqueStart,
    /// Nothing is found that no hint tells of.
    QueueAsTruth,
    /// Requests are gone once they have been read.
    AckBeforeCommit,
    /// Claims are counted, and whatever comes of them.
    CountNeverReset,
    /// Nobody is told how often an execution was claimed.
    NeverPutAway,
}

impl Mutant {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::NoFence,
        Self::StatusOnlyCas,
        Self::NoUniqueStart,
        Self::QueueAsTruth,
        Self::AckBeforeCommit,
        Self::CountNeverReset,
        Self::NeverPutAway,
    ];
}

/// The store with something left out.
pub(crate) struct MutantStore {
    pub(crate) store: Arc<dyn ExecutionRepo>,
    pub(crate) scope: Scope,
    pub(crate) mutant: Mutant,
    read: Mutex<BTreeSet<RequestId>>,
    claims: Mutex<BTreeMap<ExecutionId, u32>>,
}

// === impl MutantStore ===

impl MutantStore {
    pub(crate) fn new(store: Arc<dyn ExecutionRepo>, scope: Scope, mutant: Mutant) -> Self {
        Self { store, scope, mutant, read: Mutex::default(), claims: Mutex::default() }
    }

    /// What is left of an inbox.
    fn unread(&self, inbox: Vec<InboxItem>) -> Vec<InboxItem> {
        if self.mutant != Mutant::AckBeforeCommit {
            return inbox;
        }
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        inbox.into_iter().filter(|item| read.insert(item.id)).collect()
    }

    fn miscount(&self, record: &mut ExecutionRecord) {
        match self.mutant {
            Mutant::CountNeverReset => {
                let mut claims = self.claims.lock().unwrap_or_else(PoisonError::into_inner);
                let count = claims.entry(record.id).or_default();
                *count += 1;
                record.claims_without_progress = *count;
            }
            Mutant::NeverPutAway => record.claims_without_progress = 1,
            _ => {}
        }
    }

    async fn loosened(&self, mut transition: Transition) -> Transition {
        let is_loose = matches!(self.mutant, Mutant::NoFence | Mutant::StatusOnlyCas);
        if is_loose && let Ok(Some(record)) = self.store.get(&self.scope, transition.lease.execution).await {
            transition.lease.fence = record.fence;
            if self.mutant == Mutant::StatusOnlyCas {
                transition.expected = record.seq;
            }
        }
        transition
    }
}

impl fmt::Debug for MutantStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MutantStore({:?})", self.mutant)
    }
}

#[async_trait]
impl ExecutionRepo for MutantStore {
    async fn start(&self, scope: &Scope, mut new: NewExecution) -> Result<StartOutcome, StoreError> {
        if self.mutant == Mutant::NoUniqueStart {
            new.key = None;
        }
        self.store.start(scope, new).await
    }

    async fn commit(&self, transitions: Vec<Transition>) -> Vec<Result<CommitOutcome, StoreError>> {
        let mut loosened = Vec::with_capacity(transitions.len());
        for transition in transitions {
            loosened.push(self.loosened(transition).await);
        }
        self.store.commit(loosened).await
    }

    async fn claim(&self, request: ClaimRequest) -> Result<Vec<Claimed>> {
        if self.mutant == Mutant::QueueAsTruth && request.only.is_none() {
            return Ok(Vec::new());
        }
        let mut claimed = self.store.claim(request).await?;
        for claimed in &mut claimed {
            claimed.inbox = self.unread(std::mem::take(&mut claimed.inbox));
            self.miscount(&mut claimed.record);
        }
        Ok(claimed)
    }

    async fn renew(&self, leases: &[Lease], ttl: Duration) -> Result<Vec<Renewal>> {
        let mut renewals = self.store.renew(leases, ttl).await?;
        for renewal in &mut renewals {
            if let Renewal::Held { inbox, .. } = renewal {
                *inbox = self.unread(std::mem::take(inbox));
            }
        }
        Ok(renewals)
    }

    async fn request(&self, scope: &Scope, id: ExecutionId, of: RequestId, request: Request) -> Result<RequestOutcome> {
        self.store.request(scope, id, of, request).await
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
