//! Cases about reading journals.

use std::{collections::BTreeMap, time::Duration};

use futures_util::StreamExt as _;
use serde_json::json;

use super::fixture::*;
use crate::model::{
    AttemptOutcome, ConditionTrace, EffectClass, ExecutionStatus, Failure, FailureKind, Fence, IdempotencyKey,
    JournalEntry, NodeId, Payload, PortName, PortRef, Resolution, Seq, SignalName, SkipReason, WakeOn,
};

pub(super) async fn a_journal_is_gapless_and_in_order(cx: Case) {
    let scope = cx.fresh_scope();
    let (a, b) = (cx.running(&scope, "a").await, cx.running(&scope, "a").await);
    let mut at = 1;
    for size in [1, 0, 3, 2, 1, 5] {
        let entries = |from: u64| (0..size).map(move |n| entry(u32::try_from(from + n).expect("small")));
        let transitions = [&a, &b].map(|lease| cx.transition(lease, at, entries(at).collect(), running()));
        for answer in cx.port.commit(transitions.to_vec()).await {
            answer.unwrap();
        }
        at += size;
    }
    for lease in [a, b] {
        let journal = cx.journal(&scope, lease.execution).await;
        assert_eq!(positions(&journal), (1..=at).collect::<Vec<_>>());
        let expected: Vec<_> = (1..at).map(|n| entry(u32::try_from(n).expect("small"))).collect();
        assert_eq!(journal.into_iter().skip(1).map(|record| record.entry).collect::<Vec<_>>(), expected);
    }
}

pub(super) async fn a_journal_is_read_from_a_position_on(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    cx.land(cx.transition(&lease, 1, (1..=9).map(entry).collect(), running())).await;
    for after in [0, 1, 5, 9, 10, 11, u64::MAX] {
        let journal = cx.journal_after(&scope, lease.execution, after).await;
        assert_eq!(positions(&journal), (1..=10).filter(|seq| *seq > after).collect::<Vec<_>>());
    }
}

pub(super) async fn a_long_journal_is_read_whole(cx: Case) {
    const ENTRIES: u32 = 2_500;
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    cx.land(cx.transition(&lease, 1, (1..=ENTRIES).map(entry).collect(), running())).await;
    let journal = cx.journal(&scope, lease.execution).await;
    assert_eq!(positions(&journal), (1..=u64::from(ENTRIES) + 1).collect::<Vec<_>>());
    assert_eq!(journal.last().map(|record| &record.entry), Some(&entry(ENTRIES)));
}

pub(super) async fn a_journal_says_under_which_claim_and_when(cx: Case) {
    let scope = cx.fresh_scope();
    let first = cx.running(&scope, "a").await;
    cx.elapse(TTL).await;
    let second = cx.claim_by_name("b", first.execution).await.expect("the lease ran out").lease;
    cx.land(cx.transition(&second, 1, vec![entry(1)], running())).await;
    let journal = cx.journal(&scope, first.execution).await;
    assert_eq!(journal.iter().map(|record| record.fence).collect::<Vec<_>>(), [Fence(1), Fence(2)]);
    assert!(journal[1].recorded_at >= journal[0].recorded_at.plus(TTL));
    assert_eq!(journal[0].recorded_at, cx.record(&scope, first.execution).await.created_at);
}

