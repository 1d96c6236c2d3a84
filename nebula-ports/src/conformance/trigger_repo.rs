//! The contract of [`TriggerRepo`] as cases.

use std::{sync::Arc, time::Duration};

use futures_util::FutureExt as _;
use serde_json::{Value, json};

use crate::{
    Scope,
    conformance::{Cx, suite},
    model::{
        ClaimedTrigger, Digest, Failure, FailureKind, Grants, HolderId, NewTrigger, Settlement, Trigger, TriggerId,
        TriggerLease, TriggerRecord, WorkflowId,
    },
    trigger_repo::{ClaimTriggers, Registration, SettleOutcome, TriggerRepo},
};

suite! {
    /// The contract of a store of triggers.
    "trigger_repo", dyn TriggerRepo, [
        what_is_registered_is_listed_and_due_at_once,
        registering_the_same_again_changes_nothing,
        another_definition_keeps_the_cursor_and_is_due_at_once,
        another_identity_has_no_cursor,
        other_grants_are_polled_with_at_once,
        a_pause_outlives_a_registration,
        an_empty_set_takes_back_all_and_forgets_cursors,
        a_set_replaces_the_one_before_as_a_whole,
        a_claim_takes_what_is_due_the_longest_due_first,
        a_claim_takes_no_more_than_its_limit,
        one_that_is_claimed_is_not_claimed_again_before_its_lease_ends,
        a_lease_that_ran_out_is_claimed_by_the_next,
        a_renewed_lease_lives_longer,
        a_lease_that_somebody_else_took_is_not_renewed,
        a_settlement_moves_the_cursor_and_says_when_the_next_is_due,
        a_settlement_without_a_cursor_leaves_it_where_it_was,
        failures_are_counted_until_a_poll_succeeds,
        the_last_refused_events_are_kept_and_all_are_counted,
        a_settlement_under_an_older_fence_does_not_land,
        a_settlement_after_another_registration_does_not_land,
        a_settlement_of_what_was_taken_back_does_not_land,
        a_fence_is_never_given_twice,
        settling_twice_lands_once,
        what_is_paused_is_not_claimed_and_is_not_next,
        a_poll_under_way_settles_also_when_it_is_paused,
        claiming_one_by_name_waits_for_no_time_and_no_pause,
        claiming_one_by_name_respects_a_lease,
        the_next_due_is_the_earliest_of_all,
        a_tenant_does_not_see_the_triggers_of_another,
        many_claim_at_once_and_each_is_claimed_by_one,
        many_settle_at_once_and_one_lands,
        reopening_keeps_triggers,
    ]
}

type Case = Cx<dyn TriggerRepo>;

const TTL: Duration = Duration::from_secs(30);
const MINUTE: Duration = Duration::from_secs(60);

fn workflow(text: &str) -> WorkflowId {
    WorkflowId::new(text).expect("a slug")
}

fn id(text: &str) -> TriggerId {
    TriggerId::new(text).expect("a name")
}

fn holder(name: &str) -> HolderId {
    HolderId(name.into())
}

fn new(name: &str) -> NewTrigger {
    NewTrigger { id: id(name), identity: Digest::of(name.as_bytes()) }
}

fn registration(triggers: &[&str]) -> Registration {
    Registration {
        workflow: workflow("orders"),
        definition: Digest::of(b"first"),
        grants: Grants::default(),
        triggers: triggers.iter().map(|name| new(name)).collect(),
    }
}

fn failure(message: &str) -> Failure {
    Failure::new(FailureKind::Transient, "test.failed", message)
}

/// A poll that has found nothing, after which the next is due in a minute.
fn settlement(lease: TriggerLease) -> Settlement {
    Settlement { lease, cursor: None, wait: MINUTE, failure: None, started: 0, refused: Vec::new() }
}

fn moved(lease: TriggerLease, cursor: Value) -> Settlement {
    Settlement { cursor: Some(cursor), ..settlement(lease) }
}

