mod blocks;
mod dead_letters;
mod expressions;
mod idle;
mod limits;
mod meddler;
mod pauses;
mod ports;

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use nebula_ports::{
    action::{ActionOutput, ArcAction, CallContext, DynAction},
    execution_repo::{ClaimRequest, RequestOutcome, StartOutcome},
    model::{
        ActionDescriptor, EffectClass, ExecutionStatus, Failure, FailureKind, HolderId, NewExecution, NextState,
        Request, Resolution, StartKey,
    },
};
use serde_json::{Value, json};

use super::*;
use crate::fixture::{
    TestAction, descriptor,
    world::{World, outline},
};

/// Fails so many times, then gives its input back; counts its calls.
fn flaky(id: &str, effect: EffectClass, failures: u32) -> (ArcAction, Arc<AtomicU32>) {
    let calls = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&calls);
    let action = TestAction::new(id, effect, move |input, _| {
        if counted.fetch_add(1, Ordering::SeqCst) < failures {
            return Err(Failure::new(FailureKind::Transient, "test.flaky", "not yet"));
        }
        Ok(ActionOutput::Done(input.clone()))
    });
    (action.arc(), calls)
}

fn echo() -> ArcAction {
    TestAction::echo(EffectClass::Pure).arc()
}

fn delay() -> ArcAction {
    TestAction::new("test.delay", EffectClass::Pure, |input, context| {
        let wait = Duration::from_secs(input["seconds"].as_u64().unwrap());
        Ok(ActionOutput::DoneAt(context.started_at.plus(wait), json!("slept")))
    })
    .arc()
}

/// Runs until it is cancelled.
struct Endless(ActionDescriptor);

#[async_trait]
impl DynAction for Endless {
    fn descriptor(&self) -> &ActionDescriptor {
        &self.0
    }

    async fn run(&self, _: Value, context: CallContext) -> Result<ActionOutput, Failure> {
        context.cancel.cancelled().await;
        Err(Failure::new(FailureKind::Cancelled, "test.cancelled", "cancelled"))
    }
}

fn endless() -> ArcAction {
    Arc::new(Endless(descriptor("test.endless", EffectClass::Idempotent)))
}

const CHAIN: &str = r#"
nebula: 1
id: chain
nodes:
  - { id: a, action: test.echo@1, parameters: { value: !expr $input.n } }
  - { id: b, action: test.effect@1, parameters: { value: !expr $nodes.a.result.value + 1 } }
  - { id: c, action: test.effect@1, parameters: { value: !expr $nodes.b.result.value + 1 } }
connections:
  - { from: a, to: b }
  - { from: b, to: c, when: $nodes.b.result.value > 1 }
output: !expr $nodes.c?.result?.value ?? "skipped"
"#;

#[tokio::test]
async fn a_chain_runs_to_its_output_and_its_journal_tells_how() {
    let (effect, calls) = flaky("test.effect", EffectClass::Idempotent, 0);
    let world = World::new([echo(), effect]);
    let engine = world.engine();
    let end = world.run(&engine, CHAIN, json!({ "n": 1 })).await;
    assert_eq!((end.status, end.output.as_deref()), (ExecutionStatus::Completed, Some(&json!(3))));
    assert_eq!(calls.load(Ordering::SeqCst), 2);
    assert_eq!(
        outline(&world.journal(end.execution).await),
        [
            "execution_started",
            "attempt_started a",
            "attempt_finished a",
            "attempt_started b",
            "attempt_finished b",
            "attempt_started c",
            "attempt_finished c",
            "execution_finished",
        ]
    );
}

