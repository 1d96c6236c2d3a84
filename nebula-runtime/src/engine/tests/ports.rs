//! Ports, and what becomes of failures.

use nebula_ports::model::{JournalEntry, NodeStatus, PortName};

use super::*;
use crate::execution::{ExecutionState, fold};

/// Leaves by the port that its input names.
fn review() -> ArcAction {
    TestAction::new("test.review", EffectClass::Pure, |input, _| {
        Ok(match input["port"].as_str() {
            Some(port) => ActionOutput::Route(PortName::new(port).unwrap(), json!({ "by": "Ann" })),
            None => ActionOutput::Done(json!(null)),
        })
    })
    .ports(&["approved", "rejected"])
    .arc()
}

const REVIEW: &str = r#"
nebula: 1
id: review
nodes:
  - { id: review, action: test.review@1, parameters: { port: !expr $input.port } }
  - { id: ship, action: test.echo@1, parameters: { by: !expr $nodes.review.result.by } }
  - { id: refund, action: test.echo@1, parameters: { by: !expr $nodes.review.result.by } }
  - { id: log, action: test.echo@1, parameters: { by: !expr $nodes.review.result.by } }
connections:
  - { from: review.approved, to: ship }
  - { from: review.rejected, to: refund }
  - { from: review, to: log }
"#;

async fn state(world: &World, engine: &Engine, yaml: &str, end: &RunEnd) -> ExecutionState {
    let plan = world.request(engine, yaml, json!({})).plan;
    fold(plan, end.execution, &world.journal(end.execution).await).unwrap()
}

fn statuses(state: &ExecutionState) -> Vec<(String, NodeStatus)> {
    let nodes = state.plan().nodes.iter().zip(0..);
    nodes.map(|(node, slot)| (node.id.to_string(), state.node(slot).status)).collect()
}

#[tokio::test]
async fn the_port_decides_which_connections_are_taken_and_a_plain_one_always_is() {
    let world = World::new([echo(), review()]);
    let engine = world.engine();
    let end = world.run(&engine, REVIEW, json!({ "port": "rejected" })).await;
    assert_eq!(end.status, ExecutionStatus::Completed);
    assert_eq!(end.output.as_deref(), Some(&json!({ "log": { "by": "Ann" }, "refund": { "by": "Ann" } })));
    let skipped = world.journal(end.execution).await.into_iter().find_map(|entry| match entry {
        JournalEntry::NodeSkipped { reason, .. } => Some(reason.connections[0].from.to_string()),
        _ => None,
    });
    assert_eq!(skipped.as_deref(), Some("review.approved"));
}

#[tokio::test]
async fn an_action_that_breaks_what_its_ports_promise_fails_with_a_bug() {
    let world = World::new([echo(), review()]);
    let engine = world.engine();
    for (input, code) in
        [(json!({ "port": null }), "action.no_port"), (json!({ "port": "on_hold" }), "action.unknown_port")]
    {
        let end = world.run(&engine, REVIEW, input).await;
        let error = end.error.unwrap();
        assert_eq!((error.kind, error.code.as_str()), (FailureKind::Bug, code), "{error}");
    }
}

const FALLBACK: &str = r#"
nebula: 1
id: fallback
nodes:
  - { id: fetch, action: test.flaky@1, parameters: { n: 1 }, on_error: route }
  - { id: use, action: test.echo@1, parameters: { n: !expr $nodes.fetch.result.n } }
  - { id: note, action: test.echo@1, parameters: { why: !expr $nodes.fetch.error.code } }
  - { id: end, action: test.echo@1, parameters: { n: !expr $nodes.fetch?.result?.n ?? 0 } }
connections:
  - { from: fetch, to: use }
  - { from: fetch.error, to: note }
  - { from: use, to: end }
  - { from: note, to: end }
output: !expr $nodes.end.result.n
"#;

#[tokio::test]
async fn a_routed_failure_leads_along_its_port_and_no_other() {
    use NodeStatus::{Completed, Failed, Skipped};
    for (failures, output, expected) in
        [(0, 1, [Completed, Completed, Skipped, Completed]), (1, 0, [Failed, Skipped, Completed, Completed])]
    {
        let (flaky, _) = flaky("test.flaky", EffectClass::Idempotent, failures);
        let world = World::new([echo(), flaky]);
        let engine = world.engine();
        let end = world.run(&engine, FALLBACK, json!({})).await;
        assert_eq!((end.status, end.output.as_deref()), (ExecutionStatus::Completed, Some(&json!(output))));
        let state = state(&world, &engine, FALLBACK, &end).await;
        let found: Vec<_> = statuses(&state).into_iter().map(|(_, status)| status).collect();
        assert_eq!(found, expected);
    }
}

#[tokio::test]
async fn a_failure_that_is_continued_leaves_an_error_to_read_and_no_result() {
    let (flaky, calls) = flaky("test.flaky", EffectClass::Idempotent, 2);
    let world = World::new([echo(), flaky]);
    let engine = world.engine();
    let yaml = r#"
nebula: 1
id: goes-on
nodes:
  - { id: fetch, action: test.flaky@1, on_error: continue, retry: { max_attempts: 2, backoff: { fixed: 1s }, jitter: none } }
  - { id: use, action: test.echo@1, parameters: { found: !expr $nodes.fetch.success, why: !expr $nodes.fetch.error.code, got: !expr "$nodes.fetch?.result ?? 'nothing'" } }
connections: [{ from: fetch, to: use }]
"#;
    let end = world.run(&engine, yaml, json!({})).await;
    let used = json!({ "use": { "found": false, "why": "test.flaky", "got": "nothing" } });
    assert_eq!((end.status, end.output.as_deref()), (ExecutionStatus::Completed, Some(&used)));
    assert_eq!(calls.load(Ordering::SeqCst), 2, "its attempts come first");
}

#[tokio::test]
async fn parameters_that_cannot_be_computed_are_a_failure_like_any_other() {
    let world = World::new([echo()]);
    let engine = world.engine();
    let yaml = r#"
nebula: 1
id: odd
nodes:
  - { id: a, action: test.echo@1, parameters: { n: !expr 1 / int($input.n) }, on_error: route }
  - { id: b, action: test.echo@1, parameters: { at: !expr $now, why: !expr $nodes.a.error.code } }
connections: [{ from: a.error, to: b }]
"#;
    let end = world.run(&engine, yaml, json!({ "n": 0 })).await;
    assert_eq!(end.status, ExecutionStatus::Completed, "{end:?}");
    let state = state(&world, &engine, yaml, &end).await;
    assert_eq!(statuses(&state)[0].1, NodeStatus::Failed);
    assert_ne!(end.output.unwrap()["b"]["at"], json!("1970-01-01T00:00:00Z"));
}
