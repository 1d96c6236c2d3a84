//! Executions in memory: the reference that the drivers are compared with. Nothing outlives the process.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use futures_util::{
    StreamExt as _,
    stream::{self, BoxStream},
};

use crate::{
    Scope,
    clock::Clock,
    error::{Error, ErrorKind, Result},
    execution_repo::{
        ClaimRequest, CommitOutcome, ExecutionFilter, ExecutionRepo, Renewal, RequestOutcome, StartOutcome, StoreError,
    },
    execution_row::{CommitFacts, Encoded, ExecutionRow, Left, Place},
    model::{
        Claimed, ExecutionId, ExecutionRecord, Generation, InboxItem, JournalEntry, JournalRecord, Lease, NewExecution,
        Request, RequestId, Seq, StartKey, TenantId, Transition, WorkflowId,
    },
    time::Timestamp,
};

/// Entries that a journal stream reads at a time.
const PAGE: usize = 256;

/// Executions of one process. Clones share the data.
#[derive(Debug, Clone)]
pub struct MemoryExecutions {
    clock: Arc<dyn Clock>,
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug)]
struct Inner {
    generation: Generation,
    executions: BTreeMap<ExecutionId, Kept>,
    keys: HashMap<(TenantId, WorkflowId, StartKey), ExecutionId>,
    /// What may be claimed, by the time from which on: exactly the rows with a `due_at`.
    due: BTreeSet<(Timestamp, ExecutionId)>,
}

#[derive(Debug)]
struct Kept {
    row: ExecutionRow,
    journal: Vec<JournalRecord>,
    /// Requests that wait, in the order they came.
    inbox: Vec<InboxItem>,
    /// Every request ever accepted, until the end.
    accepted: HashSet<RequestId>,
}

// === impl MemoryExecutions ===

