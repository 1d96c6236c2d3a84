//! The store as one process sees it: answers take their time, are lost, or never come because the process is cut off.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use nebula_ports::{
    Scope,
    clock::Clock,
    error::{Error, ErrorKind, Result},
    execution_repo::{
        ClaimRequest, CommitOutcome, ExecutionFilter, ExecutionRepo, Renewal, RequestOutcome, StartOutcome, StoreError,
    },
    model::{
        Claimed, ExecutionId, ExecutionRecord, JournalRecord, Lease, NewExecution, Request, RequestId, Seq, Transition,
    },
    time::Timestamp,
};

use crate::{chance::Chance, counters::Counters, outside::Outside};

/// A way to something outside of the process.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Chance,
    pub(crate) counters: Counters,
    /// Nothing comes through.
    pub(crate) is_cut: Arc<AtomicBool>,
    /// Nothing goes wrong any more.
    pub(crate) is_calm: Arc<AtomicBool>,
    /// What ends a process that reads it.
    pub(crate) poison: Poison,
    /// The process has read it.
    pub(crate) is_doomed: Arc<AtomicBool>,
}

/// An execution whose journal ends whatever process folds it. Clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Poison(Arc<Mutex<Option<ExecutionId>>>);

/// What becomes of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Fine,
    /// It does not arrive.
    Lost,
    /// It is done, and the answer does not arrive.
    Unheard,
}

/// The store at the end of a line.
pub(crate) struct RemoteStore {
    pub(crate) store: Arc<dyn ExecutionRepo>,
    pub(crate) outside: Outside,
    pub(crate) line: Line,
}

// === impl Line ===

impl Line {
    /// Most answers come soon, some late.
    pub(crate) async fn delay(&self) {
        let most = match self.chance.below(40) {
            0 => Duration::from_secs(4),
            1..=3 => Duration::from_millis(400),
            _ => Duration::from_millis(8),
        };
        let wait = self.chance.between(Duration::ZERO, most);
        self.clock.sleep_until(self.clock.now().plus(wait)).await;
    }

    pub(crate) fn is_calm(&self) -> bool {
        self.is_calm.load(Ordering::SeqCst)
    }

    pub(crate) fn is_cut(&self) -> bool {
        self.is_cut.load(Ordering::SeqCst)
    }

    fn fate(&self) -> Fate {
        if self.is_cut() {
            return Fate::Lost;
        }
        if self.is_calm() {
            return Fate::Fine;
        }
        match self.chance.below(60) {
            0 => Fate::Lost,
            1 => Fate::Unheard,
            _ => Fate::Fine,
        }
    }
}

pub(crate) fn unreachable() -> Error {
    Error::new(ErrorKind::Unavailable, "simulation.line", "the line is dead")
}

// === impl Poison ===

impl Poison {
    pub(crate) fn set(&self, id: Option<ExecutionId>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = id;
    }

    fn is(&self, id: ExecutionId) -> bool {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) == Some(id)
    }
}

// === impl RemoteStore ===

impl RemoteStore {
    /// A call that fails as a whole.
    async fn ask<T>(&self, unheard: &'static str, call: impl Future<Output = Result<T>>) -> Result<T> {
        self.line.delay().await;
        let fate = self.line.fate();
        if fate == Fate::Lost {
            return Err(unreachable());
        }
        let answer = call.await;
        self.line.delay().await;
        if fate == Fate::Unheard || self.line.is_cut() {
            self.line.counters.count(unheard);
            return Err(unreachable());
        }
        answer
    }
}

impl fmt::Debug for RemoteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RemoteStore")
    }
}

