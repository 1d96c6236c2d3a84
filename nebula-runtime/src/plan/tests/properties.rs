//! Whatever the definition: an answer, and the same one each time.

use nebula_ports::{diagnostic::Diagnostic, model::Workflow};
use proptest::{prelude::*, sample::select};
use serde_json::{Value, json};

use super::all;
use crate::{
    catalogue::{
        Catalogue,
        testing::{TestAction, catalogue},
    },
    plan::plan,
};

const IDS: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

fn expression() -> impl Strategy<Value = String> {
    prop_oneof![
        select(&IDS[..]).prop_map(|id| format!("$nodes.{id}.result.x")),
        select(&IDS[..]).prop_map(|id| format!("$nodes.{id}.result ?? 1")),
        select(&["$input.name", "$vars.x", "$item", "1 +", "true", "$now", "$nodes.nobody.result"][..])
            .prop_map(str::to_owned),
        "[ -~]{0,12}",
    ]
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        expression().prop_map(|source| json!({ "$expr": source })),
        expression().prop_map(|source| json!({ "$template": format!("x {{{{ {source} }}}}") })),
        select(&["x", "http://a.de/", "GET", "../x", "é"][..]).prop_map(|text| json!(text)),
        Just(json!({ "deep": [1, { "$expr": "$input" }] })),
        Just(json!(null)),
    ]
}

fn node() -> impl Strategy<Value = Value> {
    let actions = ["text.upper@1", "http.request@1", "file.read@1", "chat.post@2.1", "list.filter@1", "no.such@1"];
    let keys = ["text", "url", "path", "method", "items", "keep"];
    let parameters = proptest::collection::btree_map(select(keys.to_vec()).prop_map(str::to_owned), value(), 0..4);
    (select(&IDS[..]), select(actions.to_vec()), parameters, 0..4_u32).prop_map(|(id, action, parameters, attempts)| {
        let mut node = json!({ "id": id, "action": action, "parameters": parameters });
        if attempts > 0 {
            node["retry"] = json!({ "max_attempts": attempts });
        }
        node
    })
}

fn workflow() -> impl Strategy<Value = Workflow> {
    let connection =
        (select(&IDS[..]), select(&IDS[..]), proptest::option::of(expression())).prop_map(|(from, to, when)| {
            let mut connection = json!({ "from": from, "to": to });
            if let Some(when) = when {
                connection["when"] = when.into();
            }
            connection
        });
    let nodes = proptest::collection::vec(node(), 0..7);
    let connections = proptest::collection::vec(connection, 0..9);
    (nodes, connections, proptest::option::of(value())).prop_map(|(nodes, connections, output)| {
        let mut workflow =
            json!({ "nebula": 1, "id": "p", "vars": { "x": 1 }, "nodes": nodes, "connections": connections });
        if let Some(output) = output {
            workflow["output"] = output;
        }
        serde_json::from_value(workflow).unwrap()
    })
}

proptest! {
    #[test]
    fn planning_always_answers(workflow in workflow()) {
        let catalogue = catalogue();
        match (plan(&workflow, &catalogue, &all()), plan(&workflow, &catalogue, &all())) {
            (Ok(one), Ok(two)) => {
                prop_assert_eq!(one.plan.digest, two.plan.digest);
                prop_assert_eq!(one.notes, two.notes);
                for edge in &one.plan.edges {
                    prop_assert!(edge.from < edge.to);
                }
                for (slot, node) in (0_u32..).zip(&one.plan.nodes) {
                    prop_assert!(node.reads.iter().all(|read| *read < slot));
                }
            }
            (Err(one), Err(two)) => {
                prop_assert!(one.iter().any(Diagnostic::is_error));
                prop_assert_eq!(one, two);
            }
            _ => prop_assert!(false, "one definition, two answers"),
        }
    }
}

#[test]
fn thousands_of_mistakes_take_no_time() {
    let count = 4_000;
    let nodes: Vec<Value> = (0..count)
        .map(|i| json!({ "id": format!("node{i}"), "action": "text.upper@1", "parameters": { "text": { "$expr": format!("$nodes.nobody{i}.result + $vars.unknown{i}") } } }))
        .collect();
    let connections: Vec<Value> =
        (0..count).map(|i| json!({ "from": format!("node{i}"), "to": format!("nod{i}") })).collect();
    let vars: serde_json::Map<String, Value> = (0..count).map(|i| (format!("known{i}"), json!(i))).collect();
    let value = json!({ "nebula": 1, "id": "p", "nodes": nodes, "connections": connections, "vars": vars });
    let workflow: Workflow = serde_json::from_value(value).unwrap();
    // Each name against each other one would be 48 million comparisons, which a test does not survive.
    let found = plan(&workflow, &catalogue(), &all()).unwrap_err();
    assert_eq!(found.len(), 3 * count);
}

#[test]
fn types_that_double_at_every_node_stay_small() {
    let set = TestAction::new("test.set@1.0").output(json!({ "x-nebula-type": { "parameter": "/values" } }));
    let catalogue = Catalogue::new([set.arc()]).unwrap();
    let count = 1_000;
    let nodes: Vec<Value> = (0..count)
        .map(|i| {
            let before = if i == 0 { json!(1) } else { json!({ "$expr": format!("$nodes.n{}.result", i - 1) }) };
            json!({ "id": format!("n{i}"), "action": "test.set@1", "parameters": { "values": { "a": before, "b": before } } })
        })
        .collect();
    let connections: Vec<Value> =
        (1..count).map(|i| json!({ "from": format!("n{}", i - 1), "to": format!("n{i}") })).collect();
    let value = json!({ "nebula": 1, "id": "p", "nodes": nodes, "connections": connections });
    let workflow: Workflow = serde_json::from_value(value).unwrap();
    // Written out, the last type would have 2^1000 members.
    assert!(plan(&workflow, &catalogue, &all()).is_ok());
}
