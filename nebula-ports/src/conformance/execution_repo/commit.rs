//! Cases about commits.

use std::time::Duration;

use super::fixture::*;
use crate::{
    error::ErrorKind,
    execution_repo::{CommitOutcome, StoreError},
    model::{ExecutionStatus, Fence, Lease, NextState, Seq},
};

pub(super) async fn a_commit_appends_and_counts(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    assert_eq!(cx.land(cx.transition(&lease, 1, vec![entry(1), entry(2)], running())).await, Seq(3));
    assert_eq!(cx.land(cx.transition(&lease, 3, vec![], running())).await, Seq(3), "a commit may append nothing");
    assert_eq!(cx.land(cx.transition(&lease, 3, vec![entry(3)], running())).await, Seq(4));
    assert_eq!(cx.record(&scope, lease.execution).await.seq, Seq(4));
    let journal = cx.journal(&scope, lease.execution).await;
    assert_eq!(positions(&journal), [1, 2, 3, 4]);
    assert_eq!(journal.into_iter().skip(1).map(|record| record.entry).collect::<Vec<_>>(), [1, 2, 3].map(entry));
}

pub(super) async fn a_commit_that_goes_on_keeps_the_lease(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    let next = NextState::Running { status: ExecutionStatus::Cancelling };
    cx.land(cx.transition(&lease, 1, vec![entry(1)], next)).await;
    let record = cx.record(&scope, lease.execution).await;
    assert_eq!((record.holder, record.lease_until), (Some(holder("a")), Some(lease.until)));
    assert_eq!((record.status, record.fence), (ExecutionStatus::Cancelling, lease.fence));
}

pub(super) async fn a_commit_that_parks_gives_up_the_lease(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    let wake_at = cx.now().await.plus(Duration::from_secs(10));
    cx.land(cx.transition(&lease, 1, vec![entry(1)], waiting(Some(wake_at)))).await;
    let record = cx.record(&scope, lease.execution).await;
    assert_eq!((record.status, record.holder, record.lease_until), (ExecutionStatus::Waiting, None, None));
    assert_eq!((record.wake_at, record.waiting_for.as_deref()), (Some(wake_at), Some("a test")));
    cx.elapse(Duration::from_secs(10)).await;
    assert_eq!(cx.claim("b", 10).await.len(), 1);
}

pub(super) async fn a_commit_that_finishes_ends_the_execution(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    cx.elapse(Duration::from_secs(5)).await;
    let next = NextState::Finish { status: ExecutionStatus::Failed };
    cx.land(cx.transition(&lease, 1, vec![entry(1)], next)).await;
    let record = cx.record(&scope, lease.execution).await;
    assert_eq!((record.status, record.holder, record.lease_until), (ExecutionStatus::Failed, None, None));
    assert_eq!((record.wake_at, record.waiting_for), (None, None));
    assert!(record.finished_at >= Some(record.created_at.plus(Duration::from_secs(5))));
}

pub(super) async fn nothing_lands_after_the_end(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    cx.land(cx.transition(&lease, 1, vec![entry(1)], finished())).await;
    let before = cx.record(&scope, lease.execution).await;
    for (expected, next) in [(2, running()), (2, finished()), (1, finished()), (9, waiting(None))] {
        let outcome = cx.commit(cx.transition(&lease, expected, vec![entry(2)], next)).await.unwrap();
        assert_eq!(outcome, CommitOutcome::Closed(ExecutionStatus::Completed));
    }
    assert_eq!(cx.record(&scope, lease.execution).await, before);
    assert_eq!(cx.journal(&scope, lease.execution).await.len(), 2);
}

pub(super) async fn a_repeated_commit_is_already_applied(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    let transition = cx.transition(&lease, 1, vec![entry(1)], running());
    cx.land(transition.clone()).await;
    assert_eq!(cx.commit(transition.clone()).await.unwrap(), CommitOutcome::AlreadyApplied(Seq(2)));
    assert_eq!(cx.journal(&scope, lease.execution).await.len(), 2);

    cx.land(cx.transition(&lease, 2, vec![entry(2)], running())).await;
    let outcome = cx.commit(transition).await.unwrap();
    assert_eq!(
        outcome,
        CommitOutcome::Conflict { expected: Seq(1), actual: Seq(3) },
        "only the last one is remembered"
    );
}

pub(super) async fn a_repeated_last_commit_is_already_applied_after_the_end(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    let transition = cx.transition(&lease, 1, vec![entry(1)], finished());
    cx.land(transition.clone()).await;
    assert_eq!(cx.commit(transition).await.unwrap(), CommitOutcome::AlreadyApplied(Seq(2)));
    assert_eq!(cx.journal(&scope, lease.execution).await.len(), 2);
}