#[tokio::test]
async fn a_connection_that_is_not_taken_skips_what_follows() {
    let (effect, calls) = flaky("test.effect", EffectClass::Idempotent, 0);
    let world = World::new([echo(), effect]);
    let end = world.run(&world.engine(), CHAIN, json!({ "n": 0 })).await;
    assert_eq!(end.output.as_deref(), Some(&json!("skipped")));
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_crash_after_any_entry_gives_the_same_result() {
    let (effect, _) = flaky("test.effect", EffectClass::Idempotent, 0);
    let world = World::new([echo(), effect]);
    let end = world.run(&world.engine(), CHAIN, json!({ "n": 1 })).await;
    let whole = world.journal(end.execution).await;
    for length in 1..whole.len() {
        let (effect, calls) = flaky("test.effect", EffectClass::Idempotent, 0);
        let world = World::new([echo(), effect]);
        let engine = world.engine();
        let request = world.request(&engine, CHAIN, json!({ "n": 1 }));
        world.ports.workflows.put(&world.scope, &request.definition).await.unwrap();
        // What a worker left that was killed after so many entries, its lease still live.
        let new = NewExecution {
            id: end.execution,
            workflow: request.plan.workflow.clone(),
            definition: request.plan.definition,
            plan: request.plan.digest,
            key: None,
            input: nebula_ports::model::Digest::of(b""),
            entries: whole[..length].to_vec(),
            next: NextState::Running { status: ExecutionStatus::Running },
            claim: Some((HolderId("dead".into()), world.config.lease_ttl)),
        };
        let started = world.ports.executions.start(&world.scope, new).await.unwrap();
        assert!(matches!(started, StartOutcome::Started { .. }));
        let resumed = world.advancing(engine.wait(&world.scope, end.execution)).await.unwrap();
        assert_eq!((resumed.status, &resumed.output), (end.status, &end.output), "after {length} entries");
        assert!(calls.load(Ordering::SeqCst) <= 2, "what has finished is not run again");
    }
}

#[tokio::test]
async fn short_waits_are_held_in_memory_and_long_ones_park_the_execution() {
    for (backoff, parks) in [("50ms", false), ("2h", true)] {
        let (effect, calls) = flaky("test.effect", EffectClass::Idempotent, 2);
        let world = World::new([effect]);
        let engine = world.engine();
        let mut events = engine.subscribe();
        let yaml = format!(
            "nebula: 1\nid: retry\nnodes:\n  - {{ id: a, action: test.effect@1, retry: {{ max_attempts: 3, backoff: {{ fixed: {backoff} }}, jitter: none }} }}\n"
        );
        let begun = world.ports.clock.now();
        let end = world.run(&engine, &yaml, json!({})).await;
        assert_eq!(end.status, ExecutionStatus::Completed);
        assert_eq!(calls.load(Ordering::SeqCst), 3);
        let mut parked = false;
        while let Ok(event) = events.try_recv() {
            parked |= matches!(event.kind, EngineEventKind::Parked { .. });
        }
        assert_eq!(parked, parks, "{backoff}");
        let waited = world.ports.clock.now().since(begun);
        assert!(!parks || waited >= Duration::from_hours(4), "{waited:?}");
    }
}

#[tokio::test]
async fn retries_end_with_the_attempts_and_at_most_once_is_never_repeated() {
    let (idempotent, repeated) = flaky("test.idempotent", EffectClass::Idempotent, 9);
    let (once, never_repeated) = flaky("test.once", EffectClass::AtMostOnce, 9);
    let world = World::new([idempotent, once]);
    let engine = world.engine();
    let yaml = "nebula: 1\nid: r\nnodes:\n  - { id: a, action: test.idempotent@1, retry: { max_attempts: 4, backoff: { fixed: 1ms } } }\n";
    let end = world.run(&engine, yaml, json!({})).await;
    assert_eq!((end.status, repeated.load(Ordering::SeqCst)), (ExecutionStatus::Failed, 4));
    let error = end.error.unwrap();
    assert_eq!((error.code.as_str(), error.message.as_str()), ("test.flaky", "node `a` failed: not yet"));
    let end = world.run(&engine, "nebula: 1\nid: o\nnodes:\n  - { id: a, action: test.once@1 }\n", json!({})).await;
    assert_eq!((end.status, never_repeated.load(Ordering::SeqCst)), (ExecutionStatus::Failed, 1));
}

#[tokio::test]
async fn an_interrupted_at_most_once_attempt_waits_for_a_decision() {
    let (once, calls) = flaky("test.once", EffectClass::AtMostOnce, 0);
    let world = World::new([once, endless_once()]);
    let engine = world.engine();
    let yaml = "nebula: 1\nid: o\nnodes:\n  - { id: a, action: test.endless_once@1 }\noutput: !expr $nodes.a.result\n";
    let request = world.request(&engine, yaml, json!({}));
    let started = world.advancing(engine.start(&world.scope, request)).await.unwrap();
    world.settle().await;
    // The process dies: nothing of it is left but its lease.
    steal(&world, started.id).await;
    let survivor = world.engine();
    let end = world.advancing(survivor.wait(&world.scope, started.id)).await.unwrap();
    assert_eq!((end.status, end.waiting_for.as_deref()), (ExecutionStatus::Waiting, Some("a decision about `a`")));

    let resolution = Resolution::Completed { output: json!("it had happened"), port: None };
    let request = Request::Resolve { node: nebula_ports::model::NodeId::new("a").unwrap().into(), resolution };
    let asked = survivor.request(&world.scope, started.id, request).await.unwrap();
    assert_eq!(asked, RequestOutcome::Accepted);
    let mut end = world.advancing(survivor.wait(&world.scope, started.id)).await.unwrap();
    if end.status == ExecutionStatus::Waiting {
        end = world.advancing(survivor.wait(&world.scope, started.id)).await.unwrap();
    }
    assert_eq!((end.status, end.output.as_deref()), (ExecutionStatus::Completed, Some(&json!("it had happened"))));
    assert_eq!(calls.load(Ordering::SeqCst), 0);
}

fn endless_once() -> ArcAction {
    Arc::new(Endless(descriptor("test.endless_once", EffectClass::AtMostOnce)))
}

/// Another worker claims the execution once its lease has run out: the old one is fenced. It parks it again at once.
async fn steal(world: &World, id: ExecutionId) {
    world.clock.advance(world.config.lease_ttl + Duration::from_millis(1));
    let thief = HolderId("thief".into());
    let request =
        ClaimRequest { holder: thief, limit: 1, ttl: Duration::from_millis(1), only: Some(id), revive: false };
    let claimed = world.ports.executions.claim(request).await.unwrap();
    assert_eq!(claimed.len(), 1, "the lease has run out");
    world.clock.advance(Duration::from_secs(1));
}

#[tokio::test]
async fn a_frozen_worker_is_fenced_and_its_result_does_not_land() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let slow = TestAction::new("test.slow", EffectClass::Idempotent, move |_, _| {
        Ok(ActionOutput::Done(json!(counted.fetch_add(1, Ordering::SeqCst))))
    });
    let world = World::new([slow.arc(), delay()]);
    let frozen = world.engine();
    let yaml = "nebula: 1\nid: z\nnodes:\n  - { id: a, action: test.slow@1 }\n  - { id: w, action: test.delay@1, parameters: { seconds: 1 } }\n  - { id: b, action: test.slow@1 }\nconnections:\n  - { from: a, to: w }\n  - { from: w, to: b }\noutput: !expr $nodes.b.result\n";
    let request = world.request(&frozen, yaml, json!({}));
    let started = world.advancing(frozen.start(&world.scope, request)).await.unwrap();
    world.settle().await;
    steal(&world, started.id).await;
    let survivor = world.engine();
    let end = world.advancing(survivor.wait(&world.scope, started.id)).await.unwrap();
    assert_eq!(end.status, ExecutionStatus::Completed);
    let journal = world.journal(started.id).await;
    let finished = outline(&journal).iter().filter(|line| line.starts_with("attempt_finished")).count();
    assert_eq!(finished, 3, "one record for each node: {:?}", outline(&journal));
}

