//! `nebula plan`.

use crate::nebula::Folder;

const FLOW: &str = r#"nebula: 1
id: weather
nodes:
  - id: fetch
    action: http.request@1
    parameters: { url: "https://example.com/" }
  - id: note
    action: data.set@1
    parameters: { values: { ok: true } }
connections:
  - { from: fetch, to: note, when: "$nodes.fetch.success" }
"#;

const GRANTED: [&str; 4] = ["plan", "flow.yaml", "--grant", "net:example.com:443"];

#[test]
fn what_is_not_granted_is_an_error_with_the_option_that_grants_it() {
    let folder = Folder::with_flow(FLOW);
    folder.call(&["plan", "flow.yaml"]).ends_with(2).says(&["error[P0405]", "--grant net:example.com:443"]);
    folder.call(&["plan", "flow.yaml", "--grant", "net:example.org:443"]).ends_with(2).says(&["error[P0405]"]);
    let outcome = folder.call(&GRANTED).ends_with(0);
    assert!(outcome.stdout.contains("workflow weather"), "{outcome:#?}");
    assert!(outcome.stdout.contains("example.com:443"), "{outcome:#?}");
}

#[test]
fn a_plan_is_drawn_in_three_notations() {
    let folder = Folder::with_flow(FLOW);
    let drawn = |option| folder.call(&[&GRANTED[..], &[option]].concat()).ends_with(0);
    assert!(drawn("--dot").stdout.starts_with("digraph"));
    assert!(drawn("--mermaid").stdout.starts_with("flowchart"));
    assert_eq!(drawn("--json").json()["workflow"], "weather");
}

#[test]
fn with_json_mistakes_are_a_list_with_places() {
    let folder = Folder::with_flow("nebula: 1\nid: a\nnodes:\n  - { id: x, action: data.sett@1 }\n");
    let findings = folder.call(&["plan", "flow.yaml", "--json"]).ends_with(2).json();
    assert_eq!(findings[0]["code"], "P0201");
    assert_eq!((findings[0]["line"].as_u64(), findings[0]["column"].as_u64()), (Some(4), Some(22)));
}