fn ids(records: &[TriggerRecord]) -> Vec<String> {
    records.iter().map(|record| format!("{}/{}", record.workflow, record.id)).collect()
}

impl Cx<dyn TriggerRepo> {
    async fn registered(&self, triggers: &[&str]) -> Scope {
        let scope = self.fresh_scope();
        self.port.register(&scope, registration(triggers)).await.unwrap();
        scope
    }

    async fn claim(&self, name: &str, limit: usize) -> Vec<ClaimedTrigger> {
        self.port.claim(ClaimTriggers { holder: holder(name), limit, ttl: TTL }).await.unwrap()
    }

    async fn claimed(&self, name: &str) -> ClaimedTrigger {
        self.claim(name, 1).await.pop().expect("one is due")
    }

    async fn one(&self, scope: &Scope, name: &str) -> TriggerRecord {
        self.port.get(scope, &workflow("orders"), &id(name)).await.unwrap().expect("it is registered")
    }

    async fn settled(&self, settlement: Settlement) {
        let outcome = self.port.settle(settlement).await.unwrap();
        assert!(matches!(outcome, SettleOutcome::Settled(_)), "{outcome:?}");
    }
}

async fn what_is_registered_is_listed_and_due_at_once(cx: Case) {
    let scope = cx.fresh_scope();
    let registered = cx.port.register(&scope, registration(&["b", "a"])).await.unwrap();
    assert_eq!(ids(&registered), ["orders/b", "orders/a"], "in the order they were given");
    let listed = cx.port.list(&scope, Some(&workflow("orders"))).await.unwrap();
    assert_eq!(ids(&listed), ["orders/a", "orders/b"], "by id");
    assert_eq!(cx.port.list(&scope, None).await.unwrap(), listed);
    assert_eq!(cx.port.list(&scope, Some(&workflow("other"))).await.unwrap(), []);
    let record = cx.one(&scope, "a").await;
    assert_eq!(record, listed[0]);
    assert_eq!((record.cursor, record.enabled, record.failures, record.started), (None, true, 0, 0));
    assert_eq!(cx.claim("me", 10).await.len(), 2);
}

async fn registering_the_same_again_changes_nothing(cx: Case) {
    let scope = cx.registered(&["a"]).await;
    let claimed = cx.claimed("me").await;
    cx.settled(Settlement { failure: Some(failure("busy")), ..moved(claimed.lease, json!(7)) }).await;
    let claimed = {
        cx.elapse(MINUTE).await;
        cx.claimed("me").await
    };
    let before = cx.one(&scope, "a").await;
    cx.elapse(Duration::from_secs(10)).await;
    let again = cx.port.register(&scope, registration(&["a"])).await.unwrap();
    assert_eq!(again, [before]);
    cx.settled(settlement(claimed.lease)).await;
}

async fn another_definition_keeps_the_cursor_and_is_due_at_once(cx: Case) {
    let scope = cx.registered(&["a"]).await;
    let claimed = cx.claimed("me").await;
    cx.settled(Settlement { failure: Some(failure("busy")), started: 2, ..moved(claimed.lease, json!([1, "x"])) })
        .await;
    let other = Registration { definition: Digest::of(b"second"), ..registration(&["a"]) };
    let record = cx.port.register(&scope, other).await.unwrap().remove(0);
    assert_eq!((record.cursor, record.started), (Some(json!([1, "x"])), 2));
    assert_eq!((record.failures, record.last_error), (0, None));
    assert_eq!(cx.claimed("me").await.record.definition, Digest::of(b"second"));
}

async fn another_identity_has_no_cursor(cx: Case) {
    let scope = cx.registered(&["a"]).await;
    let claimed = cx.claimed("me").await;
    cx.settled(moved(claimed.lease, json!(7))).await;
    let other = NewTrigger { id: id("a"), identity: Digest::of(b"elsewhere") };
    let other = Registration { triggers: vec![other], ..registration(&[]) };
    let record = cx.port.register(&scope, other).await.unwrap().remove(0);
    assert_eq!((record.cursor, record.identity), (None, Digest::of(b"elsewhere")));
    assert_eq!(cx.claim("me", 10).await.len(), 1);
}