#[tokio::test]
async fn a_durable_timer_parks_and_completes_in_its_time() {
    let world = World::new([delay(), echo()]);
    let engine = world.engine();
    let yaml = "nebula: 1\nid: d\nnodes:\n  - { id: sleep, action: test.delay@1, parameters: { seconds: 7200 } }\n  - { id: after, action: test.echo@1, parameters: { value: !expr $nodes.sleep.result } }\nconnections:\n  - { from: sleep, to: after }\n";
    let begun = world.ports.clock.now();
    let request = world.request(&engine, yaml, json!({}));
    let started = world.advancing(engine.start(&world.scope, request)).await.unwrap();
    world.settle().await;
    let record = world.ports.executions.get(&world.scope, started.id).await.unwrap().unwrap();
    assert_eq!((record.status, record.holder), (ExecutionStatus::Waiting, None));
    assert_eq!(record.wake_at, Some(begun.plus(Duration::from_hours(2))));
    let end = world.advancing(engine.wait(&world.scope, started.id)).await.unwrap();
    assert_eq!(end.output.as_deref(), Some(&json!({ "after": { "value": "slept" } })));
}

#[tokio::test]
async fn cancelling_ends_what_runs_and_what_waits() {
    let world = World::new([endless(), delay()]);
    let engine = world.engine();
    for yaml in [
        "nebula: 1\nid: runs\nnodes:\n  - { id: a, action: test.endless@1 }\n",
        "nebula: 1\nid: waits\nnodes:\n  - { id: a, action: test.delay@1, parameters: { seconds: 7200 } }\n",
    ] {
        let request = world.request(&engine, yaml, json!({}));
        let started = world.advancing(engine.start(&world.scope, request)).await.unwrap();
        world.settle().await;
        let asked = Request::Cancel { reason: "enough".to_owned() };
        assert_eq!(engine.request(&world.scope, started.id, asked.clone()).await.unwrap(), RequestOutcome::Accepted);
        let end = world.advancing(engine.wait(&world.scope, started.id)).await.unwrap();
        assert_eq!((end.status, end.error.unwrap().message), (ExecutionStatus::Cancelled, "enough".to_owned()));
        let again = engine.request(&world.scope, started.id, asked).await.unwrap();
        assert_eq!(again, RequestOutcome::Closed(ExecutionStatus::Cancelled));
    }
}