#[async_trait]
impl ExecutionRepo for RemoteStore {
    async fn start(&self, scope: &Scope, new: NewExecution) -> Result<StartOutcome, StoreError> {
        self.line.delay().await;
        let fate = self.line.fate();
        if fate == Fate::Lost {
            // Whoever asks cannot tell, but for a connection that never stood.
            return Err(if self.line.chance.one_in(2) {
                StoreError::NotApplied(unreachable())
            } else {
                StoreError::OutcomeUnknown(unreachable())
            });
        }
        let answer = self.store.start(scope, new).await;
        self.line.delay().await;
        if fate == Fate::Unheard || self.line.is_cut() {
            self.line.counters.count("answer of a start lost, applied");
            return Err(StoreError::OutcomeUnknown(unreachable()));
        }
        answer
    }

    async fn commit(&self, transitions: Vec<Transition>) -> Vec<Result<CommitOutcome, StoreError>> {
        let count = transitions.len();
        self.line.delay().await;
        let fate = self.line.fate();
        if fate == Fate::Lost {
            self.line.counters.count("answer of a commit lost, not applied");
            let is_known = self.line.chance.one_in(2);
            let lost = |_| {
                Err(if is_known {
                    StoreError::NotApplied(unreachable())
                } else {
                    StoreError::OutcomeUnknown(unreachable())
                })
            };
            return (0..count).map(lost).collect();
        }
        let stale = transitions.iter().map(|one| self.outside.is_stale(&one.lease)).collect::<Vec<_>>();
        let answers = self.store.commit(transitions).await;
        for (answer, is_stale) in answers.iter().zip(stale) {
            if is_stale && matches!(answer, Ok(CommitOutcome::Applied(_))) {
                self.outside.wrong("something written under an older claim has landed".to_owned());
            }
            match answer {
                Ok(CommitOutcome::Fenced { .. }) => self.line.counters.count("commit fenced"),
                Ok(CommitOutcome::AlreadyApplied(_)) => self.line.counters.count("commit recognised"),
                _ => {}
            }
        }
        self.line.delay().await;
        if fate == Fate::Unheard || self.line.is_cut() {
            self.line.counters.count("answer of a commit lost, applied");
            return (0..count).map(|_| Err(StoreError::OutcomeUnknown(unreachable()))).collect();
        }
        answers
    }

    async fn claim(&self, request: ClaimRequest) -> Result<Vec<Claimed>> {
        let claimed = self.ask("answer of a claim lost", self.store.claim(request)).await?;
        for claimed in &claimed {
            self.outside.claimed(claimed.record.id);
        }
        Ok(claimed)
    }

    async fn renew(&self, leases: &[Lease], ttl: Duration) -> Result<Vec<Renewal>> {
        let renewed = self.ask("answer of a renewal lost", self.store.renew(leases, ttl)).await?;
        for _ in renewed.iter().filter(|renewal| matches!(renewal, Renewal::Lost(_))) {
            self.line.counters.count("lease lost at renewal");
        }
        Ok(renewed)
    }

    async fn request(&self, scope: &Scope, id: ExecutionId, of: RequestId, request: Request) -> Result<RequestOutcome> {
        self.ask("answer of a request lost", self.store.request(scope, id, of, request)).await
    }

    async fn get(&self, scope: &Scope, id: ExecutionId) -> Result<Option<ExecutionRecord>> {
        self.ask("answer of a look lost", self.store.get(scope, id)).await
    }

    async fn list(&self, scope: &Scope, filter: &ExecutionFilter) -> Result<Vec<ExecutionRecord>> {
        self.ask("answer of a look lost", self.store.list(scope, filter)).await
    }

    fn journal(&self, scope: &Scope, id: ExecutionId, after: Seq) -> BoxStream<'static, Result<JournalRecord>> {
        if self.line.poison.is(id) {
            // What follows never happens: the process has this one step left.
            self.line.is_doomed.store(true, Ordering::SeqCst);
            return Box::pin(futures_util::stream::pending());
        }
        if self.line.fate() == Fate::Fine {
            return self.store.journal(scope, id, after);
        }
        self.line.counters.count("journal not read");
        Box::pin(futures_util::stream::once(async { Err(unreachable()) }))
    }

    async fn next_due(&self) -> Result<Option<Timestamp>> {
        self.ask("answer of a look lost", self.store.next_due()).await
    }
}
