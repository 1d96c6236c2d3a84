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

#[test]
fn without_grants_the_plan_is_shown_and_says_what_it_needs() {
    let outcome =
        Folder::with_flow(FLOW).call(&["plan", "flow.yaml"]).ends_with(0).says(&["--grant net:example.com:443"]);
    assert!(outcome.stdout.contains("workflow weather"), "{outcome:#?}");
    assert!(outcome.stdout.contains("example.com:443"), "{outcome:#?}");
}

#[test]
fn with_grants_what_is_missing_is_an_error() {
    let folder = Folder::with_flow(FLOW);
    folder.call(&["plan", "flow.yaml", "--grant", "net:example.org:443"]).ends_with(2).says(&["error[P0405]"]);
    folder.call(&["plan", "flow.yaml", "--grant", "net:example.com:443"]).ends_with(0);
}

#[test]
fn a_plan_is_drawn_in_three_notations() {
    let folder = Folder::with_flow(FLOW);
    assert!(folder.call(&["plan", "flow.yaml", "--dot"]).ends_with(0).stdout.starts_with("digraph"));
    assert!(folder.call(&["plan", "flow.yaml", "--mermaid"]).ends_with(0).stdout.starts_with("flowchart"));
    assert_eq!(folder.call(&["plan", "flow.yaml", "--json"]).ends_with(0).json()["workflow"], "weather");
}

#[test]
fn with_json_mistakes_are_a_list_with_places() {
    let folder = Folder::with_flow("nebula: 1\nid: a\nnodes:\n  - { id: x, action: data.sett@1 }\n");
    let findings = folder.call(&["plan", "flow.yaml", "--json"]).ends_with(2).json();
    assert_eq!(findings[0]["code"], "P0201");
    assert_eq!((findings[0]["line"].as_u64(), findings[0]["column"].as_u64()), (Some(4), Some(22)));
}
