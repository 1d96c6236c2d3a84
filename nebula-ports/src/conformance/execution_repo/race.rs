//! Cases in which many do the same at once.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use futures_util::FutureExt as _;

use super::fixture::*;
use crate::{
    execution_repo::{CommitOutcome, ExecutionFilter, RequestOutcome, StartOutcome},
    model::{ExecutionStatus, NewExecution, Seq},
};

pub(super) async fn starts_with_one_key_at_once_start_one_execution(cx: Case) {
    let scope = cx.fresh_scope();
    let outcomes = cx
        .at_once((0..16).map(|_| {
            let (cx, scope) = (cx.clone(), scope.clone());
            let new = NewExecution { key: Some(key("k")), ..cx.new_execution() };
            async move { (new.id, cx.port.start(&scope, new).await.unwrap()) }.boxed()
        }))
        .await;
    let winners: Vec<_> =
        outcomes.iter().filter(|(_, outcome)| matches!(outcome, StartOutcome::Started { .. })).collect();
    let [(winner, _)] = winners.as_slice() else { panic!("exactly one starts: {outcomes:?}") };
    for (id, outcome) in &outcomes {
        assert!(id == winner || *outcome == StartOutcome::Existing(*winner), "{outcomes:?}");
    }
    assert_eq!(cx.port.list(&scope, &ExecutionFilter::default()).await.unwrap().len(), 1);
}

pub(super) async fn the_same_start_at_once_is_one_execution(cx: Case) {
    let scope = cx.fresh_scope();
    let new = cx.new_running("a");
    let outcomes = cx
        .at_once((0..16).map(|_| {
            let (cx, scope, new) = (cx.clone(), scope.clone(), new.clone());
            async move { started(cx.port.start(&scope, new).await) }.boxed()
        }))
        .await;
    assert!(outcomes.iter().all(|outcome| *outcome == outcomes[0]), "each start has the same answer: {outcomes:?}");
    assert_eq!(cx.journal(&scope, new.id).await.len(), 1);
}

pub(super) async fn claimers_at_once_share_no_execution(cx: Case) {
    let scope = cx.fresh_scope();
    let mut expected = BTreeSet::new();
    for _ in 0..60 {
        expected.insert(cx.parked(&scope, Some(LONG_AGO)).await);
    }
    let claimed = cx
        .at_once((0..12).map(|n| {
            let cx = cx.clone();
            async move {
                let mut mine = Vec::new();
                loop {
                    let claimed = cx.claim(&format!("w{n}"), 3).await;
                    if claimed.is_empty() {
                        break mine;
                    }
                    mine.extend(claimed.into_iter().map(|claimed| claimed.record.id));
                }
            }
            .boxed()
        }))
        .await
        .concat();
    assert_eq!(claimed.len(), expected.len(), "an execution was claimed twice or not at all");
    assert_eq!(claimed.into_iter().collect::<BTreeSet<_>>(), expected);
}

pub(super) async fn commits_at_once_under_one_lease_land_once(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    for round in 1..=5 {
        let outcomes = cx
            .at_once((0..12).map(|n| {
                let cx = cx.clone();
                let transition = cx.transition(&lease, round, vec![entry(n)], running());
                async move { cx.commit(transition).await.unwrap() }.boxed()
            }))
            .await;
        let landed = outcomes.iter().filter(|outcome| **outcome == CommitOutcome::Applied(Seq(round + 1))).count();
        let conflict = CommitOutcome::Conflict { expected: Seq(round), actual: Seq(round + 1) };
        let refused = outcomes.iter().filter(|outcome| **outcome == conflict).count();
        assert_eq!((landed, refused), (1, 11), "one lands and the others are told: {outcomes:?}");
    }
    assert_eq!(positions(&cx.journal(&scope, lease.execution).await), [1, 2, 3, 4, 5, 6]);
}

pub(super) async fn commits_at_once_of_many_executions_all_land(cx: Case) {
    const STEPS: u64 = 20;
    let scope = cx.fresh_scope();
    let mut leases = Vec::new();
    for _ in 0..16 {
        leases.push(cx.running(&scope, "a").await);
    }
    cx.at_once(leases.iter().map(|lease| {
        let (cx, lease) = (cx.clone(), lease.clone());
        async move {
            for at in 1..=STEPS {
                let next = if at == STEPS { finished() } else { running() };
                let entries = vec![entry(u32::try_from(at).expect("small"))];
                assert_eq!(cx.land(cx.transition(&lease, at, entries, next)).await, Seq(at + 1));
            }
        }
        .boxed()
    }))
    .await;
    for lease in leases {
        let journal = cx.journal(&scope, lease.execution).await;
        assert_eq!(positions(&journal), (1..=STEPS + 1).collect::<Vec<_>>());
        assert_eq!(cx.record(&scope, lease.execution).await.status, ExecutionStatus::Completed);
    }
}

pub(super) async fn a_request_sent_at_once_is_accepted_once(cx: Case) {
    let scope = cx.fresh_scope();
    let id = cx.parked(&scope, None).await;
    let request = cx.ids.request_id();
    let outcomes = cx
        .at_once((0..12).map(|_| {
            let (cx, scope) = (cx.clone(), scope.clone());
            async move { cx.port.request(&scope, id, request, cancel("now")).await.unwrap() }.boxed()
        }))
        .await;
    let accepted = outcomes.iter().filter(|outcome| **outcome == RequestOutcome::Accepted).count();
    let repeated = outcomes.iter().filter(|outcome| **outcome == RequestOutcome::AlreadyAccepted).count();
    assert_eq!((accepted, repeated), (1, 11), "{outcomes:?}");
    assert_eq!(cx.claim("a", 1).await[0].inbox.len(), 1);
}

pub(super) async fn a_holder_and_its_successor_never_both_write(cx: Case) {
    let scope = cx.fresh_scope();
    let first = cx.running(&scope, "w0").await;
    cx.elapse(TTL).await;
    // The old holder goes on writing, and believes in its lease, while a successor claims and writes too.
    let landed = Arc::new(AtomicU64::new(0));
    let writers = (0..2).map(|n| {
        let (cx, first, landed) = (cx.clone(), first.clone(), Arc::clone(&landed));
        async move {
            let lease = if n == 0 {
                first
            } else {
                cx.claim_by_name("w1", first.execution).await.expect("the lease ran out").lease
            };
            let mut at = 1;
            for n in 0..50 {
                match cx.commit(cx.transition(&lease, at, vec![entry(n)], running())).await.unwrap() {
                    CommitOutcome::Applied(seq) => {
                        landed.fetch_add(1, Ordering::Relaxed);
                        at = seq.0;
                    }
                    CommitOutcome::Conflict { actual, .. } => at = actual.0,
                    CommitOutcome::Fenced { .. } => break,
                    other => panic!("unexpected {other:?}"),
                }
            }
        }
        .boxed()
    });
    cx.at_once(writers).await;
    let journal = cx.journal(&scope, first.execution).await;
    assert_eq!(journal.len() as u64, landed.load(Ordering::Relaxed) + 1, "what was answered is what is there");
    let fences: Vec<u64> = journal.iter().map(|record| record.fence.0).collect();
    assert!(fences.is_sorted(), "the old holder wrote after the new claim: {fences:?}");
}
