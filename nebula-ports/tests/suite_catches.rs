//! A suite that passes everything proves nothing: each of these stores is wrong in one way, and a named case says so.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use futures_util::{
    StreamExt as _,
    future::{BoxFuture, FutureExt as _, ready},
    stream::BoxStream,
};
use nebula_ports::{
    Result, Scope,
    clock::Clock,
    conformance::{Harness, Unavailable, Verdict, execution_repo},
    execution_repo::{
        ClaimRequest, CommitOutcome, ExecutionFilter, ExecutionRepo, Renewal, RequestOutcome, StartOutcome, StoreError,
    },
    memory::{ManualClock, MemoryExecutions},
    model::{
        Claimed, ExecutionId, ExecutionRecord, Fence, JournalRecord, Lease, NewExecution, Request, RequestId, Seq,
        Transition,
    },
    time::Timestamp,
};

/// What the store does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Nothing,
    IgnoresTheFence,
    LosesTheLastEntry,
    ForgetsTheKey,
    ForgetsTheLastCommit,
    NeverExpiresLeases,
    ClaimsLiveLeasesByName,
    StopsABatchAtTheFirstBadMember,
    LosesRequests,
    ShowsEveryTenant,
    IgnoresThePosition,
    RenewsWhatWasGivenUp,
    SkipsThePagesAfterTheFirst,
    HidesTheNextDue,
}

#[derive(Debug)]
struct Wrong {
    fault: Fault,
    inner: MemoryExecutions,
    commits: AtomicU64,
}

impl Wrong {
    fn is(&self, fault: Fault) -> bool {
        self.fault == fault
    }

    /// The transition with the row's own fence or position in place of the caller's.
    async fn bend(&self, mut transition: Transition) -> Transition {
        for n in 0..8 {
            let scope = tenant(n);
            if let Ok(Some(record)) = self.inner.get(&scope, transition.lease.execution).await {
                if self.is(Fault::IgnoresTheFence) {
                    transition.lease.fence = record.fence;
                }
                if self.is(Fault::IgnoresThePosition) {
                    transition.expected = record.seq;
                }
            }
        }
        if self.is(Fault::LosesTheLastEntry) {
            transition.entries.pop();
        }
        if self.is(Fault::ForgetsTheLastCommit) {
            let n = self.commits.fetch_add(1, Ordering::Relaxed);
            transition.commit = nebula_ports::model::CommitId(uuid::Uuid::from_u64_pair(u64::MAX, n));
        }
        transition
    }
}

#[expect(clippy::disallowed_methods, reason = "the faults are the root of their own little world")]
fn tenant(n: u64) -> Scope {
    Scope::of(nebula_ports::model::TenantId::new(format!("tenant-{n}")).expect("a slug"))
}

#[async_trait]
impl ExecutionRepo for Wrong {
    async fn start(&self, scope: &Scope, mut new: NewExecution) -> Result<StartOutcome, StoreError> {
        if self.is(Fault::ForgetsTheKey) {
            new.key = None;
        }
        self.inner.start(scope, new).await
    }

    async fn claim(&self, mut request: ClaimRequest) -> Result<Vec<Claimed>> {
        if self.is(Fault::NeverExpiresLeases) {
            request.ttl = Duration::from_secs(1_000_000_000);
        }
        let claimed = self.inner.claim(request.clone()).await?;
        match request.only {
            Some(id) if self.is(Fault::ClaimsLiveLeasesByName) && claimed.is_empty() => {
                let mut made_up = Vec::new();
                for n in 0..8 {
                    if let Some(record) = self.inner.get(&tenant(n), id).await? {
                        let until = record.created_at.plus(request.ttl);
                        let fence = Fence(record.fence.0 + 1);
                        let lease = Lease { execution: id, holder: request.holder.clone(), fence, until };
                        made_up.push(Claimed { record, lease, inbox: Vec::new() });
                    }
                }
                Ok(made_up)
            }
            _ => Ok(claimed),
        }
    }