pub(super) async fn a_commit_from_the_wrong_position_is_a_conflict(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    cx.land(cx.transition(&lease, 1, vec![entry(1)], running())).await;
    for expected in [0, 1, 3, 100] {
        let outcome = cx.commit(cx.transition(&lease, expected, vec![entry(9)], running())).await.unwrap();
        assert_eq!(outcome, CommitOutcome::Conflict { expected: Seq(expected), actual: Seq(2) });
    }
    assert_eq!(positions(&cx.journal(&scope, lease.execution).await), [1, 2]);
}

pub(super) async fn an_older_fence_writes_nothing(cx: Case) {
    let scope = cx.fresh_scope();
    let old = cx.running(&scope, "a").await;
    cx.elapse(TTL).await;
    let new = cx.claim_by_name("b", old.execution).await.expect("the lease ran out").lease;
    let before = cx.record(&scope, old.execution).await;
    for next in [running(), waiting(None), finished()] {
        let outcome = cx.commit(cx.transition(&old, 1, vec![entry(9)], next)).await.unwrap();
        assert_eq!(outcome, CommitOutcome::Fenced { by: new.fence });
    }
    assert_eq!(cx.record(&scope, old.execution).await, before);
    assert_eq!(cx.land(cx.transition(&new, 1, vec![entry(1)], running())).await, Seq(2));
}

pub(super) async fn a_frozen_holder_is_fenced_although_its_clock_says_the_lease_lives(cx: Case) {
    let scope = cx.fresh_scope();
    let mut frozen = cx.running(&scope, "a").await;
    cx.elapse(TTL).await;
    let new = cx.claim("b", 10).await.remove(0).lease;
    frozen.until = new.until.plus(Duration::from_secs(24 * 3600));
    let outcome = cx.commit(cx.transition(&frozen, 1, vec![entry(9)], finished())).await.unwrap();
    assert_eq!(outcome, CommitOutcome::Fenced { by: new.fence });
    assert_eq!(cx.journal(&scope, frozen.execution).await.len(), 1);

    // A fence that nobody was given yet is as wrong as an old one.
    let invented = Lease { fence: Fence(new.fence.0 + 1), ..frozen };
    let outcome = cx.commit(cx.transition(&invented, 1, vec![entry(9)], finished())).await.unwrap();
    assert_eq!(outcome, CommitOutcome::Fenced { by: new.fence });
}

pub(super) async fn an_older_fence_is_told_before_a_conflict(cx: Case) {
    let scope = cx.fresh_scope();
    let old = cx.running(&scope, "a").await;
    let landed = cx.transition(&old, 1, vec![entry(1)], running());
    cx.land(landed.clone()).await;
    cx.elapse(TTL).await;
    let new = cx.claim("b", 10).await.remove(0).lease;
    let illegal = NextState::Finish { status: ExecutionStatus::Running };
    for transition in [landed, cx.transition(&old, 7, vec![], running()), cx.transition(&old, 2, vec![], illegal)] {
        assert_eq!(cx.commit(transition).await.unwrap(), CommitOutcome::Fenced { by: new.fence });
    }
}

pub(super) async fn an_expired_lease_that_nobody_claimed_still_writes(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    cx.elapse(TTL * 10).await;
    assert_eq!(cx.land(cx.transition(&lease, 1, vec![entry(1)], running())).await, Seq(2));
    assert_eq!(cx.claim("b", 10).await.len(), 1, "what goes on under a lease that ran out stays due");
}

pub(super) async fn an_illegal_change_of_status_is_invalid(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    let pending = NextState::Park { status: ExecutionStatus::Pending, wake_at: None, waiting_for: None };
    let error = invalid(cx.commit(cx.transition(&lease, 1, vec![entry(9)], pending)).await);
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.message().contains("running") && error.message().contains("pending"), "{error}");

    let cancelling = NextState::Running { status: ExecutionStatus::Cancelling };
    cx.land(cx.transition(&lease, 1, vec![entry(1)], cancelling)).await;
    invalid(cx.commit(cx.transition(&lease, 2, vec![entry(9)], finished())).await);
    assert_eq!(positions(&cx.journal(&scope, lease.execution).await), [1, 2]);
}

pub(super) async fn a_status_that_does_not_fit_what_follows_is_invalid(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    for next in [
        NextState::Finish { status: ExecutionStatus::Running },
        NextState::Park { status: ExecutionStatus::Completed, wake_at: None, waiting_for: None },
        NextState::Running { status: ExecutionStatus::Completed },
        NextState::Running { status: ExecutionStatus::Waiting },
    ] {
        invalid(cx.commit(cx.transition(&lease, 1, vec![entry(9)], next)).await);
    }
    let record = cx.record(&scope, lease.execution).await;
    assert_eq!((record.status, record.seq), (ExecutionStatus::Running, Seq(1)));
}

