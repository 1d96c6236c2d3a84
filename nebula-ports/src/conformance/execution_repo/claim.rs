//! Cases about claims and what falls due.

use std::time::Duration;

use super::fixture::*;
use crate::model::{ExecutionId, ExecutionStatus, Fence, NewExecution, NextState};

fn ids(claimed: &[crate::model::Claimed]) -> Vec<ExecutionId> {
    claimed.iter().map(|claimed| claimed.record.id).collect()
}

pub(super) async fn a_parked_execution_is_claimed_when_its_time_comes(cx: Case) {
    let scope = cx.fresh_scope();
    let wake_at = cx.now().await.plus(Duration::from_secs(10));
    let id = cx.parked(&scope, Some(wake_at)).await;
    assert_eq!(cx.claim("a", 10).await, []);
    cx.elapse(Duration::from_secs(9)).await;
    assert_eq!(cx.claim("a", 10).await, []);
    cx.elapse(Duration::from_secs(1)).await;
    assert_eq!(ids(&cx.claim("a", 10).await), [id]);
}

pub(super) async fn the_longest_due_is_claimed_first(cx: Case) {
    let scope = cx.fresh_scope();
    let now = cx.now().await;
    let mut expected = [0; 6].map(|_| cx.ids.execution_id());
    for (i, seconds) in [3, 1, 5, 0, 4, 2].into_iter().enumerate() {
        let next = waiting(Some(now.plus(Duration::from_secs(seconds))));
        let new = NewExecution { id: cx.ids.execution_id(), next, ..cx.new_execution() };
        expected[usize::try_from(seconds).unwrap_or(i)] = new.id;
        started(cx.port.start(&scope, new).await);
    }
    cx.elapse(Duration::from_secs(10)).await;
    let mut seen = ids(&cx.claim("a", 4).await);
    assert_eq!(seen, expected[..4]);
    seen.extend(ids(&cx.claim("b", 4).await));
    assert_eq!(seen, expected);
}

pub(super) async fn a_claim_takes_at_most_its_limit(cx: Case) {
    let scope = cx.fresh_scope();
    for _ in 0..5 {
        cx.parked(&scope, Some(LONG_AGO)).await;
    }
    assert_eq!(cx.claim("a", 0).await, []);
    assert_eq!(cx.claim("a", 3).await.len(), 3);
    assert_eq!(cx.claim("a", 3).await.len(), 2);
    assert_eq!(cx.claim("a", 3).await.len(), 0);
}

pub(super) async fn a_claim_raises_the_fence_and_names_the_holder(cx: Case) {
    let scope = cx.fresh_scope();
    let id = cx.parked(&scope, Some(LONG_AGO)).await;
    let now = cx.now().await;
    let claimed = cx.claim("a", 1).await.remove(0);
    assert_eq!((claimed.lease.execution, claimed.lease.fence, &claimed.lease.holder), (id, Fence(1), &holder("a")));
    assert!(claimed.lease.until >= now.plus(TTL));
    assert_eq!(claimed.record.holder, Some(holder("a")));
    assert_eq!((claimed.record.fence, claimed.record.lease_until), (Fence(1), Some(claimed.lease.until)));
    assert_eq!(claimed.record.status, ExecutionStatus::Waiting, "a claim alone changes no status");
    assert_eq!(cx.record(&scope, id).await, claimed.record);
}

pub(super) async fn a_live_lease_is_not_claimed(cx: Case) {
    let scope = cx.fresh_scope();
    cx.running(&scope, "a").await;
    cx.elapse(TTL - Duration::from_secs(1)).await;
    assert_eq!(cx.claim("b", 10).await, []);
}

pub(super) async fn a_live_lease_is_not_claimed_by_its_own_holder(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    assert_eq!(cx.claim("a", 10).await, []);
    assert_eq!(cx.claim_by_name("a", lease.execution).await, None);
}

