//! Steps of a node, waits for a time and for signals.

use futures_util::FutureExt as _;
use nebula_ports::{
    action::StepCause,
    clock::Clock as _,
    model::{IdempotencyKey, SignalName, WakeOn},
};

use super::{meddler::Meddler, *};

type Steps = Arc<Mutex<Vec<(u32, u32, IdempotencyKey)>>>;

fn signal(name: &str) -> SignalName {
    SignalName::new(name).unwrap()
}

/// Goes on until its state has counted to `to`; keeps step, attempt and key of each call.
fn counter(effect: EffectClass, to: u64) -> (ArcAction, Steps) {
    let steps = Steps::default();
    let kept = Arc::clone(&steps);
    let action = TestAction::new("test.count", effect, move |_, context| {
        kept.lock().unwrap().push((context.step.number, context.attempt, context.idempotency_key));
        let so_far = context.step.state.as_ref().and_then(|state| state.as_u64()).unwrap_or(0);
        Ok(if so_far == to {
            ActionOutput::Done(json!(so_far))
        } else {
            ActionOutput::Paused { wake: WakeOn::Now, state: json!(so_far + 1) }
        })
    });
    (action.arc(), steps)
}

/// Waits for the signal that its input names, until its deadline, and gives what woke it.
fn listener(effect: EffectClass) -> ArcAction {
    TestAction::new("test.listen", effect, |input, context| {
        let deadline = input["seconds"].as_u64().map(|wait| context.started_at.plus(Duration::from_secs(wait)));
        let name = signal(input["signal"].as_str().unwrap());
        Ok(match &context.step.cause {
            StepCause::First => {
                ActionOutput::Paused { wake: WakeOn::Signal { name, deadline }, state: json!("x".repeat(100_000)) }
            }
            StepCause::Signal(payload) => {
                assert_eq!(context.step.state.as_ref().unwrap().as_str().unwrap().len(), 100_000);
                ActionOutput::Done(payload.as_ref().clone())
            }
            other => ActionOutput::Done(json!(format!("{other:?}"))),
        })
    })
    .arc()
}

const COUNT: &str = "nebula: 1\nid: c\nnodes: [{ id: count, action: test.count@1 }]\n";
const LISTEN: &str = "nebula: 1\nid: l\nnodes: [{ id: a, action: test.listen@1, parameters: { signal: go, seconds: !expr $input.seconds } }]\n";

#[tokio::test]
async fn a_node_goes_on_in_steps_each_an_attempt_with_a_key_of_its_own() {
    for effect in [EffectClass::Pure, EffectClass::Idempotent, EffectClass::AtMostOnce] {
        let (count, steps) = counter(effect, 3);
        let world = World::new([count]);
        let engine = world.engine();
        let end = world.run(&engine, COUNT, json!({})).await;
        assert_eq!(end.output.as_deref(), Some(&json!({ "count": 3 })), "{end:?}");
        let steps = steps.lock().unwrap().clone();
        assert_eq!(steps.iter().map(|step| (step.0, step.1)).collect::<Vec<_>>(), [(0, 1), (1, 2), (2, 3), (3, 4)]);
        let keys: std::collections::HashSet<_> = steps.iter().map(|step| step.2.to_string()).collect();
        assert_eq!(keys.len(), 4);
        let node = nebula_ports::model::NodeId::new("count").unwrap().into();
        assert_eq!(steps[0].2, IdempotencyKey::of(end.execution, &node), "the first step has the node's");
    }
}

#[tokio::test]
async fn failures_are_counted_anew_in_each_step() {
    let calls = AtomicU32::new(0);
    let action = TestAction::new("test.flaky", EffectClass::Idempotent, move |_, context| {
        if calls.fetch_add(1, Ordering::SeqCst).is_multiple_of(2) {
            return Err(Failure::new(FailureKind::Transient, "test.flaky", "every other time"));
        }
        Ok(if context.step.number == 4 {
            ActionOutput::Done(json!(context.attempt))
        } else {
            ActionOutput::Paused { wake: WakeOn::Now, state: json!(null) }
        })
    });
    let world = World::new([action.arc()]);
    let engine = world.engine();
    let yaml = "nebula: 1\nid: f\nnodes: [{ id: a, action: test.flaky@1, retry: { max_attempts: 2, backoff: { fixed: 1s } } }]\n";
    let end = world.run(&engine, yaml, json!({})).await;
    assert_eq!(end.output.as_deref(), Some(&json!({ "a": 10 })), "{end:?}");
}

