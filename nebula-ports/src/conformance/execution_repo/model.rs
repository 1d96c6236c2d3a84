//! The differential case: random operations on the port and on the in-memory reference have the same results.
//!
//! `NEBULA_SEED=n` repeats one sequence, `NEBULA_SEEDS=n` runs so many.

use std::{fmt::Debug, sync::Arc, time::Duration};

use futures_util::TryStreamExt as _;

use super::fixture::*;
use crate::{
    Scope,
    execution_repo::{ClaimRequest, ExecutionFilter, ExecutionRepo, StartOutcome, StoreError},
    ids::IdSource,
    memory::{ManualClock, MemoryExecutions, SeededIds},
    model::{Digest, ExecutionId, ExecutionStatus, Fence, Lease, NewExecution, NextState, RequestId, Seq, Transition},
    time::Timestamp,
};

const SEEDS: u64 = 12;
const OPERATIONS: usize = 200;

pub(super) async fn random_operations_go_as_in_the_reference(cx: Case) {
    let clock = ManualClock::at(cx.now().await);
    let variable = |name| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seeds = match (variable("NEBULA_SEED"), variable("NEBULA_SEEDS")) {
        (Some(seed), _) => seed..seed + 1,
        (None, count) => 1..count.unwrap_or(SEEDS) + 1,
    };
    let mut port = Arc::clone(&cx.port);
    for seed in seeds {
        let reference = MemoryExecutions::new(Arc::new(clock.clone()));
        let mut walk = Walk::new(&cx, seed, clock.clone(), port, reference);
        for _ in 0..OPERATIONS {
            walk.step(&cx).await;
        }
        walk.compare_all().await;
        walk.drain(&cx).await;
        port = walk.port;
    }
}

/// One sequence of operations.
struct Walk {
    seed: u64,
    operation: usize,
    random: SeededIds,
    clock: ManualClock,
    port: Arc<dyn ExecutionRepo>,
    reference: MemoryExecutions,
    scopes: [Scope; 2],
    starts: Vec<(Scope, NewExecution)>,
    leases: Vec<Lease>,
    commits: Vec<Transition>,
    requests: Vec<RequestId>,
}

impl Walk {
    fn new(
        cx: &Case,
        seed: u64,
        clock: ManualClock,
        port: Arc<dyn ExecutionRepo>,
        reference: MemoryExecutions,
    ) -> Self {
        Self {
            seed,
            operation: 0,
            // Far from the ids of the case itself.
            random: SeededIds::new(seed.wrapping_mul(0xD134_2543_DE82_EF95)),
            clock,
            port,
            reference,
            scopes: [cx.fresh_scope(), cx.fresh_scope()],
            starts: Vec::new(),
            leases: Vec::new(),
            commits: Vec::new(),
            requests: Vec::new(),
        }
    }

    async fn step(&mut self, cx: &Case) {
        self.operation += 1;
        match self.below(100) {
            0..20 => self.start(cx).await,
            20..32 => self.claim().await,
            32..40 => self.renew().await,
            40..68 => self.commit().await,
            68..76 => self.request().await,
            76..84 => self.read().await,
            84..86 => self.list().await,
            86..99 => self.elapse(cx).await,
            _ => self.reopen(cx).await,
        }
        let due = (self.port.next_due().await, self.reference.next_due().await);
        self.compare("next_due", &due.0, &due.1);
    }

    async fn start(&mut self, cx: &Case) {
        let (scope, new) = if self.below(6) == 0 && !self.starts.is_empty() {
            // An old start again, sometimes for another tenant.
            let (scope, new) = self.starts[self.index(self.starts.len())].clone();
            (if self.below(5) == 0 { self.scope() } else { scope }, new)
        } else {
            let next = self.next();
            let new = NewExecution {
                id: self.random.execution_id(),
                workflow: workflow(["orders", "invoices"][self.index(2)]),
                key: (self.below(3) == 0).then(|| key(["k1", "k2", "k3"][self.index(3)])),
                input: Digest::of(&[u8::from(self.below(4) == 0)]),
                entries: (0..=self.small(3)).map(entry).collect(),
                claim: (self.below(2) == 0).then(|| (self.holder(), self.ttl())),
                next,
                ..cx.new_execution()
            };
            (self.scope(), new)
        };
        let answers = (self.port.start(&scope, new.clone()).await, self.reference.start(&scope, new.clone()).await);
        self.compare("start", &settled(&answers.0), &settled(&answers.1));
        if let Ok(StartOutcome::Started { lease, .. }) = answers.1 {
            self.leases.extend(lease);
            self.starts.push((scope, new));
        }
    }

