//! Cases about what outlives the process.

use futures_util::TryStreamExt as _;

use super::fixture::*;
use crate::{
    execution_repo::{ClaimRequest, CommitOutcome, RequestOutcome, StartOutcome},
    model::{NewExecution, Seq, Transition},
};

const NOT_DURABLE: &str = "nothing of this port outlives its process";

pub(super) async fn reopening_keeps_rows_and_journals(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    cx.land(cx.transition(&lease, 1, vec![entry(1), entry(2)], waiting(Some(lease.until)))).await;
    let other = cx.parked(&scope, None).await;
    let before = (cx.record(&scope, lease.execution).await, cx.record(&scope, other).await);
    let journal = cx.journal(&scope, lease.execution).await;

    let Some(port) = cx.reopen().await else { return cx.skip(NOT_DURABLE) };
    assert_eq!(port.get(&scope, lease.execution).await.unwrap(), Some(before.0));
    assert_eq!(port.get(&scope, other).await.unwrap(), Some(before.1));
    let again: Vec<_> = port.journal(&scope, lease.execution, Seq(0)).try_collect().await.unwrap();
    assert_eq!(again, journal);
    assert_eq!(port.next_due().await.unwrap(), Some(lease.until));
}

pub(super) async fn reopening_keeps_fences_and_leases(cx: Case) {
    let scope = cx.fresh_scope();
    let old = cx.running(&scope, "a").await;
    cx.elapse(TTL).await;
    let lease = cx.claim_by_name("b", old.execution).await.expect("the lease ran out").lease;

    let Some(port) = cx.reopen().await else { return cx.skip(NOT_DURABLE) };
    let claim = ClaimRequest { holder: holder("c"), limit: 10, ttl: TTL, only: None, revive: false };
    assert_eq!(port.claim(claim).await.unwrap(), [], "a live lease is live after the process that kept it");
    let stale = port.commit(vec![cx.transition(&old, 1, vec![entry(9)], running())]).await.remove(0).unwrap();
    assert_eq!(stale, CommitOutcome::Fenced { by: lease.fence });
    let outcome = port.commit(vec![cx.transition(&lease, 1, vec![entry(1)], running())]).await.remove(0).unwrap();
    assert_eq!(outcome, CommitOutcome::Applied(Seq(2)));
}

pub(super) async fn reopening_keeps_keys(cx: Case) {
    let scope = cx.fresh_scope();
    let new = NewExecution { key: Some(key("k")), ..cx.new_execution() };
    started(cx.port.start(&scope, new.clone()).await);

    let Some(port) = cx.reopen().await else { return cx.skip(NOT_DURABLE) };
    let again = NewExecution { key: Some(key("k")), ..cx.new_execution() };
    assert_eq!(port.start(&scope, again).await.unwrap(), StartOutcome::Existing(new.id));
    assert_eq!(started(port.start(&scope, new).await), (None, Seq(1)));
}

pub(super) async fn reopening_keeps_requests(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    let consumed = cx.request(&scope, lease.execution).await;
    let waiting_one = cx.request(&scope, lease.execution).await;
    let dealt = Transition { consumed: vec![consumed], ..cx.transition(&lease, 1, vec![entry(1)], waiting(None)) };
    cx.land(dealt).await;

    let Some(port) = cx.reopen().await else { return cx.skip(NOT_DURABLE) };
    let again = port.request(&scope, lease.execution, consumed, cancel("enough")).await.unwrap();
    assert_eq!(again, RequestOutcome::AlreadyAccepted);
    let claim = ClaimRequest { holder: holder("b"), limit: 10, ttl: TTL, only: None, revive: false };
    let claimed = port.claim(claim).await.unwrap();
    assert_eq!(claimed.len(), 1);
    assert_eq!(claimed[0].inbox.iter().map(|item| item.id).collect::<Vec<_>>(), [waiting_one]);
}

pub(super) async fn reopening_keeps_the_last_commit(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    let transition = cx.transition(&lease, 1, vec![entry(1)], finished());
    cx.land(transition.clone()).await;

    let Some(port) = cx.reopen().await else { return cx.skip(NOT_DURABLE) };
    let outcome = port.commit(vec![transition]).await.remove(0).unwrap();
    assert_eq!(outcome, CommitOutcome::AlreadyApplied(Seq(2)), "a commit in doubt is settled by sending it again");
}