#[tokio::test]
async fn a_node_that_never_stops_going_on_is_ended() {
    let (count, steps) = counter(EffectClass::Pure, u64::MAX);
    let world = World::new([count]);
    let engine = world.engine();
    let end = world.run(&engine, COUNT, json!({})).await;
    assert_eq!(end.error.unwrap().code, "node.endless");
    assert_eq!(steps.lock().unwrap().len(), 10_001);
}

#[tokio::test]
async fn an_execution_that_waits_for_a_signal_is_parked_and_goes_on_with_what_it_brings() {
    let world = World::new([listener(EffectClass::AtMostOnce)]);
    let engine = world.engine();
    let request = world.request(&engine, LISTEN, json!({ "seconds": null }));
    let stood = world.advancing(engine.run(&world.scope, request)).await.unwrap();
    assert_eq!(stood.status, ExecutionStatus::Waiting);
    assert_eq!(stood.waiting_for.as_deref(), Some("the signal `go` (`a`)"));
    let row = world.ports.executions.get(&world.scope, stood.execution).await.unwrap().unwrap();
    assert_eq!((row.holder, row.wake_at), (None, None), "nothing holds it");

    // Another process.
    engine.shutdown().await;
    let engine = world.engine();
    engine.signal(&world.scope, stood.execution, signal("other"), json!(0)).await.unwrap();
    engine.signal(&world.scope, stood.execution, signal("go"), json!({ "by": "Ann" })).await.unwrap();
    world.advancing(async {}).await;
    world.settle().await;
    let end = world.advancing(engine.wait(&world.scope, stood.execution)).await.unwrap();
    assert_eq!(end.output.as_deref(), Some(&json!({ "a": { "by": "Ann" } })), "{end:?}");

    let late = engine.signal(&world.scope, stood.execution, signal("go"), json!(1)).await;
    assert!(matches!(late, Err(SignalError::Closed(_, ExecutionStatus::Completed))), "{late:?}");
    let nowhere = engine.signal(&world.scope, world.ports.ids.execution_id(), signal("go"), json!(1)).await;
    assert!(matches!(nowhere, Err(SignalError::NotFound(_))), "{nowhere:?}");
    let large = json!("x".repeat(Request::SIGNAL_LIMIT));
    let large = engine.signal(&world.scope, stood.execution, signal("go"), large).await;
    assert!(matches!(large, Err(SignalError::TooLarge { .. })), "{large:?}");
}

#[tokio::test]
async fn without_the_signal_a_node_goes_on_at_its_deadline() {
    let world = World::new([listener(EffectClass::Pure)]);
    let engine = world.engine();
    for seconds in [1, 86_400] {
        let before = world.clock.now();
        let end = world.run(&engine, LISTEN, json!({ "seconds": seconds })).await;
        assert_eq!(end.output.as_deref(), Some(&json!({ "a": "Deadline" })), "{end:?}");
        assert!(world.clock.now().since(before) >= Duration::from_secs(seconds));
    }
}

#[tokio::test]
async fn a_signal_goes_to_one_node_and_is_kept_until_one_waits_for_it() {
    let world = World::new([listener(EffectClass::Pure), delay()]);
    let engine = world.engine();
    let yaml = r#"
nebula: 1
id: two
nodes:
  - { id: sleep, action: test.delay@1, parameters: { seconds: 7200 } }
  - { id: a, action: test.listen@1, parameters: { signal: go } }
  - { id: b, action: test.listen@1, parameters: { signal: go } }
connections: [{ from: sleep, to: a }, { from: a, to: b }]
output: !expr "[$nodes.a.result, $nodes.b.result]"
"#;
    let request = world.request(&engine, yaml, json!({}));
    let id = engine.start(&world.scope, request).await.unwrap().id;
    for n in 1..=3 {
        engine.signal(&world.scope, id, signal("go"), json!(n)).await.unwrap();
    }
    let end = world.advancing(engine.wait(&world.scope, id)).await.unwrap();
    assert_eq!(end.output.as_deref(), Some(&json!([1, 2])), "{end:?}");
}