    async fn claim(&mut self) {
        let only = if self.below(3) == 0 { self.any_execution() } else { None };
        let limit = self.index(5);
        let revive = self.below(4) == 0;
        let request = ClaimRequest { holder: self.holder(), limit, ttl: self.ttl(), only, revive };
        let answers = (self.port.claim(request.clone()).await, self.reference.claim(request).await);
        self.compare("claim", &answers.0, &answers.1);
        self.leases.extend(answers.1.into_iter().flatten().map(|claimed| claimed.lease));
    }

    async fn renew(&mut self) {
        let leases: Vec<Lease> = (0..self.index(4)).filter_map(|_| self.any_lease()).collect();
        let ttl = self.ttl();
        let answers = (self.port.renew(&leases, ttl).await, self.reference.renew(&leases, ttl).await);
        self.compare("renew", &answers.0, &answers.1);
    }

    async fn commit(&mut self) {
        let mut batch = Vec::new();
        for _ in 0..=self.index(3) {
            if self.below(8) == 0 && !self.commits.is_empty() {
                batch.push(self.commits[self.index(self.commits.len())].clone());
                continue;
            }
            let Some(mut lease) = self.any_lease() else { continue };
            if self.below(20) == 0 {
                lease.fence = Fence(self.below(4));
            }
            let expected = match self.reference_seq(lease.execution).await {
                Some(seq) if self.below(8) > 0 => seq,
                _ => Seq(self.below(6)),
            };
            let mut entries: Vec<_> = (0..self.small(4)).map(entry).collect();
            if self.below(100) == 0 {
                entries.push(entry_with("x".repeat(1024 * 1024).into()));
            }
            let consumed = (0..self.index(4)).filter_map(|_| self.any_request()).collect();
            let next = self.next();
            batch.push(Transition { lease, expected, commit: self.random.commit_id(), entries, consumed, next });
        }
        let answers = (self.port.commit(batch.clone()).await, self.reference.commit(batch.clone()).await);
        let settle = |answers: &[_]| answers.iter().map(settled).collect::<Vec<_>>();
        self.compare("commit", &settle(&answers.0), &settle(&answers.1));
        self.commits.extend(batch);
    }

    async fn request(&mut self) {
        let id = self.any_execution().unwrap_or_else(|| self.random.execution_id());
        let request = match self.any_request() {
            Some(request) if self.below(4) == 0 => request,
            _ => self.random.request_id(),
        };
        self.requests.push(request);
        let body = match self.below(3) {
            0 => signal("go"),
            n => cancel(&format!("reason {n}")),
        };
        let scope = self.scope();
        let answers = (
            self.port.request(&scope, id, request, body.clone()).await,
            self.reference.request(&scope, id, request, body).await,
        );
        self.compare("request", &answers.0, &answers.1);
    }

    async fn read(&mut self) {
        let Some(id) = self.any_execution() else { return };
        let (scope, after) = (self.scope(), Seq(self.below(5)));
        self.compare_execution(&scope, id, after).await;
    }

    async fn list(&mut self) {
        let statuses = [ExecutionStatus::Running, ExecutionStatus::Waiting, ExecutionStatus::Completed];
        let filter = ExecutionFilter {
            status: (self.below(2) == 0).then(|| statuses[self.index(3)]),
            workflow: (self.below(2) == 0).then(|| workflow("orders")),
            before: if self.below(3) == 0 { self.any_execution() } else { None },
            limit: self.index(6),
        };
        let scope = self.scope();
        let answers = (self.port.list(&scope, &filter).await, self.reference.list(&scope, &filter).await);
        self.compare("list", &answers.0, &answers.1);
    }

    async fn elapse(&mut self, cx: &Case) {
        let by = Duration::from_secs(self.below(25));
        cx.elapse(by).await;
        self.clock.advance(by);
    }

    async fn reopen(&mut self, cx: &Case) {
        if let Some(port) = cx.reopen().await {
            self.port = port;
        }
    }

    /// Rows and journals of all that was started, in full.
    async fn compare_all(&self) {
        for (_, new) in &self.starts {
            for scope in &self.scopes {
                self.compare_execution(scope, new.id, Seq(0)).await;
            }
        }
    }

    /// Ends all that has not ended, so that the next walk meets nothing of this one.
    async fn drain(&self, cx: &Case) {
        let long = Duration::from_secs(24 * 3600);
        cx.elapse(long).await;
        self.clock.advance(long);
        for (_, new) in &self.starts {
            let request =
                ClaimRequest { holder: holder("drain"), limit: 1, ttl: TTL, only: Some(new.id), revive: false };
            let answers = (self.port.claim(request.clone()).await, self.reference.claim(request).await);
            self.compare("claim", &answers.0, &answers.1);
            for claimed in answers.1.into_iter().flatten() {
                let end = NextState::Finish { status: ExecutionStatus::Cancelled };
                cx.port_commit(&self.port, cx.transition(&claimed.lease, claimed.record.seq.0, vec![], end)).await;
            }
        }
    }