    async fn renew(&self, leases: &[Lease], ttl: Duration) -> Result<Vec<Renewal>> {
        let mut answers = self.inner.renew(leases, ttl).await?;
        if self.is(Fault::RenewsWhatWasGivenUp) {
            for (answer, lease) in answers.iter_mut().zip(leases) {
                *answer = Renewal::Held { lease: lease.clone(), inbox: Vec::new() };
            }
        }
        Ok(answers)
    }

    async fn commit(&self, transitions: Vec<Transition>) -> Vec<Result<CommitOutcome, StoreError>> {
        let mut answers = Vec::new();
        let mut stopped = false;
        for transition in transitions {
            let transition = self.bend(transition).await;
            let answer = self.inner.commit(vec![transition.clone()]).await.remove(0);
            let answer = if stopped {
                Ok(CommitOutcome::Conflict { expected: transition.expected, actual: Seq(0) })
            } else {
                answer
            };
            stopped |=
                self.is(Fault::StopsABatchAtTheFirstBadMember) && !matches!(answer, Ok(CommitOutcome::Applied(_)));
            answers.push(answer);
        }
        answers
    }

    async fn request(
        &self,
        scope: &Scope,
        id: ExecutionId,
        request_id: RequestId,
        request: Request,
    ) -> Result<RequestOutcome> {
        if self.is(Fault::LosesRequests) {
            return Ok(RequestOutcome::Accepted);
        }
        self.inner.request(scope, id, request_id, request).await
    }

    async fn get(&self, scope: &Scope, id: ExecutionId) -> Result<Option<ExecutionRecord>> {
        if self.is(Fault::ShowsEveryTenant) {
            for n in 0..8 {
                if let Some(record) = self.inner.get(&tenant(n), id).await? {
                    return Ok(Some(record));
                }
            }
        }
        self.inner.get(scope, id).await
    }

    async fn list(&self, scope: &Scope, filter: &ExecutionFilter) -> Result<Vec<ExecutionRecord>> {
        self.inner.list(scope, filter).await
    }

    fn journal(&self, scope: &Scope, id: ExecutionId, after: Seq) -> BoxStream<'static, Result<JournalRecord>> {
        let journal = self.inner.journal(scope, id, after);
        if self.is(Fault::SkipsThePagesAfterTheFirst) { journal.take(256).boxed() } else { journal }
    }

    async fn next_due(&self) -> Result<Option<Timestamp>> {
        if self.is(Fault::HidesTheNextDue) { Ok(None) } else { self.inner.next_due().await }
    }
}

struct Start {
    port: Arc<Wrong>,
    clock: ManualClock,
}

impl Harness for Start {
    type Port = dyn ExecutionRepo;

    fn port(&self) -> Arc<dyn ExecutionRepo> {
        self.port.clone()
    }

    fn elapse(&self, by: Duration) -> BoxFuture<'_, ()> {
        self.clock.advance(by);
        ready(()).boxed()
    }
}

fn verdict(fault: Fault, case: &str) -> Verdict {
    let case = execution_repo::SUITE.case(case).expect("the case is in the suite");
    case.run_on(|| async move {
        let clock = ManualClock::default();
        let shared: Arc<dyn Clock> = Arc::new(clock.clone());
        let port = Wrong { fault, inner: MemoryExecutions::new(shared), commits: AtomicU64::new(0) };
        Ok::<_, Unavailable>(Start { port: Arc::new(port), clock })
    })
}

#[track_caller]
fn catches(fault: Fault, cases: &[&str]) {
    for case in cases {
        assert_eq!(verdict(Fault::Nothing, case), Verdict::Passed, "{case} passes on a store without faults");
        assert!(matches!(verdict(fault, case), Verdict::Failed(_)), "{case} does not notice a store that {fault:?}");
    }
}

#[test]
fn a_store_that_ignores_the_fence() {
    catches(
        Fault::IgnoresTheFence,
        &[
            "an_older_fence_writes_nothing",
            "a_frozen_holder_is_fenced_although_its_clock_says_the_lease_lives",
            "random_operations_go_as_in_the_reference",
        ],
    );
}

#[test]
fn a_store_that_loses_the_last_entry() {
    catches(
        Fault::LosesTheLastEntry,
        &["a_commit_appends_and_counts", "a_journal_is_gapless_and_in_order", "entries_come_back_as_they_were"],
    );
}