#[tokio::test]
async fn a_signal_wakes_an_execution_at_once_whoever_waits_for_it() {
    for own in [false, true] {
        let world = World::new([listener(EffectClass::AtMostOnce)]);
        let engine = if own { world.engine_for_own() } else { world.engine() };
        let id =
            engine.start(&world.scope, world.request(&engine, LISTEN, json!({ "seconds": 86_400 }))).await.unwrap().id;
        world.settle().await;
        let before = world.clock.now();
        engine.signal(&world.scope, id, signal("go"), json!(1)).await.unwrap();
        let end = world.advancing(engine.wait(&world.scope, id)).await.unwrap();
        assert_eq!(end.output.as_deref(), Some(&json!({ "a": 1 })), "{end:?}");
        assert_eq!(world.clock.now(), before, "no time passes until it is noticed");
    }
}

#[tokio::test]
async fn a_signal_that_comes_while_the_execution_is_parked_is_not_left_for_the_sweep() {
    for (own, seen) in [(false, false), (false, true), (true, false), (true, true)] {
        let mut world = World::new([listener(EffectClass::AtMostOnce)]);
        let meddler = Arc::new(Meddler::new(Arc::clone(&world.ports.executions), seen));
        world.ports.executions = Arc::<Meddler>::clone(&meddler);
        let engine = if own { world.engine_for_own() } else { world.engine() };
        let sender = engine.clone();
        let scope = world.scope.clone();
        meddler.when_parking(move |id| {
            async move { sender.signal(&scope, id, signal("go"), json!(1)).await.unwrap() }.boxed()
        });
        let before = world.clock.now();
        let request = world.request(&engine, LISTEN, json!({ "seconds": 86_400 }));
        let end = world.advancing(engine.run(&world.scope, request)).await.unwrap();
        assert_eq!(end.output.as_deref(), Some(&json!({ "a": 1 })), "{end:?}");
        assert_eq!(world.clock.now(), before, "no time passes until it is noticed");
    }
}

#[tokio::test]
async fn a_node_s_deadline_ends_a_pause() {
    let world = World::new([listener(EffectClass::Pure), echo()]);
    let engine = world.engine();
    let yaml = r#"
nebula: 1
id: d
nodes:
  - { id: a, action: test.listen@1, parameters: { signal: go }, deadline: 2h, on_error: route }
  - { id: b, action: test.echo@1, parameters: { why: !expr $nodes.a.error.code } }
connections: [{ from: a.error, to: b }]
"#;
    let before = world.clock.now();
    let end = world.run(&engine, yaml, json!({})).await;
    assert_eq!(end.output.as_deref(), Some(&json!({ "b": { "why": "node.deadline" } })), "{end:?}");
    assert!(world.clock.now().since(before) >= Duration::from_secs(7200));
}

#[tokio::test]
async fn polling_waits_between_its_steps() {
    let action = TestAction::new("test.poll", EffectClass::Idempotent, |_, context| {
        Ok(if context.step.number == 3 {
            assert_eq!(context.step.cause, StepCause::Time);
            ActionOutput::Done(json!(context.step.number))
        } else {
            let at = context.started_at.plus(Duration::from_secs(3600));
            ActionOutput::Paused { wake: WakeOn::Time { at }, state: json!(null) }
        })
    });
    let world = World::new([action.arc()]);
    let engine = world.engine();
    let before = world.clock.now();
    let end = world.run(&engine, "nebula: 1\nid: p\nnodes: [{ id: a, action: test.poll@1 }]\n", json!({})).await;
    assert_eq!(end.output.as_deref(), Some(&json!({ "a": 3 })), "{end:?}");
    assert!(world.clock.now().since(before) >= Duration::from_secs(3 * 3600));
}

#[tokio::test]
async fn a_state_that_is_too_large_is_refused() {
    let action = TestAction::new("test.greedy", EffectClass::Pure, |_, _| {
        Ok(ActionOutput::Paused { wake: WakeOn::Now, state: json!("x".repeat(2_000_000)) })
    });
    let world = World::new([action.arc()]);
    let engine = world.engine();
    let end = world.run(&engine, "nebula: 1\nid: g\nnodes: [{ id: a, action: test.greedy@1 }]\n", json!({})).await;
    assert_eq!(end.error.unwrap().code, "state.too_large");
}