    async fn compare_execution(&self, scope: &Scope, id: ExecutionId, after: Seq) {
        let rows = (self.port.get(scope, id).await, self.reference.get(scope, id).await);
        self.compare("get", &rows.0, &rows.1);
        let journals: (Result<Vec<_>, _>, Result<Vec<_>, _>) = (
            self.port.journal(scope, id, after).try_collect().await,
            self.reference.journal(scope, id, after).try_collect().await,
        );
        self.compare("journal", &journals.0, &journals.1);
    }

    #[track_caller]
    fn compare<T: Debug>(&self, what: &str, port: &T, reference: &T) {
        let (port, reference) = (format!("{port:?}"), format!("{reference:?}"));
        assert!(
            port == reference,
            "{what} differs at operation {n} of seed {seed}; repeat with NEBULA_SEED={seed}\n  reference: {reference}\n  port:      {port}",
            n = self.operation,
            seed = self.seed,
        );
    }

    fn next(&self) -> NextState {
        let statuses = [
            ExecutionStatus::Pending,
            ExecutionStatus::Running,
            ExecutionStatus::Waiting,
            ExecutionStatus::Cancelling,
            ExecutionStatus::DeadLetter,
            ExecutionStatus::Completed,
            ExecutionStatus::Failed,
            ExecutionStatus::Cancelled,
        ];
        // Mostly what fits, so that the sequences get somewhere.
        let any = statuses[self.index(statuses.len())];
        let wild = self.below(10) == 0;
        match self.below(10) {
            0..5 => NextState::Running { status: if wild { any } else { ExecutionStatus::Running } },
            5..8 => NextState::Park {
                status: if wild { any } else { ExecutionStatus::Waiting },
                wake_at: (self.below(3) > 0).then(|| self.some_time()),
                waiting_for: (self.below(2) == 0).then(|| "a test".to_owned()),
            },
            _ => NextState::Finish { status: if wild { any } else { ExecutionStatus::Completed } },
        }
    }

    fn some_time(&self) -> Timestamp {
        use crate::clock::Clock as _;
        let now = self.clock.now();
        // Distinct times: which of two equally long due is first is not part of the contract.
        now.plus(Duration::from_micros(self.random.random() % 40_000_000))
    }

    async fn reference_seq(&self, id: ExecutionId) -> Option<Seq> {
        for scope in &self.scopes {
            if let Ok(Some(record)) = self.reference.get(scope, id).await {
                return Some(record.seq);
            }
        }
        None
    }

    fn any_execution(&self) -> Option<ExecutionId> {
        (!self.starts.is_empty()).then(|| self.starts[self.index(self.starts.len())].1.id)
    }

    /// A lease, mostly a late one.
    fn any_lease(&self) -> Option<Lease> {
        let recent = self.index(6.min(self.leases.len()).max(1)) + 1;
        let any = self.index(self.leases.len().max(1));
        let index = if self.below(4) == 0 { any } else { self.leases.len().checked_sub(recent)? };
        self.leases.get(index).cloned()
    }

    fn any_request(&self) -> Option<RequestId> {
        self.requests.get(self.index(self.requests.len().max(1))).copied()
    }

    fn scope(&self) -> Scope {
        self.scopes[usize::from(self.below(5) == 0)].clone()
    }

    fn holder(&self) -> crate::model::HolderId {
        holder(["a", "b", "c"][self.index(3)])
    }

    fn ttl(&self) -> Duration {
        Duration::from_micros(1_000_000 + self.random.random() % 30_000_000)
    }

    fn below(&self, limit: u64) -> u64 {
        self.random.random() % limit
    }

    fn index(&self, limit: usize) -> usize {
        usize::try_from(self.below(limit as u64)).unwrap_or(0)
    }

    fn small(&self, limit: u32) -> u32 {
        u32::try_from(self.below(u64::from(limit))).unwrap_or(0)
    }
}

impl Case {
    async fn port_commit(&self, port: &Arc<dyn ExecutionRepo>, transition: Transition) {
        for answer in port.commit(vec![transition]).await {
            answer.expect("what was just claimed can be ended");
        }
    }
}

/// An answer in which errors are told apart by what a caller may act on; their words are the driver's own.
fn settled<T: Debug>(answer: &Result<T, StoreError>) -> String {
    match answer {
        Ok(outcome) => format!("{outcome:?}"),
        Err(StoreError::Invalid(error)) => format!("Invalid({})", error.code()),
        Err(StoreError::NotApplied(error)) => format!("NotApplied({})", error.code()),
        Err(StoreError::OutcomeUnknown(error)) => format!("OutcomeUnknown({})", error.code()),
    }
}