pub(super) async fn an_expired_lease_is_claimed_under_the_next_fence(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    for (fence, by) in [(2, "b"), (3, "a"), (4, "b")] {
        cx.elapse(TTL).await;
        let claimed = cx.claim(by, 10).await;
        assert_eq!(ids(&claimed), [lease.execution]);
        assert_eq!((claimed[0].lease.fence, &claimed[0].lease.holder), (Fence(fence), &holder(by)));
    }
}

pub(super) async fn a_claim_by_name_ignores_the_time_to_wake(cx: Case) {
    let scope = cx.fresh_scope();
    let wake_at = cx.now().await.plus(Duration::from_secs(3600));
    let id = cx.parked(&scope, Some(wake_at)).await;
    cx.parked(&scope, Some(LONG_AGO)).await;
    let claimed = cx.claim_by_name("a", id).await.expect("nobody holds it");
    assert_eq!(claimed.record.id, id);
}

pub(super) async fn a_claim_by_name_takes_what_waits_for_a_request(cx: Case) {
    let scope = cx.fresh_scope();
    let id = cx.parked(&scope, None).await;
    assert_eq!(cx.claim_by_name("a", id).await.expect("nobody holds it").record.id, id);
}

pub(super) async fn a_claim_by_name_respects_a_live_lease(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    assert_eq!(cx.claim_by_name("b", lease.execution).await, None);
    assert_eq!(cx.record(&scope, lease.execution).await.fence, lease.fence);
}

pub(super) async fn a_claim_by_name_takes_an_expired_lease(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    cx.elapse(TTL).await;
    let claimed = cx.claim_by_name("b", lease.execution).await.expect("the lease ran out");
    assert_eq!(claimed.lease.fence, Fence(2));
}

pub(super) async fn a_claim_by_name_of_an_unknown_execution_claims_nothing(cx: Case) {
    let scope = cx.fresh_scope();
    cx.parked(&scope, Some(LONG_AGO)).await;
    assert_eq!(cx.claim_by_name("a", cx.ids.execution_id()).await, None);
}

pub(super) async fn an_ended_execution_is_not_claimed(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    cx.land(cx.transition(&lease, 1, vec![entry(1)], finished())).await;
    cx.elapse(TTL * 2).await;
    assert_eq!(cx.claim("b", 10).await, []);
    assert_eq!(cx.claim_by_name("b", lease.execution).await, None);
}

pub(super) async fn an_execution_without_a_time_is_not_due(cx: Case) {
    let scope = cx.fresh_scope();
    cx.parked(&scope, None).await;
    cx.elapse(Duration::from_secs(365 * 24 * 3600)).await;
    assert_eq!(cx.claim("a", 10).await, []);
    assert_eq!(cx.port.next_due().await.unwrap(), None);
}

pub(super) async fn what_is_parked_as_running_is_due_at_once(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    let next = NextState::Park { status: ExecutionStatus::Running, wake_at: None, waiting_for: None };
    cx.land(cx.transition(&lease, 1, vec![entry(1)], next)).await;
    assert_eq!(ids(&cx.claim("b", 10).await), [lease.execution]);
}

pub(super) async fn next_due_is_the_next_time_to_wake_or_end_of_a_lease(cx: Case) {
    let scope = cx.fresh_scope();
    assert_eq!(cx.port.next_due().await.unwrap(), None);
    let lease = cx.running(&scope, "a").await;
    assert_eq!(cx.port.next_due().await.unwrap(), Some(lease.until));
    let sooner = cx.now().await.plus(Duration::from_secs(5));
    cx.parked(&scope, Some(sooner)).await;
    assert_eq!(cx.port.next_due().await.unwrap(), Some(sooner));
    cx.elapse(Duration::from_secs(6)).await;
    assert_eq!(cx.port.next_due().await.unwrap(), Some(sooner), "what nobody claimed is still due");
    let claimed = cx.claim("b", 10).await.remove(0);
    assert_eq!(cx.port.next_due().await.unwrap(), Some(lease.until.min(claimed.lease.until)));
}

pub(super) async fn nothing_is_due_when_all_has_ended(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    cx.land(cx.transition(&lease, 1, vec![entry(1)], finished())).await;
    assert_eq!(cx.port.next_due().await.unwrap(), None);
}