async fn other_grants_are_polled_with_at_once(cx: Case) {
    let scope = cx.registered(&["a"]).await;
    let claimed = cx.claimed("me").await;
    cx.settled(moved(claimed.lease, json!(7))).await;
    let grants = Grants { items: vec!["env:HOME".parse().expect("a grant")], base_dir: Some("/data".to_owned()) };
    let other = Registration { grants: grants.clone(), ..registration(&["a"]) };
    cx.port.register(&scope, other).await.unwrap();
    let claimed = cx.claimed("me").await;
    assert_eq!((claimed.record.grants, claimed.record.cursor), (grants, Some(json!(7))));
}

async fn a_pause_outlives_a_registration(cx: Case) {
    let scope = cx.registered(&["a"]).await;
    cx.port.set_enabled(&scope, &workflow("orders"), &id("a"), false).await.unwrap();
    let other = Registration { definition: Digest::of(b"second"), ..registration(&["a"]) };
    assert!(!cx.port.register(&scope, other).await.unwrap()[0].enabled);
    assert_eq!(cx.claim("me", 10).await, []);
}

async fn an_empty_set_takes_back_all_and_forgets_cursors(cx: Case) {
    let scope = cx.registered(&["a", "b"]).await;
    let claimed = cx.claimed("me").await;
    cx.settled(moved(claimed.lease, json!(7))).await;
    assert_eq!(cx.port.register(&scope, registration(&[])).await.unwrap(), []);
    assert_eq!(cx.port.list(&scope, None).await.unwrap(), []);
    assert_eq!(cx.port.get(&scope, &workflow("orders"), &id("a")).await.unwrap(), None);
    cx.elapse(MINUTE).await;
    assert_eq!(cx.claim("me", 10).await, []);
    assert_eq!(cx.port.next_due().await.unwrap(), None);
    let again = cx.port.register(&scope, registration(&["a", "b"])).await.unwrap();
    assert!(again.iter().all(|record| record.cursor.is_none() && record.started == 0), "{again:?}");
}

async fn a_set_replaces_the_one_before_as_a_whole(cx: Case) {
    let scope = cx.registered(&["a", "b"]).await;
    let elsewhere = Registration { workflow: workflow("other"), ..registration(&["z"]) };
    cx.port.register(&scope, elsewhere).await.unwrap();
    cx.port.register(&scope, registration(&["b", "c"])).await.unwrap();
    let listed = cx.port.list(&scope, None).await.unwrap();
    assert_eq!(ids(&listed), ["orders/b", "orders/c", "other/z"]);
}

async fn a_claim_takes_what_is_due_the_longest_due_first(cx: Case) {
    let scope = cx.registered(&["a"]).await;
    cx.elapse(Duration::from_secs(1)).await;
    let later = Registration { workflow: workflow("later"), ..registration(&["a"]) };
    cx.port.register(&scope, later).await.unwrap();
    let claimed = cx.claim("me", 10).await;
    let order: Vec<String> = claimed.iter().map(|one| one.record.workflow.to_string()).collect();
    assert_eq!(order, ["orders", "later"]);
    assert!(claimed.iter().all(|one| one.lease.fence == one.record.fence && one.lease.fence.0 == 1), "{claimed:?}");
    assert!(claimed.iter().all(|one| one.record.holder == Some(holder("me"))), "{claimed:?}");
    for one in claimed {
        cx.settled(settlement(one.lease)).await;
    }
    assert_eq!(cx.claim("me", 10).await, [], "nothing is due before its time");
}