impl MemoryExecutions {
    /// An empty store that takes the time from `clock`.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let inner = Inner {
            generation: Generation::FIRST,
            executions: BTreeMap::new(),
            keys: HashMap::new(),
            due: BTreeSet::new(),
        };
        Self { clock, inner: Arc::new(Mutex::new(inner)) }
    }

    /// Makes it the next generation, as a restore does: leases from before write no more, and what they held is due.
    pub fn raise_generation(&self) {
        let mut inner = self.lock();
        let now = self.clock.now();
        inner.generation = inner.generation.next();
        let ids: Vec<ExecutionId> = inner.executions.keys().copied().collect();
        for id in ids {
            inner.change(id, |kept| kept.row.end_lease(now));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Nothing panics between two changes that belong together.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl ExecutionRepo for MemoryExecutions {
    async fn start(&self, scope: &Scope, new: NewExecution) -> Result<StartOutcome, StoreError> {
        let encoded = Encoded::of(&new.entries);
        let mut inner = self.lock();
        inner.start(scope.tenant(), new, &encoded, self.clock.now())
    }

    async fn claim(&self, request: ClaimRequest) -> Result<Vec<Claimed>> {
        let mut inner = self.lock();
        Ok(inner.claim(&request, self.clock.now()))
    }

    async fn renew(&self, leases: &[Lease], ttl: Duration) -> Result<Vec<Renewal>> {
        let mut inner = self.lock();
        let now = self.clock.now();
        Ok(leases.iter().map(|lease| inner.renew(lease, ttl, now)).collect())
    }

    async fn commit(&self, transitions: Vec<Transition>) -> Vec<Result<CommitOutcome, StoreError>> {
        let encoded: Vec<_> = transitions.iter().map(|transition| Encoded::of(&transition.entries)).collect();
        let mut inner = self.lock();
        let now = self.clock.now();
        let members = transitions.into_iter().zip(&encoded);
        members.map(|(transition, encoded)| inner.commit(transition, encoded, now)).collect()
    }

    async fn request(
        &self,
        scope: &Scope,
        id: ExecutionId,
        request_id: RequestId,
        request: Request,
    ) -> Result<RequestOutcome> {
        let mut inner = self.lock();
        Ok(inner.request(scope, id, InboxItem { id: request_id, request }, self.clock.now()))
    }

    async fn get(&self, scope: &Scope, id: ExecutionId) -> Result<Option<ExecutionRecord>> {
        Ok(self.lock().of(scope, id).map(|kept| kept.row.record.clone()))
    }

    async fn list(&self, scope: &Scope, filter: &ExecutionFilter) -> Result<Vec<ExecutionRecord>> {
        let limit = if filter.limit == 0 { 100 } else { filter.limit };
        let inner = self.lock();
        let records = inner.executions.values().rev().map(|kept| &kept.row.record);
        Ok(records
            .filter(|record| record.tenant == *scope.tenant())
            .filter(|record| filter.status.is_none_or(|status| record.status == status))
            .filter(|record| filter.workflow.as_ref().is_none_or(|workflow| record.workflow == *workflow))
            .filter(|record| filter.before.is_none_or(|before| record.id < before))
            .take(limit)
            .cloned()
            .collect())
    }

    fn journal(&self, scope: &Scope, id: ExecutionId, after: Seq) -> BoxStream<'static, Result<JournalRecord>> {
        let (store, scope) = (self.clone(), scope.clone());
        stream::unfold(after, move |after| {
            let page = store.lock().of(&scope, id).map(|kept| kept.page(after)).unwrap_or_default();
            let next = page.last().map(|record| record.seq);
            async move { next.map(|next| (stream::iter(page.into_iter().map(Ok)), next)) }
        })
        .flatten()
        .boxed()
    }

    async fn next_due(&self) -> Result<Option<Timestamp>> {
        Ok(self.lock().due.first().map(|(due, _)| *due))
    }
}

// === impl Inner ===

impl Inner {
    fn of(&self, scope: &Scope, id: ExecutionId) -> Option<&Kept> {
        self.executions.get(&id).filter(|kept| kept.row.record.tenant == *scope.tenant())
    }

    fn start(
        &mut self,
        tenant: &TenantId,
        new: NewExecution,
        encoded: &Encoded,
        now: Timestamp,
    ) -> Result<StartOutcome, StoreError> {
        if let Some(kept) = self.executions.get(&new.id) {
            return if kept.row.was_started_by(tenant, &new) {
                Ok(StartOutcome::Started {
                    lease: kept.row.lease_of_start(&new, self.generation),
                    seq: kept.row.record.seq,
                })
            } else {
                Err(StoreError::Invalid(id_is_taken(new.id)))
            };
        }
        let key = new.key.clone().map(|key| (tenant.clone(), new.workflow.clone(), key));
        if let Some(id) = key.as_ref().and_then(|key| self.keys.get(key)) {
            let same = self.executions.get(id).is_some_and(|kept| kept.row.input == new.input);
            return Ok(if same { StartOutcome::Existing(*id) } else { StartOutcome::KeyReused(*id) });
        }
        let (row, lease) = ExecutionRow::start(tenant.clone(), &new, encoded.oversize, self.generation, now)?;
        let seq = row.record.seq;
        self.keys.extend(key.map(|key| (key, new.id)));
        self.due.extend(row.due_at().map(|due| (due, new.id)));
        let mut kept = Kept { row, journal: Vec::new(), inbox: Vec::new(), accepted: HashSet::new() };
        kept.append(new.entries, encoded, now);
        self.executions.insert(new.id, kept);
        Ok(StartOutcome::Started { lease, seq })
    }

    fn claim(&mut self, request: &ClaimRequest, now: Timestamp) -> Vec<Claimed> {
        let ids: Vec<ExecutionId> = match request.only {
            Some(id) => vec![id],
            None => self.due.iter().take_while(|(due, _)| *due <= now).map(|(_, id)| *id).take(request.limit).collect(),
        };
        let generation = self.generation;
        ids.into_iter()
            .take(request.limit)
            .filter_map(|id| {
                self.change(id, |kept| {
                    kept.row.is_claimable(request, now).then(|| {
                        let lease = kept.row.claim(request, generation, now);
                        Claimed { record: kept.row.record.clone(), lease, inbox: kept.inbox.clone() }
                    })
                })
                .flatten()
            })
            .collect()
    }

    fn renew(&mut self, lease: &Lease, ttl: Duration, now: Timestamp) -> Renewal {
        let generation = self.generation;
        self.change(lease.execution, |kept| {
            let lease = kept.row.renew(lease, ttl, generation, now)?;
            Some(Renewal::Held { lease, inbox: kept.inbox.clone() })
        })
        .flatten()
        .unwrap_or(Renewal::Lost(lease.execution))
    }

    fn commit(
        &mut self,
        transition: Transition,
        encoded: &Encoded,
        now: Timestamp,
    ) -> Result<CommitOutcome, StoreError> {
        let (id, generation) = (transition.lease.execution, self.generation);
        self.change(id, |kept| {
            let left = kept.inbox.iter().filter(|item| !transition.consumed.contains(&item.id));
            let left = Left::of(left.map(|item| &item.request));
            let outcome = kept.row.commit(&CommitFacts::of(&transition, encoded), left, generation, now)?;
            if matches!(outcome, CommitOutcome::Applied(_)) {
                kept.inbox.retain(|item| !transition.consumed.contains(&item.id));
                kept.append(transition.entries, encoded, now);
                if kept.row.record.status.is_terminal() {
                    kept.inbox.clear();
                    kept.accepted.clear();
                }
            }
            Ok(outcome)
        })
        .unwrap_or_else(|| Err(StoreError::Invalid(unknown(id))))
    }

    fn request(&mut self, scope: &Scope, id: ExecutionId, item: InboxItem, now: Timestamp) -> RequestOutcome {
        if self.of(scope, id).is_none() {
            return RequestOutcome::NotFound;
        }
        self.change(id, |kept| {
            let status = kept.row.record.status;
            if status.is_terminal() {
                return RequestOutcome::Closed(status);
            }
            if !kept.accepted.insert(item.id) {
                return RequestOutcome::AlreadyAccepted;
            }
            kept.row.accept_request(&item.request, now);
            kept.inbox.push(item);
            RequestOutcome::Accepted
        })
        .unwrap_or(RequestOutcome::NotFound)
    }

    /// Changes an execution and keeps its place among those that fall due.
    fn change<T>(&mut self, id: ExecutionId, change: impl FnOnce(&mut Kept) -> T) -> Option<T> {
        let kept = self.executions.get_mut(&id)?;
        let before = kept.row.due_at();
        let result = change(kept);
        let after = kept.row.due_at();
        if before != after {
            if let Some(due) = before {
                self.due.remove(&(due, id));
            }
            self.due.extend(after.map(|due| (due, id)));
        }
        Some(result)
    }
}

// === impl Kept ===

impl Kept {
    /// Appends entries that the row already counts.
    fn append(&mut self, entries: Vec<JournalEntry>, encoded: &Encoded, now: Timestamp) {
        let places = self.row.append(&encoded.texts, now);
        self.journal.extend(
            entries.into_iter().zip(places).map(|(entry, Place { seq, fence, chain })| JournalRecord {
                seq,
                fence,
                recorded_at: now,
                entry,
                chain,
            }),
        );
    }

    fn page(&self, after: Seq) -> Vec<JournalRecord> {
        let from = usize::try_from(after.0).unwrap_or(usize::MAX).min(self.journal.len());
        self.journal[from..].iter().take(PAGE).cloned().collect()
    }
}

fn id_is_taken(id: ExecutionId) -> Error {
    Error::new(ErrorKind::AlreadyExists, "execution_repo.start", "another execution has this id")
        .with_context("execution", id)
}

fn unknown(id: ExecutionId) -> Error {
    Error::new(ErrorKind::NotFound, "execution_repo.commit", "there is no such execution").with_context("execution", id)
}
