//! Graphs as trees.

use nebula_ports::model::Workflow;
use serde_json::json;

use super::tree;
use crate::story::Story;

fn workflow(nodes: &[&str], connections: &[(&str, &str)]) -> Workflow {
    let nodes: Vec<_> = nodes.iter().map(|id| json!({ "id": id, "action": "data.set@1.0" })).collect();
    let connections: Vec<_> = connections.iter().map(|(from, to)| json!({ "from": from, "to": to })).collect();
    serde_json::from_value(json!({ "nebula": 1, "id": "w", "nodes": nodes, "connections": connections })).unwrap()
}

fn drawn(workflow: &Workflow) -> Vec<String> {
    let story = Story::default();
    tree(Some(workflow), &story).iter().map(|branch| format!("{}{}", branch.prefix, branch.node)).collect()
}

#[test]
fn branches_have_rails() {
    let drawn = drawn(&workflow(&["a", "b", "c", "d", "e"], &[("a", "b"), ("b", "c"), ("a", "d")]));
    assert_eq!(drawn, ["a", "├─ b", "│  └─ c", "└─ d", "e"]);
}

#[test]
fn a_node_after_several_stands_once_below_the_last_of_them() {
    let drawn = drawn(&workflow(&["a", "b", "join"], &[("a", "join"), ("a", "b"), ("b", "join")]));
    assert_eq!(drawn, ["a", "└─ b", "   └─ join"]);
}

#[test]
fn a_long_chain_is_drawn_without_recursion() {
    let names: Vec<String> = (0..3000).map(|place| format!("n{place}")).collect();
    let ids: Vec<&str> = names.iter().map(String::as_str).collect();
    let pairs: Vec<(&str, &str)> = ids.windows(2).map(|pair| (pair[0], pair[1])).collect();
    let story = Story::default();
    assert_eq!(tree(Some(&workflow(&ids, &pairs)), &story).len(), ids.len());
}