async fn a_claim_takes_no_more_than_its_limit(cx: Case) {
    cx.registered(&["a", "b", "c"]).await;
    assert_eq!(cx.claim("me", 2).await.len(), 2);
    assert_eq!(cx.claim("me", 2).await.len(), 1);
    assert_eq!(cx.claim("me", 0).await.len(), 0);
}

async fn one_that_is_claimed_is_not_claimed_again_before_its_lease_ends(cx: Case) {
    cx.registered(&["a"]).await;
    let _held = cx.claimed("me").await;
    assert_eq!(cx.claim("other", 10).await, []);
    cx.elapse(TTL - Duration::from_secs(1)).await;
    assert_eq!(cx.claim("other", 10).await, []);
}

async fn a_lease_that_ran_out_is_claimed_by_the_next(cx: Case) {
    cx.registered(&["a"]).await;
    let first = cx.claimed("me").await;
    cx.elapse(TTL).await;
    let second = cx.claimed("other").await;
    assert!(second.lease.fence > first.lease.fence);
    assert_eq!(second.record.holder, Some(holder("other")));
}

async fn a_renewed_lease_lives_longer(cx: Case) {
    cx.registered(&["a"]).await;
    let claimed = cx.claimed("me").await;
    cx.elapse(TTL / 2).await;
    let renewed = cx.port.renew(&claimed.lease, TTL).await.unwrap().expect("it is held");
    assert_eq!(renewed.fence, claimed.lease.fence);
    assert!(renewed.until > claimed.lease.until);
    cx.elapse(TTL / 2 + Duration::from_secs(1)).await;
    assert_eq!(cx.claim("other", 10).await, []);
    cx.settled(settlement(claimed.lease)).await;
}

async fn a_lease_that_somebody_else_took_is_not_renewed(cx: Case) {
    let scope = cx.registered(&["a"]).await;
    let first = cx.claimed("me").await;
    cx.elapse(TTL).await;
    let second = cx.claimed("other").await;
    assert_eq!(cx.port.renew(&first.lease, TTL).await.unwrap(), None);
    cx.settled(settlement(second.lease.clone())).await;
    assert_eq!(cx.port.renew(&second.lease, TTL).await.unwrap(), None, "it was given up");
    cx.port.register(&scope, registration(&[])).await.unwrap();
    assert_eq!(cx.port.renew(&second.lease, TTL).await.unwrap(), None);
}

async fn a_settlement_moves_the_cursor_and_says_when_the_next_is_due(cx: Case) {
    let scope = cx.registered(&["a"]).await;
    let claimed = cx.claimed("me").await;
    cx.elapse(Duration::from_secs(5)).await;
    let outcome = cx.port.settle(Settlement { started: 3, ..moved(claimed.lease, json!({ "at": 9 })) }).await.unwrap();
    let record = cx.one(&scope, "a").await;
    assert_eq!(outcome, SettleOutcome::Settled(record.next_due));
    assert_eq!((record.cursor.clone(), record.started), (Some(json!({ "at": 9 })), 3));
    assert_eq!((record.holder.clone(), record.lease_until), (None, None));
    let polled = record.polled_at.expect("it was polled");
    assert_eq!(record.next_due, polled.plus(MINUTE), "by the clock of the store");
    cx.elapse(MINUTE - Duration::from_secs(1)).await;
    assert_eq!(cx.claim("me", 10).await, []);
    cx.elapse(Duration::from_secs(1)).await;
    assert_eq!(cx.claimed("me").await.record.cursor, Some(json!({ "at": 9 })));
}

async fn a_settlement_without_a_cursor_leaves_it_where_it_was(cx: Case) {
    let scope = cx.registered(&["a"]).await;
    let claimed = cx.claimed("me").await;
    cx.settled(moved(claimed.lease, Value::Null)).await;
    assert_eq!(cx.one(&scope, "a").await.cursor, Some(Value::Null), "null is a cursor as well");
    cx.elapse(MINUTE).await;
    let claimed = cx.claimed("me").await;
    cx.settled(settlement(claimed.lease)).await;
    assert_eq!(cx.one(&scope, "a").await.cursor, Some(Value::Null));
}