#[test]
fn a_store_that_forgets_the_key() {
    catches(
        Fault::ForgetsTheKey,
        &[
            "the_same_key_and_input_give_the_execution_that_exists",
            "a_key_stays_taken_after_the_end",
            "starts_with_one_key_at_once_start_one_execution",
        ],
    );
}

#[test]
fn a_store_that_forgets_the_last_commit() {
    catches(
        Fault::ForgetsTheLastCommit,
        &["a_repeated_commit_is_already_applied", "a_repeated_last_commit_is_already_applied_after_the_end"],
    );
}

#[test]
fn a_store_that_never_expires_leases() {
    catches(Fault::NeverExpiresLeases, &["an_expired_lease_is_claimed_under_the_next_fence"]);
}

#[test]
fn a_store_that_claims_live_leases_by_name() {
    catches(
        Fault::ClaimsLiveLeasesByName,
        &["a_claim_by_name_respects_a_live_lease", "a_live_lease_is_not_claimed_by_its_own_holder"],
    );
}

#[test]
fn a_store_that_stops_a_batch_at_the_first_bad_member() {
    catches(Fault::StopsABatchAtTheFirstBadMember, &["bad_members_of_a_batch_do_not_touch_good_ones"]);
}

#[test]
fn a_store_that_loses_requests() {
    catches(Fault::LosesRequests, &["a_request_wakes_what_is_parked", "a_renewal_brings_the_inbox"]);
}

#[test]
fn a_store_that_shows_every_tenant() {
    catches(Fault::ShowsEveryTenant, &["a_tenant_does_not_see_the_executions_of_another"]);
}

#[test]
fn a_store_that_ignores_the_position() {
    catches(
        Fault::IgnoresThePosition,
        &["a_commit_from_the_wrong_position_is_a_conflict", "commits_at_once_under_one_lease_land_once"],
    );
}

#[test]
fn a_store_that_renews_what_was_given_up() {
    catches(
        Fault::RenewsWhatWasGivenUp,
        &["a_lease_that_was_given_up_is_lost", "a_lease_that_somebody_else_claimed_is_lost"],
    );
}

#[test]
fn a_store_that_skips_the_pages_after_the_first() {
    catches(Fault::SkipsThePagesAfterTheFirst, &["a_long_journal_is_read_whole"]);
}

#[test]
fn a_store_that_hides_the_next_due() {
    catches(Fault::HidesTheNextDue, &["next_due_is_the_next_time_to_wake_or_end_of_a_lease"]);
}

#[test]
fn the_random_walk_meets_every_fault_on_its_own() {
    for fault in [
        Fault::IgnoresTheFence,
        Fault::LosesTheLastEntry,
        Fault::ForgetsTheKey,
        Fault::ForgetsTheLastCommit,
        Fault::NeverExpiresLeases,
        Fault::ClaimsLiveLeasesByName,
        Fault::StopsABatchAtTheFirstBadMember,
        Fault::LosesRequests,
        Fault::IgnoresThePosition,
        Fault::RenewsWhatWasGivenUp,
        Fault::HidesTheNextDue,
    ] {
        let Verdict::Failed(why) = verdict(fault, "random_operations_go_as_in_the_reference") else {
            panic!("the walk does not notice a store that {fault:?}");
        };
        assert!(why.contains("NEBULA_SEED="), "it says how to repeat it: {why}");
    }
}

#[test]
fn an_absent_service_is_told_with_the_variable_to_set() {
    let case = &execution_repo::SUITE.cases[0];
    let absent = Unavailable::new("NEBULA_POSTGRES_URL", "nothing answers at port 5432");
    let verdict = case.run_on(|| std::future::ready(Err::<Start, _>(absent.clone())));
    assert_eq!(verdict, Verdict::Absent(absent.clone()));
    assert_eq!(absent.to_string(), "nothing answers at port 5432; set NEBULA_POSTGRES_URL");
}

#[test]
fn a_case_that_says_nothing_about_a_port_is_skipped() {
    assert!(matches!(verdict(Fault::Nothing, "reopening_keeps_keys"), Verdict::Skipped(_)));
}
