//! Cases about a store that takes the place of another copy of its data.

use super::fixture::*;
use crate::{
    execution_repo::{ClaimRequest, CommitOutcome, Renewal},
    model::{Fence, Generation, Lease},
};

const NONE: &str = "this port has one generation";

pub(super) async fn a_lease_of_the_generation_before_writes_no_more(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    // What the other copy has handed out after this one was made of it: this one knows nothing of that.
    let later = Lease { fence: Fence(lease.fence.0 + 6), ..lease.clone() };
    let Some(port) = cx.take_over().await else { return cx.skip(NONE) };
    for old in [&lease, &later] {
        let outcome = port.commit(vec![cx.transition(old, 1, vec![entry(9)], running())]).await.remove(0).unwrap();
        assert!(matches!(outcome, CommitOutcome::Fenced { .. }), "{outcome:?}");
        assert_eq!(port.renew(std::slice::from_ref(old), TTL).await.unwrap(), [Renewal::Lost(lease.execution)]);
    }
    let request = ClaimRequest { holder: holder("b"), limit: 10, ttl: TTL, only: None, revive: false };
    let new = port.claim(request).await.unwrap().remove(0).lease;
    let outcome = port.commit(vec![cx.transition(&later, 1, vec![entry(9)], running())]).await.remove(0).unwrap();
    assert_eq!(outcome, CommitOutcome::Fenced { by: new.fence });
    let outcome = port.commit(vec![cx.transition(&new, 1, vec![entry(1)], running())]).await.remove(0).unwrap();
    assert_eq!(outcome, CommitOutcome::Applied(crate::model::Seq(2)));
}

pub(super) async fn a_fence_of_a_generation_is_above_all_of_those_before(cx: Case) {
    let scope = cx.fresh_scope();
    let old = cx.running(&scope, "a").await;
    assert_eq!(old.fence, Fence(1));
    let Some(port) = cx.take_over().await else { return cx.skip(NONE) };
    let request = ClaimRequest { holder: holder("b"), limit: 10, ttl: TTL, only: None, revive: false };
    let claimed = port.claim(request).await.unwrap().remove(0);
    assert_eq!(claimed.lease.fence, old.fence.next(Generation::FIRST.next()));
    let (lease, _) = started(port.start(&scope, cx.new_running("b")).await);
    assert_eq!(lease.expect("it asked for one").fence, Fence(0).next(Generation::FIRST.next()));
    let new = cx.new_running("b");
    let first = started(port.start(&scope, new.clone()).await);
    assert_eq!(started(port.start(&scope, new).await), first, "a repeated start has its lease again");
}

pub(super) async fn what_was_held_in_the_generation_before_is_due(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    let Some(port) = cx.take_over().await else { return cx.skip(NONE) };
    let request = ClaimRequest { holder: holder("b"), limit: 10, ttl: TTL, only: None, revive: false };
    let claimed = port.claim(request).await.unwrap();
    assert_eq!(claimed.iter().map(|claimed| claimed.record.id).collect::<Vec<_>>(), [lease.execution]);
}
