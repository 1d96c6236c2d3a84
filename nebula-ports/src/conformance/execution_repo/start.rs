//! Cases about starts.

use super::fixture::*;
use crate::{
    error::ErrorKind,
    execution_repo::StartOutcome,
    model::{Digest, ExecutionStatus, Fence, NewExecution, NextState, Seq},
};

pub(super) async fn a_start_is_seen_with_its_first_entries(cx: Case) {
    let scope = cx.fresh_scope();
    let mut new = cx.new_execution();
    new.entries.push(entry(1));
    assert_eq!(started(cx.port.start(&scope, new.clone()).await), (None, Seq(2)));

    let record = cx.record(&scope, new.id).await;
    assert_eq!((record.id, &record.tenant, &record.workflow), (new.id, scope.tenant(), &new.workflow));
    assert_eq!((record.definition, record.plan), (new.definition, new.plan));
    assert_eq!((record.status, record.seq, record.fence), (ExecutionStatus::Pending, Seq(2), Fence(0)));
    assert_eq!((record.wake_at, record.finished_at), (Some(LONG_AGO), None));
    let journal = cx.journal(&scope, new.id).await;
    assert_eq!(journal.into_iter().map(|record| record.entry).collect::<Vec<_>>(), new.entries);
}

pub(super) async fn a_start_with_a_claim_gives_the_first_lease(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    let record = cx.record(&scope, lease.execution).await;
    assert_eq!((lease.fence, &lease.holder), (Fence(1), &holder("a")));
    assert_eq!(lease.until, record.created_at.plus(TTL));
    assert_eq!((record.fence, record.holder, record.lease_until), (Fence(1), Some(holder("a")), Some(lease.until)));
    assert_eq!((record.status, record.wake_at), (ExecutionStatus::Running, None));
    assert_eq!(cx.claim("b", 10).await, [], "the lease of a start is as live as any other");
}

pub(super) async fn a_start_without_a_claim_is_left_to_a_claim(cx: Case) {
    let scope = cx.fresh_scope();
    let new = cx.new_execution();
    assert_eq!(started(cx.port.start(&scope, new.clone()).await), (None, Seq(1)));
    let claimed = cx.claim("a", 10).await;
    assert_eq!(claimed.iter().map(|claimed| claimed.record.id).collect::<Vec<_>>(), [new.id]);
}

pub(super) async fn a_start_may_finish_at_once(cx: Case) {
    let scope = cx.fresh_scope();
    let new = NewExecution { next: finished(), claim: Some((holder("a"), TTL)), ..cx.new_execution() };
    let (lease, _) = started(cx.port.start(&scope, new.clone()).await);
    assert_eq!(lease, None, "there is nothing to hold");
    let record = cx.record(&scope, new.id).await;
    assert_eq!((record.status, record.holder, record.lease_until), (ExecutionStatus::Completed, None, None));
    assert_eq!(record.finished_at, Some(record.created_at));
}

pub(super) async fn a_repeated_start_is_started_again_and_writes_nothing(cx: Case) {
    let scope = cx.fresh_scope();
    let new = NewExecution { key: Some(key("k")), ..cx.new_execution() };
    let first = started(cx.port.start(&scope, new.clone()).await);
    let before = cx.record(&scope, new.id).await;
    assert_eq!(started(cx.port.start(&scope, new.clone()).await), first);
    assert_eq!(cx.record(&scope, new.id).await, before);
    assert_eq!(cx.journal(&scope, new.id).await.len(), 1);
}

pub(super) async fn a_repeated_start_gives_the_lease_again(cx: Case) {
    let scope = cx.fresh_scope();
    let new = cx.new_running("a");
    let first = started(cx.port.start(&scope, new.clone()).await);
    assert_eq!(started(cx.port.start(&scope, new.clone()).await), first);

    cx.elapse(TTL).await;
    cx.claim_by_name("b", new.id).await.expect("the lease ran out");
    let (lease, _) = started(cx.port.start(&scope, new).await);
    assert_eq!(lease, None, "somebody else has it by now");
}

