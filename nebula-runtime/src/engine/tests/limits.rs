//! The bounds that actions set themselves.

use nebula_ports::model::{ActionLimits, ByteSize};

use super::*;

const ONE: &str = r#"
nebula: 1
id: one
nodes:
  - { id: a, action: test.own@1, parameters: { value: !expr $input.n } }
output: !expr $nodes.a.result
"#;

fn own(
    limits: ActionLimits,
    body: impl Fn(&Value) -> Result<ActionOutput, Failure> + Send + Sync + 'static,
) -> (ArcAction, Arc<AtomicU32>) {
    let calls = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&calls);
    let action = TestAction::new("test.own", EffectClass::Idempotent, move |input, _| {
        counted.fetch_add(1, Ordering::SeqCst);
        body(input)
    });
    (action.limits(limits).arc(), calls)
}

#[tokio::test]
async fn an_input_that_is_too_large_is_refused_before_an_attempt() {
    let limits = ActionLimits { max_input: Some(ByteSize(20)), ..ActionLimits::default() };
    let (action, calls) = own(limits, |input| Ok(ActionOutput::Done(input.clone())));
    let world = World::new([action]);
    let engine = world.engine();
    let end = world.run(&engine, ONE, json!({ "n": "12345678" })).await;
    assert_eq!(end.status, ExecutionStatus::Completed, "exactly 20 bytes");
    let end = world.run(&engine, ONE, json!({ "n": "123456789" })).await;
    let error = end.error.unwrap();
    assert_eq!((error.kind, error.code.as_str()), (FailureKind::Invalid, "input.too_large"));
    assert_eq!(error.message, "node `a` failed: the input has 21 bytes, and 20 bytes is the most");
    assert!(error.help.is_some());
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    let journal = outline(&world.journal(end.execution).await);
    assert_eq!(journal, ["execution_started", "node_failed a", "execution_finished"]);
}

#[tokio::test]
async fn an_output_that_is_too_large_is_not_stored_and_not_tried_again() {
    let limits = ActionLimits { max_output: Some(ByteSize(100 << 10)), ..ActionLimits::default() };
    let (action, calls) = own(limits, |input| {
        let length = usize::try_from(input["value"].as_u64().unwrap()).unwrap();
        Ok(ActionOutput::Done("x".repeat(length).into()))
    });
    let world = World::new([action]);
    let engine = world.engine();
    let end = world.run(&engine, ONE, json!({ "n": 90 << 10 })).await;
    assert_eq!(end.status, ExecutionStatus::Completed, "larger than what a journal entry holds, and allowed");
    let yaml = ONE.replace("action:", "retry: { max_attempts: 3 }, action:");
    let end = world.run(&engine, &yaml, json!({ "n": 200 << 10 })).await;
    let error = end.error.unwrap();
    assert_eq!((error.kind, error.code.as_str()), (FailureKind::Permanent, "output.too_large"));
    assert_eq!(error.message, "node `a` failed: the output has 200 KiB, and 100 KiB is the most");
    assert_eq!(calls.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn without_a_limit_of_the_action_the_engines_holds() {
    let (action, _) = own(ActionLimits::default(), |input| Ok(ActionOutput::Done(input.clone())));
    let mut world = World::new([action]);
    world.config.max_input = ByteSize(30);
    world.config.max_output = ByteSize(20);
    let engine = world.engine();
    let end = world.run(&engine, ONE, json!({ "n": "x".repeat(40) })).await;
    assert_eq!(end.error.unwrap().code, "input.too_large");
    let end = world.run(&engine, ONE, json!({ "n": "x".repeat(15) })).await;
    assert_eq!(end.error.unwrap().code, "output.too_large");
}

#[tokio::test]
async fn the_deadline_of_the_action_covers_all_attempts_and_the_nodes_comes_first() {
    let limits = ActionLimits { deadline: Some(Duration::from_secs(5).into()), ..ActionLimits::default() };
    let (action, calls) = own(limits, |_| Err(Failure::new(FailureKind::Transient, "test.flaky", "not yet")));
    let world = World::new([action]);
    let engine = world.engine();
    let retried = "retry: { max_attempts: 50, backoff: { fixed: 2s }, jitter: none }, action:";
    let begun = world.ports.clock.now();
    let end = world.run(&engine, &ONE.replace("action:", retried), json!({ "n": 1 })).await;
    assert_eq!(end.status, ExecutionStatus::Failed);
    // At 0, 2 and 4 seconds; one at 6 would come too late.
    assert_eq!(calls.swap(0, Ordering::SeqCst), 3);
    assert!(world.ports.clock.now().since(begun) <= Duration::from_secs(5));
    let retried = format!("deadline: 9s, {retried}");
    world.run(&engine, &ONE.replace("action:", &retried), json!({ "n": 1 })).await;
    assert_eq!(calls.load(Ordering::SeqCst), 5, "at 0, 2, 4, 6 and 8 seconds");
}
