//! Cases about requests and the inbox.

use std::time::Duration;

use serde_json::json;

use super::fixture::*;
use crate::{
    execution_repo::RequestOutcome,
    model::{
        Claimed, ExecutionStatus, Failure, FailureKind, InboxItem, NodeAddress, NodeId, Request, RequestId, Resolution,
        SignalName, Transition,
    },
};

fn inbox(claimed: &Claimed) -> Vec<RequestId> {
    claimed.inbox.iter().map(|item| item.id).collect()
}

pub(super) async fn a_request_wakes_what_is_parked(cx: Case) {
    let scope = cx.fresh_scope();
    let wake_at = cx.now().await.plus(Duration::from_secs(3600));
    let timed = cx.parked(&scope, Some(wake_at)).await;
    let untimed = cx.parked(&scope, None).await;
    let asked = [cx.request(&scope, timed).await, cx.request(&scope, untimed).await];
    assert!(cx.record(&scope, timed).await.wake_at < Some(wake_at));
    let claimed = cx.claim("a", 10).await;
    assert_eq!(claimed.len(), 2);
    for claimed in claimed {
        let expected = if claimed.record.id == timed { asked[0] } else { asked[1] };
        assert_eq!(claimed.inbox, [InboxItem { id: expected, request: cancel("enough") }]);
    }
}

pub(super) async fn a_request_does_not_delay_what_is_due(cx: Case) {
    let scope = cx.fresh_scope();
    let id = cx.parked(&scope, Some(LONG_AGO)).await;
    cx.request(&scope, id).await;
    assert_eq!(cx.record(&scope, id).await.wake_at, Some(LONG_AGO));
}

pub(super) async fn a_request_does_not_end_a_lease(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    let before = cx.record(&scope, lease.execution).await;
    cx.request(&scope, lease.execution).await;
    assert_eq!(cx.record(&scope, lease.execution).await, before);
    assert_eq!(cx.claim("b", 10).await, []);
}

pub(super) async fn requests_are_handed_over_in_the_order_they_came(cx: Case) {
    let scope = cx.fresh_scope();
    let id = cx.parked(&scope, None).await;
    let mut asked: Vec<RequestId> = (0..5).map(|_| cx.ids.request_id()).collect();
    asked.reverse();
    for request in &asked {
        cx.port.request(&scope, id, *request, cancel("enough")).await.unwrap();
    }
    assert_eq!(inbox(&cx.claim("a", 1).await[0]), asked);
}

pub(super) async fn every_sort_of_request_comes_back_as_it_was(cx: Case) {
    let scope = cx.fresh_scope();
    let id = cx.parked(&scope, None).await;
    let node = NodeAddress::from(NodeId::new("pay").expect("a name"));
    let failure = Failure::new(FailureKind::Permanent, "test.lost", "it was \"lost\"");
    let deep = (0..40).fold(json!("middle"), |inner, n| json!({ "level": n, "inner": [inner] }));
    let numbers = json!([0, -1, i64::MIN, u64::MAX, 0.5, 1e300]);
    let signal = |name: &str, payload| Request::Signal { name: SignalName::new(name).expect("a slug"), payload };
    let asked = [
        cancel("quotes \" and \\ and \u{0} and \u{1F980}"),
        Request::Resolve { node: node.clone(), resolution: Resolution::Retry },
        Request::Resolve { node: node.clone(), resolution: Resolution::Completed { output: deep.clone(), port: None } },
        Request::Resolve { node, resolution: Resolution::Failed { error: failure } },
        signal("approved", json!(null)),
        signal("order.42-paid", json!({ "by": "Ann \u{2028}", "deep": deep, "numbers": numbers, "": [[], {}] })),
        signal("approved", json!("x".repeat(Request::SIGNAL_LIMIT - 2))),
    ];
    for request in &asked {
        let outcome = cx.port.request(&scope, id, cx.ids.request_id(), request.clone()).await.unwrap();
        assert_eq!(outcome, RequestOutcome::Accepted);
    }
    let claimed = cx.claim("a", 1).await.remove(0);
    assert_eq!(claimed.inbox.into_iter().map(|item| item.request).collect::<Vec<_>>(), asked);
}