pub(super) async fn the_same_key_and_input_give_the_execution_that_exists(cx: Case) {
    let scope = cx.fresh_scope();
    let first = NewExecution { key: Some(key("k")), ..cx.new_execution() };
    let second = NewExecution { key: Some(key("k")), ..cx.new_running("a") };
    started(cx.port.start(&scope, first.clone()).await);
    assert_eq!(cx.port.start(&scope, second.clone()).await.unwrap(), StartOutcome::Existing(first.id));
    assert_eq!(cx.port.get(&scope, second.id).await.unwrap(), None);
    assert_eq!(cx.journal(&scope, second.id).await, []);
}

pub(super) async fn the_same_key_with_another_input_is_told(cx: Case) {
    let scope = cx.fresh_scope();
    let first = NewExecution { key: Some(key("k")), ..cx.new_execution() };
    let second = NewExecution { input: Digest::of(b"another input"), key: Some(key("k")), ..cx.new_execution() };
    started(cx.port.start(&scope, first.clone()).await);
    assert_eq!(cx.port.start(&scope, second.clone()).await.unwrap(), StartOutcome::KeyReused(first.id));
    assert_eq!(cx.port.get(&scope, second.id).await.unwrap(), None);
}

pub(super) async fn the_same_key_in_another_workflow_starts(cx: Case) {
    let scope = cx.fresh_scope();
    let first = NewExecution { key: Some(key("k")), ..cx.new_execution() };
    let second = NewExecution { workflow: workflow("invoices"), key: Some(key("k")), ..cx.new_execution() };
    started(cx.port.start(&scope, first).await);
    started(cx.port.start(&scope, second).await);
}

pub(super) async fn a_key_stays_taken_after_the_end(cx: Case) {
    let scope = cx.fresh_scope();
    let first = NewExecution { key: Some(key("k")), next: finished(), ..cx.new_execution() };
    let second = NewExecution { key: Some(key("k")), ..cx.new_execution() };
    started(cx.port.start(&scope, first.clone()).await);
    assert_eq!(cx.port.start(&scope, second).await.unwrap(), StartOutcome::Existing(first.id));
}

pub(super) async fn the_id_of_another_execution_is_refused(cx: Case) {
    let scope = cx.fresh_scope();
    let first = cx.new_execution();
    started(cx.port.start(&scope, first.clone()).await);
    let before = cx.record(&scope, first.id).await;
    let second = NewExecution { input: Digest::of(b"another input"), ..first.clone() };
    assert_eq!(invalid(cx.port.start(&scope, second).await).kind(), ErrorKind::AlreadyExists);
    assert_eq!(cx.record(&scope, first.id).await, before);
}

pub(super) async fn a_start_that_is_too_large_is_invalid_and_takes_no_key(cx: Case) {
    let scope = cx.fresh_scope();
    let mut large = NewExecution { key: Some(key("k")), ..cx.new_execution() };
    large.entries.push(entry_with("x".repeat(1024 * 1024).into()));
    let error = invalid(cx.port.start(&scope, large.clone()).await);
    assert!(error.message().contains("1048576"), "the message names the limit: {error}");
    assert_eq!(cx.port.get(&scope, large.id).await.unwrap(), None);

    large.entries.pop();
    started(cx.port.start(&scope, large).await);
}

pub(super) async fn a_start_that_goes_on_without_a_claim_is_invalid(cx: Case) {
    let scope = cx.fresh_scope();
    let new = NewExecution { next: running(), ..cx.new_execution() };
    invalid(cx.port.start(&scope, new.clone()).await);
    assert_eq!(cx.port.get(&scope, new.id).await.unwrap(), None);
}

pub(super) async fn a_start_with_an_illegal_status_is_invalid(cx: Case) {
    let scope = cx.fresh_scope();
    let next = NextState::Running { status: ExecutionStatus::Cancelling };
    let new = NewExecution { next, ..cx.new_running("a") };
    invalid(cx.port.start(&scope, new.clone()).await);
    assert_eq!(cx.port.get(&scope, new.id).await.unwrap(), None);
}