pub(super) async fn an_entry_that_is_too_large_is_invalid_and_names_the_limit(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    let large = entry_with("x".repeat(1024 * 1024).into());
    let error = invalid(cx.commit(cx.transition(&lease, 1, vec![entry(1), large], running())).await);
    assert!(error.message().contains("1048576"), "the message names the limit: {error}");
    assert_eq!(cx.journal(&scope, lease.execution).await.len(), 1);
    cx.land(cx.transition(&lease, 1, vec![entry(1)], running())).await;
}

pub(super) async fn a_large_entry_within_the_limit_lands(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    let large = entry_with("x".repeat(1024 * 1024 - 1024).into());
    cx.land(cx.transition(&lease, 1, vec![large.clone()], running())).await;
    assert_eq!(cx.journal_after(&scope, lease.execution, 1).await[0].entry, large);
}

pub(super) async fn a_commit_to_an_unknown_execution_is_invalid(cx: Case) {
    let until = cx.now().await.plus(TTL);
    let lease = Lease { execution: cx.ids.execution_id(), holder: holder("a"), fence: Fence(1), until };
    let error = invalid(cx.commit(cx.transition(&lease, 0, vec![entry(1)], running())).await);
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

pub(super) async fn bad_members_of_a_batch_do_not_touch_good_ones(cx: Case) {
    let scope = cx.fresh_scope();
    let mut leases = Vec::new();
    for _ in 0..7 {
        leases.push(cx.running(&scope, "a").await);
    }
    cx.land(cx.transition(&leases[2], 1, vec![entry(1)], finished())).await;
    let fenced = Lease { fence: Fence(0), ..leases[3].clone() };
    let unknown = Lease { execution: cx.ids.execution_id(), ..leases[4].clone() };
    let large = entry_with("x".repeat(1024 * 1024).into());
    let answers = cx
        .port
        .commit(vec![
            cx.transition(&leases[0], 1, vec![entry(1)], running()),
            cx.transition(&leases[1], 5, vec![entry(1)], running()),
            cx.transition(&leases[2], 2, vec![entry(1)], running()),
            cx.transition(&fenced, 1, vec![entry(1)], running()),
            cx.transition(&unknown, 1, vec![entry(1)], running()),
            cx.transition(&leases[5], 1, vec![large], running()),
            cx.transition(&leases[6], 1, vec![entry(1), entry(2)], waiting(None)),
        ])
        .await;
    assert!(
        matches!(
            answers.as_slice(),
            [
                Ok(CommitOutcome::Applied(Seq(2))),
                Ok(CommitOutcome::Conflict { expected: Seq(5), actual: Seq(1) }),
                Ok(CommitOutcome::Closed(ExecutionStatus::Completed)),
                Ok(CommitOutcome::Fenced { by: Fence(1) }),
                Err(StoreError::Invalid(_)),
                Err(StoreError::Invalid(_)),
                Ok(CommitOutcome::Applied(Seq(3))),
            ]
        ),
        "each member has its own answer, in order: {answers:?}"
    );
    for (lease, entries) in leases.iter().zip([2, 1, 2, 1, 1, 1, 3]) {
        let journal = cx.journal(&scope, lease.execution).await;
        assert_eq!(positions(&journal), (1..=entries).collect::<Vec<_>>());
        assert_eq!(cx.record(&scope, lease.execution).await.seq, Seq(entries));
    }
}

pub(super) async fn commits_of_one_execution_in_a_batch_land_in_their_order(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    let answers = cx
        .port
        .commit(vec![
            cx.transition(&lease, 1, vec![entry(1)], running()),
            cx.transition(&lease, 1, vec![entry(8)], running()),
            cx.transition(&lease, 2, vec![entry(2)], finished()),
            cx.transition(&lease, 3, vec![entry(9)], running()),
        ])
        .await;
    assert!(
        matches!(
            answers.as_slice(),
            [
                Ok(CommitOutcome::Applied(Seq(2))),
                Ok(CommitOutcome::Conflict { expected: Seq(1), actual: Seq(2) }),
                Ok(CommitOutcome::Applied(Seq(3))),
                Ok(CommitOutcome::Closed(ExecutionStatus::Completed)),
            ]
        ),
        "{answers:?}"
    );
    let journal = cx.journal_after(&scope, lease.execution, 1).await;
    assert_eq!(journal.into_iter().map(|record| record.entry).collect::<Vec<_>>(), [entry(1), entry(2)]);
}

pub(super) async fn an_empty_batch_has_an_empty_answer(cx: Case) {
    assert!(cx.port.commit(Vec::new()).await.is_empty());
    assert_eq!(cx.port.renew(&[], TTL).await.unwrap(), []);
}
