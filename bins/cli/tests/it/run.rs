//! Runs, from a file to a result.

use serde_json::json;

use crate::nebula::Folder;

const GREET: &str = r#"nebula: 1
id: greet
input: { type: object, required: [name], properties: { name: { type: string } } }
nodes:
  - id: make
    action: data.set@1
    parameters: { values: { text: !template "Hello {{ $input.name }}" } }
  - id: shout
    action: data.set@1
    parameters: { values: { loud: true } }
connections:
  - { from: make, to: shout, when: "$input.name == 'Oslo'" }
output: !expr $nodes.make.result
"#;

const FAILING: &str = r#"nebula: 1
id: failing
nodes:
  - { id: boom, action: flow.fail@1, parameters: { message: no luck } }
"#;

#[test]
fn a_run_prints_its_output_and_nothing_else_on_standard_output() {
    let folder = Folder::with_flow(GREET);
    let outcome = folder.call(&["run", "flow.yaml", "--input", r#"{"name": "Bergen"}"#]).ends_with(0);
    assert_eq!(outcome.json(), json!({ "text": "Hello Bergen" }));
    let outcome = outcome.says(&["make", "completed", "skipped: after `make`", "$input.name = \"Bergen\""]);
    assert!(!outcome.stderr.contains('\u{1b}'), "colour goes to a terminal only: {outcome:#?}");
}

#[test]
fn with_json_a_run_prints_one_object() {
    let folder = Folder::with_flow(GREET);
    let report = folder.call(&["run", "flow.yaml", "--input", r#"{"name": "Oslo"}"#, "--json"]).ends_with(0).json();
    assert_eq!(report["status"], "completed");
    assert_eq!(report["output"], json!({ "text": "Hello Oslo" }));
    assert_eq!(report["error"], json!(null));
    assert_eq!(report.as_object().unwrap().len(), 4);
    let id = report["execution_id"].as_str().unwrap();
    folder.call(&["execution", "show", id]).ends_with(0);
}

#[test]
fn a_run_that_fails_says_why_and_where_to_look() {
    let folder = Folder::with_flow(FAILING);
    let outcome = folder.call(&["run", "flow.yaml"]).ends_with(1).says(&["no luck", "nebula execution show"]);
    assert_eq!(outcome.stdout, "");
    let report = folder.call(&["run", "flow.yaml", "--json"]).ends_with(1).json();
    assert_eq!((&report["status"], &report["output"]), (&json!("failed"), &json!(null)));
    assert!(report["error"]["message"].as_str().unwrap().contains("no luck"));
}

#[test]
fn quiet_leaves_the_result_alone() {
    let folder = Folder::with_flow(GREET);
    let outcome = folder.call(&["run", "flow.yaml", "--quiet", "--input", r#"{"name": "x"}"#]).ends_with(0);
    assert_eq!(outcome.stderr, "");
}

#[test]
fn workflow_and_input_come_from_files_or_standard_input() {
    let folder = Folder::with_flow(GREET);
    folder.write("input.json", r#"{"name": "file"}"#);
    let output = |outcome: crate::nebula::Outcome| outcome.ends_with(0).json()["text"].as_str().unwrap().to_owned();
    assert_eq!(output(folder.call(&["run", "flow.yaml", "--input", "@input.json"])), "Hello file");
    assert_eq!(output(folder.call_with(&["run", "flow.yaml", "--input", "@-"], r#"{"name": "pipe"}"#)), "Hello pipe");
    assert_eq!(output(folder.call_with(&["run", "-", "--input", r#"{"name": "x"}"#], GREET)), "Hello x");
}

#[test]
fn a_start_key_starts_once() {
    let folder = Folder::with_flow(GREET);
    let run = |name: &str| {
        let input = format!(r#"{{"name": "{name}"}}"#);
        folder.call(&["run", "flow.yaml", "--json", "--key", "monday", "--input", &input])
    };
    let first = run("Oslo").ends_with(0).json();
    assert_eq!(run("Oslo").ends_with(0).json(), first);
    let id = first["execution_id"].as_str().unwrap().to_owned();
    run("Bergen").ends_with(2).says(&["key", &id]);
}

#[cfg(unix)]
#[test]
fn the_data_folder_is_for_its_owner_and_not_for_a_repository() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::with_flow(FAILING);
    folder.call(&["run", "flow.yaml"]).ends_with(1);
    let mode = std::fs::metadata(folder.path(".nebula")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    assert_eq!(std::fs::read_to_string(folder.path(".nebula/.gitignore")).unwrap(), "*\n");
}