pub(super) async fn the_same_request_is_accepted_once(cx: Case) {
    let scope = cx.fresh_scope();
    let id = cx.parked(&scope, None).await;
    let request = cx.request(&scope, id).await;
    let again = cx.port.request(&scope, id, request, cancel("another reason")).await.unwrap();
    assert_eq!(again, RequestOutcome::AlreadyAccepted);
    assert_eq!(cx.claim("a", 1).await[0].inbox, [InboxItem { id: request, request: cancel("enough") }]);

    let other = cx.parked(&scope, None).await;
    let elsewhere = cx.port.request(&scope, other, request, cancel("enough")).await.unwrap();
    assert_eq!(elsewhere, RequestOutcome::Accepted, "another execution has an inbox of its own");
}

pub(super) async fn a_consumed_request_is_not_accepted_again(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    let request = cx.request(&scope, lease.execution).await;
    let consumed = vec![request];
    cx.land(Transition { consumed, ..cx.transition(&lease, 1, vec![entry(1)], waiting(None)) }).await;
    let again = cx.port.request(&scope, lease.execution, request, cancel("enough")).await.unwrap();
    assert_eq!(again, RequestOutcome::AlreadyAccepted);
    assert_eq!(cx.claim("a", 10).await, [], "it wakes nobody again");
}

pub(super) async fn consumed_requests_leave_the_inbox(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    let first = cx.request(&scope, lease.execution).await;
    let second = cx.request(&scope, lease.execution).await;
    let third = cx.request(&scope, lease.execution).await;
    let consumed = vec![second, cx.ids.request_id()];
    cx.land(Transition { consumed, ..cx.transition(&lease, 1, vec![entry(1)], running()) }).await;
    let (_, left) = held(cx.port.renew(std::slice::from_ref(&lease), TTL).await.unwrap());
    assert_eq!(left, [first, third]);
    cx.elapse(TTL).await;
    assert_eq!(inbox(&cx.claim("b", 1).await[0]), [first, third]);
}

pub(super) async fn parking_with_requests_waiting_is_due_at_once(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    let request = cx.request(&scope, lease.execution).await;
    let far = cx.now().await.plus(Duration::from_secs(3600));
    cx.land(cx.transition(&lease, 1, vec![entry(1)], waiting(Some(far)))).await;
    assert!(cx.record(&scope, lease.execution).await.wake_at < Some(far));
    assert_eq!(inbox(&cx.claim("b", 1).await[0]), [request]);
}

pub(super) async fn parking_after_consuming_all_requests_waits(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    let request = cx.request(&scope, lease.execution).await;
    let far = cx.now().await.plus(Duration::from_secs(3600));
    let consumed = vec![request];
    cx.land(Transition { consumed, ..cx.transition(&lease, 1, vec![entry(1)], waiting(Some(far))) }).await;
    assert_eq!(cx.record(&scope, lease.execution).await.wake_at, Some(far));
    assert_eq!(cx.claim("b", 1).await, []);
}

pub(super) async fn a_refused_commit_consumes_nothing(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    let request = cx.request(&scope, lease.execution).await;
    let consumed = vec![request];
    let refused = Transition { consumed, ..cx.transition(&lease, 9, vec![entry(1)], waiting(None)) };
    cx.commit(refused).await.unwrap();
    let (_, left) = held(cx.port.renew(std::slice::from_ref(&lease), TTL).await.unwrap());
    assert_eq!(left, [request]);
}

pub(super) async fn a_request_to_an_ended_execution_is_told(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    let before = cx.request(&scope, lease.execution).await;
    cx.land(cx.transition(&lease, 1, vec![entry(1)], finished())).await;
    for request in [before, cx.ids.request_id()] {
        let outcome = cx.port.request(&scope, lease.execution, request, cancel("late")).await.unwrap();
        assert_eq!(outcome, RequestOutcome::Closed(ExecutionStatus::Completed));
    }
    assert_eq!(cx.port.next_due().await.unwrap(), None);
}

pub(super) async fn a_request_to_an_unknown_execution_is_told(cx: Case) {
    let scope = cx.fresh_scope();
    let outcome = cx.port.request(&scope, cx.ids.execution_id(), cx.ids.request_id(), cancel("who")).await.unwrap();
    assert_eq!(outcome, RequestOutcome::NotFound);
}