async fn failures_are_counted_until_a_poll_succeeds(cx: Case) {
    let scope = cx.registered(&["a"]).await;
    for n in 1..=3_u32 {
        let claimed = cx.claimed("me").await;
        let failure = failure(&format!("attempt {n}"));
        cx.settled(Settlement { failure: Some(failure.clone()), ..settlement(claimed.lease) }).await;
        let record = cx.one(&scope, "a").await;
        assert_eq!((record.failures, record.last_error), (n, Some(failure)));
        cx.elapse(MINUTE).await;
    }
    let claimed = cx.claimed("me").await;
    cx.settled(settlement(claimed.lease)).await;
    let record = cx.one(&scope, "a").await;
    assert_eq!((record.failures, record.last_error), (0, None));
}

async fn the_last_refused_events_are_kept_and_all_are_counted(cx: Case) {
    let scope = cx.registered(&["a"]).await;
    let claimed = cx.claimed("me").await;
    let refused = |from: usize, to: usize| (from..to).map(|n| (format!("e{n}").into(), failure("no"))).collect();
    cx.settled(Settlement { refused: refused(0, 3), ..settlement(claimed.lease) }).await;
    cx.elapse(MINUTE).await;
    let claimed = cx.claimed("me").await;
    cx.settled(Settlement { refused: refused(3, 3 + Trigger::REFUSED_KEPT), ..settlement(claimed.lease) }).await;
    let record = cx.one(&scope, "a").await;
    assert_eq!(record.refused, 3 + Trigger::REFUSED_KEPT as u64);
    assert_eq!(record.last_refused.len(), Trigger::REFUSED_KEPT);
    assert_eq!(record.last_refused[0].key, "e3");
    assert_eq!(Some(record.last_refused[0].at), record.polled_at);
    assert_eq!(record.failures, 0, "the poll has not failed");
}

async fn a_settlement_under_an_older_fence_does_not_land(cx: Case) {
    let scope = cx.registered(&["a"]).await;
    let old = cx.claimed("me").await;
    cx.elapse(TTL).await;
    let new = cx.claimed("me").await;
    let outcome = cx.port.settle(moved(old.lease, json!("old"))).await.unwrap();
    assert_eq!(outcome, SettleOutcome::Fenced { by: new.lease.fence });
    assert_eq!(cx.one(&scope, "a").await, new.record);
    cx.settled(moved(new.lease, json!("new"))).await;
    assert_eq!(cx.one(&scope, "a").await.cursor, Some(json!("new")));
}

async fn a_settlement_after_another_registration_does_not_land(cx: Case) {
    let scope = cx.registered(&["a"]).await;
    let claimed = cx.claimed("me").await;
    let other = Registration { definition: Digest::of(b"second"), ..registration(&["a"]) };
    let record = cx.port.register(&scope, other).await.unwrap().remove(0);
    let outcome = cx.port.settle(moved(claimed.lease, json!("old"))).await.unwrap();
    assert_eq!(outcome, SettleOutcome::Fenced { by: record.fence });
    assert_eq!(cx.one(&scope, "a").await, record);
}

async fn a_settlement_of_what_was_taken_back_does_not_land(cx: Case) {
    let scope = cx.registered(&["a"]).await;
    let claimed = cx.claimed("me").await;
    cx.port.register(&scope, registration(&[])).await.unwrap();
    assert_eq!(cx.port.settle(moved(claimed.lease.clone(), json!("old"))).await.unwrap(), SettleOutcome::Gone);
    cx.port.register(&scope, registration(&["a"])).await.unwrap();
    let outcome = cx.port.settle(moved(claimed.lease, json!("old"))).await.unwrap();
    assert!(matches!(outcome, SettleOutcome::Fenced { .. }), "{outcome:?}");
    assert_eq!(cx.one(&scope, "a").await.cursor, None);
}

