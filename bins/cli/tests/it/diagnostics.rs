//! How findings are drawn, and how `check` sums them up.

use crate::nebula::Folder;

const WRONG: &str = r#"nebula: 1
id: demo
nodes:
  - id: read
    action: http.request@1
    parameters: { url: !expr "$input.url", methd: GET }
  - id: note
    action: data.set@1
    parameters: { values: { größe: !expr "$nodes.raed.result" } }
connections:
  - { from: read, to: make }
"#;

#[test]
fn findings_are_drawn_with_line_mark_and_help() {
    let outcome = Folder::with_flow(WRONG).call(&["check", "flow.yaml"]).ends_with(2);
    insta::assert_snapshot!(outcome.stderr);
}

#[test]
fn findings_as_json_have_line_and_column() {
    let outcome = Folder::with_flow(WRONG).call(&["check", "flow.yaml", "--json"]).ends_with(2);
    let findings = outcome.json();
    let place = |code: &str| {
        let finding = findings.as_array().unwrap().iter().find(|finding| finding["code"] == code).unwrap();
        (finding["line"].as_u64().unwrap(), finding["column"].as_u64().unwrap())
    };
    assert_eq!(place("P0102"), (11, 23));
    assert_eq!(place("P0302"), (9, 43), "columns are counted in characters");
    for finding in findings.as_array().unwrap() {
        assert_eq!(finding["file"], "flow.yaml");
        assert!(finding["line"].as_u64().is_some() && finding["column"].as_u64().is_some(), "{finding}");
    }
}

#[test]
fn every_file_is_checked_after_one_that_is_wrong() {
    let folder = Folder::with_flow(WRONG);
    folder.write(
        "good.yaml",
        "nebula: 1\nid: good\nnodes:\n  - { id: a, action: data.set@1, parameters: { values: {} } }\n",
    );
    folder.call(&["check", "nope.yaml", "flow.yaml", "good.yaml"]).ends_with(2).says(&[
        "cannot read nope.yaml",
        "flow.yaml:",
        "3 files checked, 2 with errors",
    ]);
    folder.call(&["check", "good.yaml"]).ends_with(0).says(&["ok: 1 file checked"]);
}

#[test]
fn checking_asks_for_no_grants_and_no_data_folder() {
    let folder = Folder::with_flow(
        "nebula: 1\nid: a\nnodes:\n  - { id: x, action: http.request@1, parameters: { url: \"https://example.com/\" } }\n",
    );
    folder.call(&["check", "flow.yaml"]).ends_with(0).says(&["note[P0405]", "--grant net:example.com:443"]);
    assert!(folder.is_untouched());
}
