//! Cases about renewals.

use std::time::Duration;

use super::fixture::*;
use crate::execution_repo::Renewal;

pub(super) async fn a_renewal_prolongs_the_lease(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    cx.elapse(TTL / 2).await;
    let (renewed, _) = held(cx.port.renew(std::slice::from_ref(&lease), TTL).await.unwrap());
    assert_eq!((renewed.execution, renewed.fence, &renewed.holder), (lease.execution, lease.fence, &lease.holder));
    assert!(renewed.until >= lease.until.plus(TTL / 2));
    assert_eq!(cx.record(&scope, lease.execution).await.lease_until, Some(renewed.until));
    cx.elapse(TTL - Duration::from_secs(1)).await;
    assert_eq!(cx.claim("b", 10).await, [], "the new end counts");
    cx.land(cx.transition(&lease, 1, vec![entry(1)], running())).await;
}

pub(super) async fn a_renewal_is_answered_in_the_order_of_the_leases(cx: Case) {
    let scope = cx.fresh_scope();
    let (a, b, c) = (cx.running(&scope, "a").await, cx.running(&scope, "a").await, cx.running(&scope, "a").await);
    cx.land(cx.transition(&b, 1, vec![entry(1)], finished())).await;
    let unknown = crate::model::Lease { execution: cx.ids.execution_id(), ..a.clone() };
    let leases = [c.clone(), b.clone(), unknown.clone(), a.clone()];
    let answers = cx.port.renew(&leases, TTL).await.unwrap();
    let ids: Vec<_> = answers
        .iter()
        .map(|renewal| match renewal {
            Renewal::Held { lease, .. } => (lease.execution, true),
            Renewal::Lost(id) => (*id, false),
        })
        .collect();
    assert_eq!(
        ids,
        [(c.execution, true), (b.execution, false), (unknown.execution, false), (a.execution, true)],
        "one answer for each lease"
    );
}

pub(super) async fn a_renewal_brings_the_inbox(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    let first = cx.request(&scope, lease.execution).await;
    let second = cx.request(&scope, lease.execution).await;
    let (_, inbox) = held(cx.port.renew(std::slice::from_ref(&lease), TTL).await.unwrap());
    assert_eq!(inbox, [first, second]);
}

pub(super) async fn a_lease_that_ran_out_unclaimed_is_renewed(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    cx.elapse(TTL * 10).await;
    held(cx.port.renew(std::slice::from_ref(&lease), TTL).await.unwrap());
    assert_eq!(cx.claim("b", 10).await, []);
}

pub(super) async fn a_lease_that_somebody_else_claimed_is_lost(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    cx.elapse(TTL).await;
    cx.claim_by_name("b", lease.execution).await.expect("the lease ran out");
    let before = cx.record(&scope, lease.execution).await;
    let answers = cx.port.renew(std::slice::from_ref(&lease), TTL * 2).await.unwrap();
    assert_eq!(answers, [Renewal::Lost(lease.execution)]);
    assert_eq!(cx.record(&scope, lease.execution).await, before);
}

pub(super) async fn a_lease_of_an_ended_execution_is_lost(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    cx.land(cx.transition(&lease, 1, vec![entry(1)], finished())).await;
    let answers = cx.port.renew(std::slice::from_ref(&lease), TTL).await.unwrap();
    assert_eq!(answers, [Renewal::Lost(lease.execution)]);
}

pub(super) async fn a_lease_that_was_given_up_is_lost(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    let wake_at = cx.now().await.plus(Duration::from_secs(1));
    cx.land(cx.transition(&lease, 1, vec![entry(1)], waiting(Some(wake_at)))).await;
    let answers = cx.port.renew(std::slice::from_ref(&lease), TTL).await.unwrap();
    assert_eq!(answers, [Renewal::Lost(lease.execution)], "a late renewal must not hold up what was parked");
    cx.elapse(Duration::from_secs(1)).await;
    assert_eq!(cx.claim("b", 10).await.len(), 1);
}