async fn a_fence_is_never_given_twice(cx: Case) {
    let scope = cx.registered(&["a"]).await;
    let mut last = cx.claimed("me").await.lease;
    for round in 0..4 {
        cx.port.register(&scope, registration(&[])).await.unwrap();
        cx.port.register(&scope, registration(&["a"])).await.unwrap();
        let next = cx.claimed("me").await.lease;
        assert!(next.fence > last.fence, "round {round}");
        let outcome = cx.port.settle(settlement(last)).await.unwrap();
        assert_eq!(outcome, SettleOutcome::Fenced { by: next.fence });
        last = next;
    }
}

async fn settling_twice_lands_once(cx: Case) {
    let scope = cx.registered(&["a"]).await;
    let claimed = cx.claimed("me").await;
    let settlement = Settlement { started: 1, ..moved(claimed.lease.clone(), json!(1)) };
    cx.settled(settlement.clone()).await;
    let outcome = cx.port.settle(settlement).await.unwrap();
    assert_eq!(outcome, SettleOutcome::Fenced { by: claimed.lease.fence });
    assert_eq!(cx.one(&scope, "a").await.started, 1);
}

async fn what_is_paused_is_not_claimed_and_is_not_next(cx: Case) {
    let scope = cx.registered(&["a"]).await;
    let orders = workflow("orders");
    let paused = cx.port.set_enabled(&scope, &orders, &id("a"), false).await.unwrap().expect("it is registered");
    assert!(!paused.enabled);
    assert_eq!(cx.claim("me", 10).await, []);
    assert_eq!(cx.port.next_due().await.unwrap(), None);
    cx.port.set_enabled(&scope, &orders, &id("a"), true).await.unwrap();
    assert_eq!(cx.claim("me", 10).await.len(), 1);
    assert_eq!(cx.port.set_enabled(&scope, &orders, &id("b"), true).await.unwrap(), None, "there is none");
}

async fn a_poll_under_way_settles_also_when_it_is_paused(cx: Case) {
    let scope = cx.registered(&["a"]).await;
    let claimed = cx.claimed("me").await;
    cx.port.set_enabled(&scope, &workflow("orders"), &id("a"), false).await.unwrap();
    cx.settled(moved(claimed.lease, json!(7))).await;
    let record = cx.one(&scope, "a").await;
    assert_eq!((record.enabled, record.cursor), (false, Some(json!(7))));
}

async fn claiming_one_by_name_waits_for_no_time_and_no_pause(cx: Case) {
    let scope = cx.registered(&["a"]).await;
    let orders = workflow("orders");
    let claimed = cx.claimed("me").await;
    cx.settled(settlement(claimed.lease)).await;
    cx.port.set_enabled(&scope, &orders, &id("a"), false).await.unwrap();
    let claimed = cx.port.claim_one(&scope, &orders, &id("a"), holder("me"), TTL).await.unwrap().expect("it is free");
    assert_eq!(claimed.lease.fence.0, 2);
    cx.settled(settlement(claimed.lease)).await;
    assert_eq!(cx.port.claim_one(&scope, &orders, &id("b"), holder("me"), TTL).await.unwrap(), None);
}

async fn claiming_one_by_name_respects_a_lease(cx: Case) {
    let scope = cx.registered(&["a"]).await;
    let orders = workflow("orders");
    let _held = cx.claimed("other").await;
    assert_eq!(cx.port.claim_one(&scope, &orders, &id("a"), holder("me"), TTL).await.unwrap(), None);
    cx.elapse(TTL).await;
    assert!(cx.port.claim_one(&scope, &orders, &id("a"), holder("me"), TTL).await.unwrap().is_some());
}

