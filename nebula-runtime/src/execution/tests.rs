use std::sync::Arc;

use nebula_ports::{
    model::{
        AttemptOutcome, EffectClass, ExecutionStatus, Failure, FailureKind, JournalEntry, NodeAddress, NodeStatus,
        Payload, RequestId, Resolution,
    },
    time::Timestamp,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::{
    fixture::{PlanFixture, execution_id, started},
    plan::{ExecutionPlan, Slot},
};

fn at(us: i64) -> Timestamp {
    Timestamp::from_micros(us)
}

fn attempt_started(plan: &ExecutionPlan, slot: Slot, attempt: u32, effect: EffectClass) -> JournalEntry {
    JournalEntry::AttemptStarted { node: plan.node(slot).id.clone().into(), attempt, at: at(2), effect, key: None }
}

fn attempt_finished(plan: &ExecutionPlan, slot: Slot, attempt: u32, outcome: AttemptOutcome) -> JournalEntry {
    JournalEntry::AttemptFinished { node: plan.node(slot).id.clone().into(), attempt, at: at(3), outcome }
}

fn completed(slot: Slot) -> AttemptOutcome {
    AttemptOutcome::Completed { output: Payload::Inline(Arc::new(json!({ "slot": slot }))), cached: false }
}

fn failure() -> Failure {
    Failure::new(FailureKind::Permanent, "test.failed", "it failed")
}

/// Carries out directives with an ideal worker: every node of `fails` fails, the others complete.
struct Simulation {
    plan: Arc<ExecutionPlan>,
    state: ExecutionState,
    journal: Vec<JournalEntry>,
    fails: Option<Slot>,
}

impl Simulation {
    fn of_journal(plan: &Arc<ExecutionPlan>, journal: &[JournalEntry], fails: Option<Slot>) -> Self {
        let state = fold(Arc::clone(plan), execution_id(), journal).unwrap();
        Self { plan: Arc::clone(plan), state, journal: journal.to_vec(), fails }
    }

    fn enter(&mut self, entry: JournalEntry) {
        self.state.apply(&entry).unwrap();
        self.journal.push(entry);
    }

    fn run(mut self) -> Self {
        for recovery in self.state.recover() {
            assert!(matches!(recovery, Recovery::Rerun(_)), "all nodes here may be repeated");
        }
        for _ in 0..1000 {
            let directives = self.state.decide(at(10));
            if directives.is_empty() {
                return self;
            }
            for directive in directives {
                self.carry_out(directive);
            }
        }
        panic!("the execution does not end");
    }

    fn carry_out(&mut self, directive: Directive) {
        match directive {
            Directive::Skip(slot, reason) => {
                let node = self.plan.node(slot).id.clone().into();
                self.enter(JournalEntry::NodeSkipped { node, reason });
            }
            Directive::Fail(slot, error) => {
                let node = self.plan.node(slot).id.clone().into();
                self.enter(JournalEntry::NodeFailed { node, at: at(9), error });
            }
            Directive::Run(slot) => {
                let attempt = self.state.node(slot).attempts + 1;
                let plan = Arc::clone(&self.plan);
                self.enter(attempt_started(&plan, slot, attempt, EffectClass::Pure));
                let outcome = if self.fails == Some(slot) {
                    AttemptOutcome::Failed { error: failure() }
                } else {
                    completed(slot)
                };
                self.enter(attempt_finished(&plan, slot, attempt, outcome));
            }
            Directive::FireTimer(slot) => {
                let node = self.plan.node(slot).id.clone().into();
                self.enter(JournalEntry::TimerFired { node, at: at(10) });
            }
            Directive::Finish { status, output, error } => {
                let output = output.map(Payload::Inline);
                self.enter(JournalEntry::ExecutionFinished { status, at: at(11), output, error });
            }
            Directive::Load(_) | Directive::LoadInput | Directive::LoadBlock(_) | Directive::LoadItem(..) => {
                panic!("nothing here is a blob")
            }
            Directive::Open(_) | Directive::FinishItem { .. } | Directive::FinishBlock(..) => {
                panic!("nothing here is a block")
            }
        }
    }

    fn end(&self) -> (ExecutionStatus, Option<Value>, Vec<NodeStatus>) {
        let finished = self.state.finished().expect("it has ended");
        let output = finished.output.as_ref().and_then(|output| output.value().map(|value| value.as_ref().clone()));
        let nodes = (0..self.plan.nodes.len()).map(|slot| self.state.node(slot as Slot).status).collect();
        (finished.status, output, nodes)
    }
}

fn run(plan: &Arc<ExecutionPlan>, input: Value, fails: Option<Slot>) -> Simulation {
    Simulation::of_journal(plan, &[started(plan, input)], fails).run()
}

fn diamond() -> Arc<ExecutionPlan> {
    PlanFixture::new()
        .node("a")
        .node("b")
        .node("c")
        .node("d")
        .edge(0, 1, Some("$input.left"))
        .edge(0, 2, Some("$nodes.a.result.slot > 0 || $input.right"))
        .edge(1, 3, None)
        .edge(2, 3, None)
        .build()
}

#[test]
fn a_join_runs_when_one_of_its_connections_was_taken() {
    let (status, output, nodes) = run(&diamond(), json!({ "left": true, "right": false }), None).end();
    assert_eq!(status, ExecutionStatus::Completed);
    assert_eq!(output, Some(json!({ "d": { "slot": 3 } })));
    assert_eq!(nodes, [NodeStatus::Completed, NodeStatus::Completed, NodeStatus::Skipped, NodeStatus::Completed]);
}

#[test]
fn a_path_that_was_not_taken_is_skipped_to_its_end_with_the_values_that_decided() {
    let simulation = run(&diamond(), json!({ "left": false, "right": false }), None);
    let (status, output, nodes) = simulation.end();
    assert_eq!((status, output), (ExecutionStatus::Completed, Some(json!({}))));
    assert_eq!(nodes[1..], [NodeStatus::Skipped; 3]);
    let reason = simulation.journal.iter().find_map(|entry| match entry {
        JournalEntry::NodeSkipped { node, reason } if node.id().as_str() == "b" => Some(reason.clone()),
        _ => None,
    });
    let trace = reason.unwrap().connections.remove(0);
    assert_eq!(trace.when.as_deref(), Some("$input.left"));
    assert_eq!(trace.values, [("$input.left".to_owned(), json!(false))]);
}

#[test]
fn a_condition_that_cannot_be_computed_fails_the_node_behind_it() {
    let simulation = run(&diamond(), json!({ "left": "yes", "right": true }), None);
    let finished = simulation.state.finished().unwrap();
    assert_eq!(finished.status, ExecutionStatus::Failed);
    let error = finished.error.as_ref().unwrap();
    assert!(error.message.starts_with("node `b` failed: the condition of the connection from `a`"), "{error}");
}

#[test]
fn a_failed_node_ends_the_run_with_its_error() {
    let simulation = run(&diamond(), json!({ "left": true, "right": true }), Some(1));
    let finished = simulation.state.finished().unwrap();
    assert_eq!(finished.status, ExecutionStatus::Failed);
    assert_eq!(finished.error.as_ref().unwrap().message, "node `b` failed: it failed");
    assert_eq!(simulation.state.node(3).status, NodeStatus::Pending);
}

#[test]
fn an_interrupted_attempt_is_run_again_or_in_doubt_by_its_effect() {
    let plan = PlanFixture::new().node("a").build();
    for (effect, expected) in [
        (EffectClass::Pure, Recovery::Rerun(0)),
        (EffectClass::Idempotent, Recovery::Rerun(0)),
        (EffectClass::AtMostOnce, Recovery::InDoubt(0)),
    ] {
        let journal = [started(&plan, json!({})), attempt_started(&plan, 0, 1, effect)];
        let mut state = fold(Arc::clone(&plan), execution_id(), &journal).unwrap();
        assert_eq!(state.recover(), std::slice::from_ref(&expected));
        let again = state.decide(at(5));
        assert_eq!(again, if expected == Recovery::Rerun(0) { vec![Directive::Run(0)] } else { vec![] });
    }
}

#[test]
fn a_decision_ends_a_doubt() {
    let plan = PlanFixture::new().node("a").build();
    let node: NodeAddress = plan.node(0).id.clone().into();
    let doubt = [
        started(&plan, json!({})),
        attempt_started(&plan, 0, 1, EffectClass::AtMostOnce),
        JournalEntry::NodeInDoubt { node: node.clone(), attempt: 1 },
    ];
    let resolved = |resolution| {
        let mut state = fold(Arc::clone(&plan), execution_id(), &doubt).unwrap();
        assert_eq!(state.decide(at(5)), [], "nothing happens by itself");
        let request = RequestId(Uuid::nil());
        state.apply(&JournalEntry::NodeResolved { node: node.clone(), resolution, request, at: at(6) }).unwrap();
        state.decide(at(7))
    };
    assert_eq!(resolved(Resolution::Retry), [Directive::Run(0)]);
    let done = resolved(Resolution::Completed { output: json!(42), port: None });
    assert!(matches!(&done[..], [Directive::Finish { output: Some(output), .. }] if **output == json!({ "a": 42 })));
    let failed = resolved(Resolution::Failed { error: failure() });
    assert!(matches!(&failed[..], [Directive::Finish { status: ExecutionStatus::Failed, .. }]));
}

#[test]
fn timers_and_retries_wait_for_their_time() {
    let plan = PlanFixture::new().node("a").node("b").build();
    let output = Payload::Inline(Arc::new(json!(1)));
    let journal = [
        started(&plan, json!({})),
        attempt_started(&plan, 0, 1, EffectClass::Pure),
        attempt_started(&plan, 1, 1, EffectClass::Pure),
        attempt_finished(&plan, 0, 1, AttemptOutcome::CompletesAt { until: at(100), output }),
        attempt_finished(&plan, 1, 1, AttemptOutcome::Retry { error: failure(), next_at: at(200) }),
    ];
    let mut state = fold(Arc::clone(&plan), execution_id(), &journal).unwrap();
    assert_eq!(state.decide(at(99)), []);
    assert_eq!(state.next_wake(), Some(at(100)));
    assert_eq!(state.decide(at(100)), [Directive::FireTimer(0)]);
    state.apply(&JournalEntry::TimerFired { node: plan.node(0).id.clone().into(), at: at(100) }).unwrap();
    assert_eq!(state.next_wake(), Some(at(200)));
    assert_eq!(state.decide(at(200)), [Directive::Run(1)]);
}

#[test]
fn cancelling_begins_nothing_new() {
    let plan = diamond();
    let mut state = fold(Arc::clone(&plan), execution_id(), &[started(&plan, json!({}))]).unwrap();
    let request = RequestId(Uuid::nil());
    state.apply(&JournalEntry::CancelRequested { reason: "enough".to_owned(), request }).unwrap();
    let directives = state.decide(at(5));
    assert!(
        matches!(&directives[..], [Directive::Finish { status: ExecutionStatus::Cancelled, .. }]),
        "{directives:?}"
    );
}

#[test]
fn a_journal_that_cannot_have_happened_is_corrupt() {
    let plan = diamond();
    let begin = started(&plan, json!({ "left": true, "right": true }));
    let a_done =
        [begin.clone(), attempt_started(&plan, 0, 1, EffectClass::Pure), attempt_finished(&plan, 0, 1, completed(0))];
    let corrupt = |entries: &[JournalEntry]| fold(Arc::clone(&plan), execution_id(), entries).unwrap_err().to_string();
    let with = |last: JournalEntry| a_done.iter().cloned().chain([last]).collect::<Vec<_>>();

    assert!(corrupt(&a_done[1..]).contains("comes first"));
    assert!(corrupt(&[begin.clone(), begin.clone()]).contains("and once"));
    assert!(corrupt(&with(attempt_finished(&plan, 0, 1, completed(0)))).contains("no transition from completed"));
    assert!(corrupt(&with(attempt_started(&plan, 0, 3, EffectClass::Pure))).contains("out of order"));
    let mut other = begin;
    if let JournalEntry::ExecutionStarted { plan, .. } = &mut other {
        *plan = nebula_ports::model::Digest::of(b"another");
    }
    assert!(corrupt(&[other]).contains("it runs the plan"));
}

#[test]
fn a_blobs_value_is_asked_for_once_and_let_go_when_nobody_reads_it_any_more() {
    let blob = nebula_ports::model::BlobRef {
        digest: nebula_ports::model::Digest::of(b"x"),
        size: 1,
        mime: "application/json".to_owned(),
    };
    let plan = PlanFixture::new()
        .node("a")
        .node("b")
        .edge(0, 1, Some("$nodes.a.result.go"))
        .output("$nodes.b.result", &[1])
        .build();
    let journal = [
        started(&plan, json!({})),
        attempt_started(&plan, 0, 1, EffectClass::Pure),
        attempt_finished(&plan, 0, 1, AttemptOutcome::Completed { output: Payload::Blob(blob), cached: false }),
    ];
    let mut state = fold(Arc::clone(&plan), execution_id(), &journal).unwrap();
    assert_eq!(state.decide(at(5)), [Directive::Load(0)]);
    assert_eq!(state.decide(at(5)), []);
    state.provide(0, Arc::new(json!({ "go": true })));
    assert_eq!(state.decide(at(5)), [Directive::Run(1)]);
    let output = state.node(0).output.as_ref().unwrap();
    assert!(output.value().is_none(), "its only reader, the condition, is done");
}

fn any_plan() -> impl Strategy<Value = (Arc<ExecutionPlan>, Value, Option<Slot>)> {
    (2_u32..10).prop_flat_map(|count| {
        let pairs = (0..count).flat_map(|to| (0..to).map(move |from| (from, to))).collect::<Vec<_>>();
        let edges = prop::collection::vec(prop_oneof![4 => Just(None), 1 => (0_u32..4).prop_map(Some)], pairs.len());
        let flags = prop::collection::vec(any::<bool>(), 3);
        (edges, flags, prop::option::weighted(0.3, 0..count)).prop_map(move |(edges, flags, fails)| {
            let mut fixture = PlanFixture::new();
            for slot in 0..count {
                fixture = fixture.node(&format!("n{slot}"));
            }
            for ((from, to), condition) in pairs.iter().zip(edges) {
                fixture = match condition {
                    None => fixture,
                    Some(3) => fixture.edge(*from, *to, None),
                    Some(flag) => fixture.edge(*from, *to, Some(&format!("$input.f{flag}"))),
                };
            }
            let input = json!({ "f0": flags[0], "f1": flags[1], "f2": flags[2] });
            (fixture.build(), input, fails)
        })
    })
}

proptest! {
    #[test]
    fn every_run_ends_and_every_node_ran_after_what_it_depends_on((plan, input, fails) in any_plan()) {
        let simulation = run(&plan, input, fails);
        prop_assert!(simulation.state.finished().is_some());
        let mut ended = std::collections::HashMap::new();
        for entry in &simulation.journal {
            match entry {
                JournalEntry::AttemptStarted { node, .. } => {
                    let slot = plan.slot(node.id()).unwrap();
                    let before: Vec<_> =
                        plan.node(slot).incoming.iter().map(|edge| plan.edges[*edge as usize].from).collect();
                    prop_assert!(before.iter().all(|from| ended.contains_key(from)));
                    prop_assert!(before.is_empty() || before.iter().any(|from| ended[from]));
                }
                JournalEntry::AttemptFinished { node, .. } => {
                    prop_assert!(ended.insert(plan.slot(node.id()).unwrap(), true).is_none(), "a node ends once");
                }
                JournalEntry::NodeSkipped { node, .. } => {
                    prop_assert!(ended.insert(plan.slot(node.id()).unwrap(), false).is_none(), "a node ends once");
                }
                _ => {}
            }
        }
    }

    #[test]
    fn a_crash_after_any_entry_changes_nothing((plan, input, fails) in any_plan()) {
        let whole = run(&plan, input, fails);
        for length in 1..whole.journal.len() {
            let resumed = Simulation::of_journal(&plan, &whole.journal[..length], fails).run();
            let (status, output, nodes) = resumed.end();
            prop_assert_eq!(status, whole.end().0);
            // Which node's failure ends the run may depend on what was under way; nothing else does.
            if fails.is_none() {
                prop_assert_eq!(output, whole.end().1);
                prop_assert_eq!(nodes, whole.end().2);
            }
        }
    }
}