pub(super) async fn entries_come_back_as_they_were(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    let id = NodeId::new("step_1").expect("a name");
    let node = crate::model::NodeAddress::from(id.clone());
    let approved = PortName::new("approved").expect("a name");
    let deep = (0..40).fold(json!("middle"), |inner, n| json!({ "level": n, "inner": [inner] }));
    let output = json!({
        "text": "quotes \" and \\ and \u{0} and \u{1F980} and \u{2028}", "empty": "", "nothing": null,
        "numbers": [0, -1, i64::MIN, u64::MAX, 0.5, -2.25, 1e300], "deep": deep, "": [[], {}],
    });
    let failure = Failure::new(FailureKind::RateLimited, "http.status_429", "slow down")
        .at("/url")
        .with_help("wait")
        .retry_after(Duration::from_secs(3))
        .before_effect();
    let values: BTreeMap<String, serde_json::Value> = [("$vars.x".to_owned(), json!(1))].into();
    let trace = ConditionTrace {
        from: PortRef::of(id, approved.clone()),
        when: Some("$vars.x > 2".to_owned()),
        values: values.into_iter().collect(),
    };
    let request = cx.ids.request_id();
    let at = LONG_AGO;
    let entries = vec![
        JournalEntry::NodeSkipped { node: node.clone(), reason: SkipReason { connections: vec![trace] } },
        JournalEntry::NodeFailed { node: node.clone(), at, error: failure.clone() },
        JournalEntry::AttemptStarted {
            node: node.clone(),
            attempt: 1,
            at,
            effect: EffectClass::Idempotent,
            key: Some(IdempotencyKey::of(lease.execution, &node)),
        },
        JournalEntry::AttemptFinished {
            node: node.clone(),
            attempt: u32::MAX,
            at,
            outcome: AttemptOutcome::Retry { error: failure, next_at: at },
        },
        entry_with(output.clone()),
        finished_with(AttemptOutcome::Routed {
            port: approved.clone(),
            output: Payload::Inline(output.clone().into()),
        }),
        finished_with(paused(WakeOn::Now)),
        finished_with(paused(WakeOn::Time { at })),
        finished_with(paused(WakeOn::Signal { name: signal("go.on"), deadline: Some(at) })),
        finished_with(paused(WakeOn::Signal { name: signal("go.on"), deadline: None })),
        JournalEntry::SignalReceived {
            name: signal("go.on"),
            payload: Payload::Inline(output.clone().into()),
            request,
            at,
        },
        JournalEntry::TimerFired { node: node.clone(), at },
        JournalEntry::NodeInDoubt { node: node.clone(), attempt: 2 },
        JournalEntry::NodeResolved {
            node,
            resolution: Resolution::Completed { output: output.clone(), port: Some(approved) },
            request,
            at,
        },
        JournalEntry::CancelRequested { reason: "\u{e9}nough".to_owned(), request },
        JournalEntry::ExecutionFinished {
            status: ExecutionStatus::Completed,
            at,
            output: Some(Payload::Inline(std::sync::Arc::new(output))),
            error: None,
        },
    ];
    cx.land(cx.transition(&lease, 1, entries.clone(), finished())).await;
    let journal = cx.journal_after(&scope, lease.execution, 1).await;
    assert_eq!(journal.into_iter().map(|record| record.entry).collect::<Vec<_>>(), entries);
}

fn signal(name: &str) -> SignalName {
    SignalName::new(name).expect("a slug")
}

fn paused(wake: WakeOn) -> AttemptOutcome {
    AttemptOutcome::Paused { wake, state: Payload::Inline(json!({ "page": 2 }).into()) }
}

pub(super) async fn an_unknown_execution_has_an_empty_journal(cx: Case) {
    let scope = cx.fresh_scope();
    cx.running(&scope, "a").await;
    assert_eq!(cx.journal(&scope, cx.ids.execution_id()).await, []);
}

pub(super) async fn a_journal_that_is_read_half_blocks_nobody(cx: Case) {
    let scope = cx.fresh_scope();
    let lease = cx.running(&scope, "a").await;
    cx.land(cx.transition(&lease, 1, (1..=1_000).map(entry).collect(), running())).await;
    let mut streams: Vec<_> = (0..20).map(|_| cx.port.journal(&scope, lease.execution, Seq(0))).collect();
    for stream in &mut streams {
        assert_eq!(stream.next().await.expect("an entry").expect("readable").seq, Seq(1));
    }
    cx.land(cx.transition(&lease, 1_001, vec![entry(1)], running())).await;
    cx.record(&scope, lease.execution).await;
    let rest: Vec<_> = streams.remove(0).collect().await;
    assert!(rest.len() >= 1_000, "a stream that goes on ends at the entry that was last, or later");
}