#[tokio::test]
async fn time_limits_of_attempt_node_and_run_end_what_takes_too_long() {
    for (limits, code) in [("timeout: 2s", "attempt.timeout"), ("deadline: 3s", "node.deadline")] {
        let world = World::new([endless()]);
        let yaml = format!("nebula: 1\nid: t\nnodes:\n  - {{ id: a, action: test.endless@1, {limits} }}\n");
        let end = world.run(&world.engine(), &yaml, json!({})).await;
        assert_eq!((end.status, end.error.unwrap().code.as_str()), (ExecutionStatus::Failed, code));
    }
    let world = World::new([endless()]);
    let yaml = "nebula: 1\nid: t\nsettings: { timeout: 5s }\nnodes:\n  - { id: a, action: test.endless@1 }\n";
    let end = world.run(&world.engine(), yaml, json!({})).await;
    assert_eq!((end.status, end.error.unwrap().code.as_str()), (ExecutionStatus::Failed, "execution.timeout"));
}

#[tokio::test]
async fn a_shutdown_parks_and_another_worker_goes_on_at_once() {
    let world = World::new([delay(), echo()]);
    let first = world.engine();
    let yaml = "nebula: 1\nid: s\nnodes:\n  - { id: sleep, action: test.delay@1, parameters: { seconds: 1 } }\n  - { id: after, action: test.echo@1, parameters: { value: 1 } }\nconnections:\n  - { from: sleep, to: after }\n";
    let request = world.request(&first, yaml, json!({}));
    let started = world.advancing(first.start(&world.scope, request.clone())).await.unwrap();
    world.advancing(first.shutdown()).await;
    let record = world.ports.executions.get(&world.scope, started.id).await.unwrap().unwrap();
    assert_eq!(record.holder, None);
    assert!(matches!(first.start(&world.scope, request).await, Err(StartError::ShuttingDown)));
    let second = world.engine();
    let end = world.advancing(second.wait(&world.scope, started.id)).await.unwrap();
    assert_eq!(end.status, ExecutionStatus::Completed);
}

#[tokio::test]
async fn the_same_key_starts_one_execution() {
    let world = World::new([echo()]);
    let engine = world.engine();
    let yaml = "nebula: 1\nid: k\nnodes:\n  - { id: a, action: test.echo@1 }\n";
    let keyed = |input| StartRequest { key: Some(StartKey("order-1".into())), ..world.request(&engine, yaml, input) };
    let first = world.advancing(engine.start(&world.scope, keyed(json!({ "n": 1 })))).await.unwrap();
    let again = world.advancing(engine.start(&world.scope, keyed(json!({ "n": 1 })))).await.unwrap();
    assert_eq!((again.id, again.existing), (first.id, true));
    let other = world.advancing(engine.start(&world.scope, keyed(json!({ "n": 2 })))).await;
    assert!(matches!(other, Err(StartError::KeyReused(id)) if id == first.id));
}