async fn the_next_due_is_the_earliest_of_all(cx: Case) {
    assert_eq!(cx.port.next_due().await.unwrap(), None);
    let scope = cx.registered(&["a", "b"]).await;
    let first = cx.claimed("me").await;
    let second = cx.claimed("me").await;
    assert_eq!(cx.port.next_due().await.unwrap(), Some(first.lease.until), "when the first lease runs out");
    cx.settled(Settlement { wait: Duration::from_secs(10), ..settlement(first.lease) }).await;
    cx.settled(Settlement { wait: Duration::from_secs(20), ..settlement(second.lease) }).await;
    let listed = cx.port.list(&scope, None).await.unwrap();
    assert_eq!(cx.port.next_due().await.unwrap(), listed.iter().map(|record| record.next_due).min());
}

async fn a_tenant_does_not_see_the_triggers_of_another(cx: Case) {
    let theirs = cx.registered(&["a"]).await;
    let mine = cx.fresh_scope();
    let orders = workflow("orders");
    assert_eq!(cx.port.list(&mine, None).await.unwrap(), []);
    assert_eq!(cx.port.get(&mine, &orders, &id("a")).await.unwrap(), None);
    assert_eq!(cx.port.set_enabled(&mine, &orders, &id("a"), false).await.unwrap(), None);
    assert_eq!(cx.port.claim_one(&mine, &orders, &id("a"), holder("me"), TTL).await.unwrap(), None);
    cx.port.register(&mine, registration(&[])).await.unwrap();
    assert_eq!(cx.port.list(&theirs, None).await.unwrap().len(), 1);
}

async fn many_claim_at_once_and_each_is_claimed_by_one(cx: Case) {
    let names: Vec<String> = (0..24).map(|n| format!("t{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    cx.registered(&names).await;
    let claimed = cx
        .at_once((0..8).map(|n| {
            let port = Arc::clone(&cx.port);
            async move {
                let mut mine = Vec::new();
                loop {
                    let request = ClaimTriggers { holder: holder(&format!("h{n}")), limit: 2, ttl: TTL };
                    let claimed = port.claim(request).await.unwrap();
                    if claimed.is_empty() {
                        return mine;
                    }
                    mine.extend(claimed.into_iter().map(|one| one.lease.id.to_string()));
                }
            }
            .boxed()
        }))
        .await;
    let mut all: Vec<String> = claimed.into_iter().flatten().collect();
    all.sort();
    let mut wanted: Vec<&str> = names;
    wanted.sort_unstable();
    assert_eq!(all, wanted);
}

async fn many_settle_at_once_and_one_lands(cx: Case) {
    let scope = cx.registered(&["a"]).await;
    let claimed = cx.claimed("me").await;
    let outcomes = cx
        .at_once((0..8_u64).map(|n| {
            let (port, lease) = (Arc::clone(&cx.port), claimed.lease.clone());
            async move { port.settle(Settlement { started: 1, ..moved(lease, json!(n)) }).await.unwrap() }.boxed()
        }))
        .await;
    let landed = outcomes.iter().filter(|outcome| matches!(outcome, SettleOutcome::Settled(_))).count();
    assert_eq!(landed, 1, "{outcomes:?}");
    assert_eq!(cx.one(&scope, "a").await.started, 1);
}

async fn reopening_keeps_triggers(cx: Case) {
    let scope = cx.registered(&["a", "b"]).await;
    let claimed = cx.claimed("me").await;
    cx.settled(Settlement {
        refused: vec![("k".into(), failure("no").at("/x").with_help("mend it"))],
        failure: Some(failure("busy")),
        ..moved(claimed.lease, json!({ "quotes \" and \u{1F980}": [1.5, null] }))
    })
    .await;
    let held = cx.claimed("me").await;
    let before = cx.port.list(&scope, None).await.unwrap();
    let Some(port) = cx.reopen().await else { return cx.skip("nothing of this port outlives its process") };
    assert_eq!(port.list(&scope, None).await.unwrap(), before);
    assert!(matches!(port.settle(settlement(held.lease)).await.unwrap(), SettleOutcome::Settled(_)));
}
