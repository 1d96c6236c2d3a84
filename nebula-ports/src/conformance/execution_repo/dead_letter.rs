//! Cases about executions that nothing comes of, however often they are claimed.

use super::fixture::*;
use crate::model::{EffectClass, ExecutionId, ExecutionStatus, JournalEntry, Lease, NextState, NodeAddress, NodeId};

fn buried() -> NextState {
    NextState::Park {
        status: ExecutionStatus::DeadLetter,
        wake_at: Some(LONG_AGO),
        waiting_for: Some("somebody".to_owned()),
    }
}

fn dead_lettered() -> Vec<JournalEntry> {
    vec![JournalEntry::DeadLettered { at: LONG_AGO, claims: 5 }]
}

/// An execution that was claimed `times` by workers that died of it; the last claim is live.
async fn claimed_in_vain(cx: &Case, scope: &crate::Scope, times: u32) -> Lease {
    cx.parked(scope, Some(LONG_AGO)).await;
    for n in 1..=times {
        if n > 1 {
            cx.elapse(TTL).await;
        }
        let claimed = cx.claim("a", 1).await.remove(0);
        assert_eq!(claimed.record.claims_without_progress, n);
        if n == times {
            return claimed.lease;
        }
    }
    unreachable!("it is claimed at least once")
}

/// A dead letter.
async fn dead(cx: &Case, scope: &crate::Scope) -> ExecutionId {
    let lease = claimed_in_vain(cx, scope, 1).await;
    cx.land(cx.transition(&lease, 1, dead_lettered(), buried())).await;
    lease.execution
}

pub(super) async fn claims_are_counted_until_something_comes_of_one(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = claimed_in_vain(&cx, &scope, 3).await;
    cx.land(cx.transition(&lease, 1, vec![], running())).await;
    assert_eq!(cx.record(&scope, lease.execution).await.claims_without_progress, 3, "a commit of nothing is none");
    cx.land(cx.transition(&lease, 1, vec![entry(1)], running())).await;
    assert_eq!(cx.record(&scope, lease.execution).await.claims_without_progress, 0);
    let started = cx.running(&scope, "a").await;
    assert_eq!(cx.record(&scope, started.execution).await.claims_without_progress, 0, "its start came of it");
}

pub(super) async fn the_start_of_an_attempt_is_no_progress(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = claimed_in_vain(&cx, &scope, 2).await;
    let begins = JournalEntry::AttemptStarted {
        node: NodeAddress::from(NodeId::new("step").expect("a name")),
        attempt: 1,
        at: LONG_AGO,
        effect: EffectClass::Idempotent,
        key: None,
    };
    cx.land(cx.transition(&lease, 1, vec![begins], running())).await;
    assert_eq!(cx.record(&scope, lease.execution).await.claims_without_progress, 2);
}

pub(super) async fn a_claim_that_is_handed_back_does_not_count(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = claimed_in_vain(&cx, &scope, 3).await;
    cx.land(cx.transition(&lease, 1, vec![], waiting(Some(LONG_AGO)))).await;
    assert_eq!(cx.record(&scope, lease.execution).await.claims_without_progress, 2);
    assert_eq!(cx.claim("b", 1).await[0].record.claims_without_progress, 3);
}

pub(super) async fn a_dead_letter_is_not_due(cx: Case) {
    let scope = cx.fresh_scope();
    let id = dead(&cx, &scope).await;
    let record = cx.record(&scope, id).await;
    assert_eq!((record.status, record.wake_at, record.holder), (ExecutionStatus::DeadLetter, None, None));
    let request = cx.ids.request_id();
    cx.port.request(&scope, id, request, signal("go")).await.expect("a request works");
    cx.elapse(TTL * 100).await;
    assert_eq!(cx.port.next_due().await.unwrap(), None);
    assert_eq!(cx.claim("a", 10).await, []);
    assert_eq!(cx.claim_by_name("a", id).await, None, "a hint alone does not wake the dead");
}

pub(super) async fn a_dead_letter_is_claimed_when_it_is_revived_and_counts_anew(cx: Case) {
    let scope = cx.fresh_scope();
    let id = dead(&cx, &scope).await;
    let request = cx.ids.request_id();
    cx.port.request(&scope, id, request, signal("go")).await.expect("a request works");
    let claimed = cx.revive("b", id).await.expect("it may be taken up again");
    assert_eq!((claimed.record.status, claimed.record.claims_without_progress), (ExecutionStatus::Running, 1));
    assert_eq!(claimed.inbox.len(), 1, "what was asked meanwhile is there");
    assert_eq!(cx.record(&scope, id).await, claimed.record);
    cx.elapse(TTL).await;
    assert_eq!(cx.claim("c", 1).await[0].record.claims_without_progress, 2, "it is an execution like any other");
}

pub(super) async fn a_dead_letter_is_due_to_be_cancelled(cx: Case) {
    let scope = cx.fresh_scope();
    let id = dead(&cx, &scope).await;
    let request = cx.request(&scope, id).await;
    let claimed = cx.claim("b", 10).await.remove(0);
    assert_eq!((claimed.record.id, claimed.record.status), (id, ExecutionStatus::DeadLetter));
    assert_eq!(claimed.inbox.iter().map(|item| item.id).collect::<Vec<_>>(), [request]);
    let end = NextState::Finish { status: ExecutionStatus::Cancelled };
    cx.land(cx.transition(&claimed.lease, 2, vec![entry(1)], end)).await;
}

pub(super) async fn a_cancellation_that_comes_before_the_dead_letter_is_not_lost(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = claimed_in_vain(&cx, &scope, 1).await;
    cx.request(&scope, lease.execution).await;
    cx.land(cx.transition(&lease, 1, dead_lettered(), buried())).await;
    assert_eq!(cx.claim("b", 10).await.len(), 1);
}