#[tokio::test]
async fn no_more_attempts_run_at_one_time_than_the_workflow_allows() {
    let running = Arc::new(Mutex::new((0_u32, 0_u32)));
    struct Counting(ActionDescriptor, Arc<Mutex<(u32, u32)>>);
    #[async_trait]
    impl DynAction for Counting {
        fn descriptor(&self) -> &ActionDescriptor {
            &self.0
        }
        async fn run(&self, _: Value, _: CallContext) -> Result<ActionOutput, Failure> {
            {
                let mut counts = self.1.lock().unwrap();
                counts.0 += 1;
                counts.1 = counts.1.max(counts.0);
            }
            // More often than a future may be polled in one go.
            for _ in 0..4 {
                tokio::task::yield_now().await;
            }
            self.1.lock().unwrap().0 -= 1;
            Ok(ActionOutput::Done(json!(null)))
        }
    }
    let action = Counting(descriptor("test.count", EffectClass::Pure), Arc::clone(&running));
    let world = World::new([Arc::new(action) as ArcAction]);
    let nodes: String = (0..10).map(|n| format!("  - {{ id: n{n}, action: test.count@1 }}\n")).collect();
    let yaml = format!("nebula: 1\nid: p\nsettings: {{ max_parallel: 3 }}\nnodes:\n{nodes}");
    let end = world.run(&world.engine(), &yaml, json!({})).await;
    assert_eq!(end.status, ExecutionStatus::Completed);
    assert_eq!(running.lock().unwrap().1, 3);
}

#[tokio::test]
async fn large_values_travel_as_blobs_and_survive_a_restart() {
    let grow = TestAction::new("test.grow", EffectClass::Pure, |_, _| {
        Ok(ActionOutput::Done(json!({ "text": "x".repeat(200_000) })))
    });
    let measure = TestAction::new("test.measure", EffectClass::Pure, |input, _| {
        Ok(ActionOutput::Done(json!(input["text"].as_str().unwrap().len())))
    });
    let world = World::new([grow.arc(), measure.arc(), delay()]);
    let first = world.engine();
    let yaml = "nebula: 1\nid: b\nnodes:\n  - { id: grow, action: test.grow@1 }\n  - { id: sleep, action: test.delay@1, parameters: { seconds: 60 } }\n  - { id: measure, action: test.measure@1, parameters: { text: !expr $nodes.grow.result.text } }\nconnections:\n  - { from: grow, to: sleep }\n  - { from: sleep, to: measure }\noutput: !expr $nodes.measure.result\n";
    let request = world.request(&first, yaml, json!({}));
    let started = world.advancing(first.start(&world.scope, request)).await.unwrap();
    world.settle().await;
    world.advancing(first.shutdown()).await;
    let journal = serde_json::to_string(&world.journal(started.id).await).unwrap();
    assert!(journal.len() < 10_000, "the journal carries a reference");
    let end = world.advancing(world.engine().wait(&world.scope, started.id)).await.unwrap();
    assert_eq!(end.output.as_deref(), Some(&json!(200_000)));
}

#[tokio::test]
async fn input_that_cannot_be_computed_fails_the_node_with_its_place() {
    let world = World::new([echo()]);
    let yaml = "nebula: 1\nid: e\nnodes:\n  - { id: a, action: test.echo@1, parameters: { deep: { list: [1, !expr $input.missing.field] } } }\n";
    let end = world.run(&world.engine(), yaml, json!({})).await;
    let error = end.error.unwrap();
    assert_eq!((end.status, error.pointer.as_deref()), (ExecutionStatus::Failed, Some("/deep/list/1")));
    assert_eq!(
        outline(&world.journal(end.execution).await),
        ["execution_started", "node_failed a", "execution_finished"]
    );
}

#[tokio::test]
async fn an_execution_of_other_actions_is_not_touched_but_parked_with_the_reason() {
    let world = World::new([delay()]);
    let first = world.engine();
    let yaml = "nebula: 1\nid: v\nnodes:\n  - { id: sleep, action: test.delay@1, parameters: { seconds: 60 } }\n";
    let request = world.request(&first, yaml, json!({}));
    let started = world.advancing(first.start(&world.scope, request)).await.unwrap();
    world.settle().await;
    world.advancing(first.shutdown()).await;
    let changed = TestAction::new("test.delay", EffectClass::AtMostOnce, |_, _| Ok(ActionOutput::Done(json!(null))));
    let catalogue = Arc::new(Catalogue::new([changed.arc()]).unwrap());
    let other = Engine::launch(world.ports.clone(), catalogue, world.config);
    let end = world.advancing(other.wait(&world.scope, started.id)).await.unwrap();
    assert_eq!(end.status, ExecutionStatus::Waiting);
    assert!(end.waiting_for.unwrap().contains("not the ones the execution was planned with"));
    assert_eq!(world.journal(started.id).await.len(), 3);
}
