//! What is said of runs, against all runs.

use nebula_expression::{Expression, Proposition};
use nebula_ports::model::Workflow;
use proptest::{prelude::*, sample::select};
use serde_json::{Value, json};

use super::Branches;
use crate::plan::graph::Graph;

const CONDITIONS: [&str; 9] = [
    "$input.a",
    "!$input.a",
    "$input.b",
    "$input.a && $input.b",
    "$input.a || !$input.b",
    "$input.a ? $input.b : !$input.b",
    "$input.kind == 'x'",
    "$input.kind != 'x'",
    "$input.kind == 'y'",
];
const KINDS: [&str; 3] = ["x", "y", "z"];

/// A graph of `count` nodes, whose connections lead from earlier nodes to later ones.
fn workflow(edges: &[(usize, usize, Option<&str>)], count: usize) -> Workflow {
    let nodes: Vec<Value> =
        (0..count).map(|i| json!({ "id": format!("n{i}"), "action": "text.upper@1", "parameters": {} })).collect();
    let mut connections: Vec<Value> = Vec::new();
    for (from, to, when) in edges {
        let (from, to) = (format!("n{from}"), format!("n{to}"));
        if connections.iter().any(|other| other["from"] == *from && other["to"] == *to) {
            continue;
        }
        let mut connection = json!({ "from": from, "to": to });
        if let Some(when) = when {
            connection["when"] = json!(when);
        }
        connections.push(connection);
    }
    serde_json::from_value(json!({ "nebula": 1, "id": "p", "nodes": nodes, "connections": connections })).unwrap()
}

fn said(definition: &Workflow, graph: &Graph<'_>, edge: usize) -> Proposition {
    let when = definition.connections[graph.edges[edge].index].when.as_deref();
    when.map_or(Proposition::Unknown, |when| Expression::parse(when).unwrap().proposition())
}

struct Input(Value);

impl nebula_expression::Scope for Input {
    fn input(&self) -> Option<&Value> {
        Some(&self.0)
    }
}

fn holds(when: &str, input: &Input) -> bool {
    Expression::parse(when).unwrap().evaluate_bool(input, &nebula_expression::Limits::default()).unwrap()
}

/// Which nodes run.
fn run(definition: &Workflow, graph: &Graph<'_>, input: &Input) -> Vec<bool> {
    let mut ran = vec![false; graph.position.len()];
    for node in &graph.order {
        ran[*node] = graph.incoming[*node].is_empty()
            || graph.incoming[*node].iter().any(|edge| {
                let edge = graph.edges[*edge as usize];
                let when = definition.connections[edge.index].when.as_deref();
                ran[edge.from] && when.is_none_or(|when| holds(when, input))
            });
    }
    ran
}

/// All inputs.
fn inputs() -> impl Iterator<Item = Input> {
    (0..12).map(|at| Input(json!({ "a": at & 1 == 1, "b": at & 2 == 2, "kind": KINDS[at / 4] })))
}

proptest! {
    #[test]
    fn exactly_what_is_true_in_all_runs_is_said(
        edges in proptest::collection::vec((0..6_usize, 1..7_usize, proptest::option::of(select(&CONDITIONS[..]))), 0..14),
        given in proptest::collection::vec(select(&CONDITIONS[..]), 0..2),
    ) {
        let edges: Vec<_> = edges.into_iter().filter(|(from, to, _)| from < to).collect();
        let definition = workflow(&edges, 7);
        let graph = Graph::new(&definition, &mut Vec::new());
        let texts = |of: &str| (of == "$input.kind").then(|| KINDS.map(Into::into).to_vec());
        let mut branches = Branches::new(&graph, |edge| said(&definition, &graph, edge), texts, |_| &[], |node| node);
        let propositions: Vec<_> = given.iter().map(|when| Expression::parse(when).unwrap().proposition()).collect();
        let runs: Vec<_> = inputs()
            .filter(|input| given.iter().all(|when| holds(when, input)))
            .map(|input| run(&definition, &graph, &input))
            .collect();
        for reader in 0..7 {
            for node in 0..7 {
                let truth = runs.iter().all(|ran| !ran[reader] || ran[node]);
                prop_assert_eq!(branches.has_run(Some(reader), &propositions, node), truth, "{} reads {}", reader, node);
            }
        }
        for node in 0..7 {
            prop_assert_eq!(branches.has_run(None, &propositions, node), runs.iter().all(|ran| ran[node]));
        }
    }
}

#[test]
fn of_what_is_too_much_nothing_is_said_and_what_is_said_of_the_rest_is_true() {
    // Conditions that are all different, on 3,000 nodes in a row: only neighbours are told.
    let count = 3_000;
    let texts: Vec<String> = (0..count).map(|i| format!("$input.c{i}")).collect();
    let edges: Vec<_> = (1..count).map(|i| (i - 1, i, Some(texts[i].as_str()))).collect();
    let definition = workflow_of(&edges, count);
    let graph = Graph::new(&definition, &mut Vec::new());
    let mut branches = Branches::new(&graph, |edge| said(&definition, &graph, edge), |_| None, |_| &[], |node| node);
    assert!(branches.has_run(Some(count - 1), &[], count - 2));
    assert!(branches.has_run(Some(500), &[], 1));
    assert!(!branches.has_run(Some(1), &[], 2));
    assert!(!branches.has_run(None, &[], 1));
}

/// As `workflow`, without looking for connections that are there twice.
fn workflow_of(edges: &[(usize, usize, Option<&str>)], count: usize) -> Workflow {
    let nodes: Vec<Value> =
        (0..count).map(|i| json!({ "id": format!("n{i}"), "action": "text.upper@1", "parameters": {} })).collect();
    let connections: Vec<Value> = edges
        .iter()
        .map(|(from, to, when)| json!({ "from": format!("n{from}"), "to": format!("n{to}"), "when": when }))
        .collect();
    serde_json::from_value(json!({ "nebula": 1, "id": "p", "nodes": nodes, "connections": connections })).unwrap()
}
