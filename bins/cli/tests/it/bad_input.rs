//! Whatever is wrong in what was given: exit code 2, the place, what to do, and nothing made where runs are kept.

use crate::nebula::Folder;

const GREET: &str = r#"
nebula: 1
id: greet
input: { type: object, required: [name], properties: { name: { type: string } } }
nodes:
  - id: make
    action: data.set@1
    parameters: { values: { text: !template "Hello {{ $input.name }}" } }
"#;

/// Runs a workflow that cannot run.
#[track_caller]
fn refused(text: &str, parts: &[&str]) {
    let folder = Folder::with_flow(text);
    folder.call(&["run", "flow.yaml"]).ends_with(2).says(parts).says(&["nothing was started"]);
    assert!(folder.is_untouched());
}

/// Runs a workflow that could run, with wrong arguments.
#[track_caller]
fn refused_with(arguments: &[&str], parts: &[&str]) {
    let folder = Folder::with_flow(GREET);
    let all: Vec<&str> = ["run", "flow.yaml"].iter().chain(arguments).copied().collect();
    folder.call(&all).ends_with(2).says(parts);
    assert!(folder.is_untouched());
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let folder = Folder::new();
    folder.call(&["run", "nope.yaml"]).ends_with(2).says(&["cannot read nope.yaml"]);
    assert!(folder.is_untouched());
}

#[test]
fn a_file_that_is_no_text_is_named() {
    let folder = Folder::new();
    folder.write("flow.yaml", [0xFF, 0xFE, 0x00]);
    folder.call(&["run", "flow.yaml"]).ends_with(2).says(&["flow.yaml is not UTF-8 text", "help: save it as UTF-8"]);
    assert!(folder.is_untouched());
}

#[test]
fn an_empty_file_is_a_mistake() {
    refused("", &["flow.yaml"]);
}

#[test]
fn yaml_that_breaks_off_is_shown_at_its_place() {
    refused("nebula: 1\nid: [", &["flow.yaml:2:"]);
}

#[test]
fn an_unknown_key_is_met_with_the_nearest_one() {
    refused(
        "nebula: 1\nid: a\nnodes:\n  - id: x\n    acton: data.set@1\n",
        &["flow.yaml:5:5", "did you mean `action`?"],
    );
}

#[test]
fn an_unknown_action_is_met_with_the_nearest_one() {
    refused(
        "nebula: 1\nid: a\nnodes:\n  - { id: x, action: data.sett@1 }\n",
        &["flow.yaml:4:22", "P0201", "did you mean `data.set`?"],
    );
}

#[test]
fn a_mistake_in_an_expression_is_shown_inside_its_text() {
    refused(
        "nebula: 1\nid: a\nnodes:\n  - { id: x, action: data.set@1, parameters: { values: { a: !expr \"1 +\" } } }\n",
        &["flow.yaml:4:"],
    );
}

#[test]
fn all_mistakes_are_shown_at_once() {
    refused(
        "nebula: 1\nid: a\nnodes:\n  - { id: x, action: data.sett@1 }\n  - { id: x, action: data.set@1 }\nconnections:\n  - { from: x, to: z }\n",
        &["P0101", "P0102", "P0201"],
    );
}

#[test]
fn what_is_not_granted_is_named_with_the_option_that_grants_it() {
    refused(
        "nebula: 1\nid: a\nnodes:\n  - { id: x, action: http.request@1, parameters: { url: \"https://example.com/\" } }\n",
        &["P0405", "--grant net:example.com:443"],
    );
}

#[test]
fn a_secret_that_is_not_set_is_named_with_the_command_that_sets_it() {
    let folder = Folder::with_flow(
        "nebula: 1\nid: a\nnodes:\n  - { id: x, action: http.request@1, credentials: { auth: weather }, parameters: { url: \"https://example.com/\" } }\n",
    );
    folder
        .call(&["run", "flow.yaml", "--grant", "net:example.com:443"])
        .ends_with(2)
        .says(&["`weather`, which is not set", "nebula secret set weather"]);
    let rows = folder.call(&["execution", "list", "--json"]).ends_with(0).json();
    assert_eq!(rows.as_array().map(Vec::len), Some(0));
}

#[test]
fn an_input_that_does_not_fit_is_shown_place_by_place() {
    refused_with(&[], &["`name` is missing", "--input"]);
    refused_with(&["--input", r#"{"name": 1}"#], &["/name"]);
}

#[test]
fn an_input_that_is_no_json_is_shown_with_its_place() {
    refused_with(&["--input", "{name: 1}"], &["line 1 column 2", "help: write JSON"]);
    refused_with(&["--input", "@nope.json"], &["cannot read nope.json"]);
}

#[test]
fn a_grant_that_is_none_is_met_with_the_forms_there_are() {
    refused_with(&["--grant", "disk:/"], &["`net`, `fs_read`, `fs_write`, `env` and `exec`"]);
    refused_with(&["--grant", "net:example.com"], &["write `net:example.com:443`"]);
}

#[test]
fn a_start_key_has_a_length() {
    refused_with(&["--input", r#"{"name": "x"}"#, "--key", ""], &["1 to 256 bytes"]);
}

#[test]
fn one_standard_input_is_not_read_twice() {
    let folder = Folder::new();
    folder.call_with(&["run", "-", "--input", "@-"], GREET).ends_with(2).says(&["both"]);
}

#[test]
fn with_json_a_refusal_is_one_object_of_the_usual_shape() {
    let folder = Folder::with_flow("nebula: 1\nid: a\nnodes:\n  - { id: x, action: data.sett@1 }\n");
    let report = folder.call(&["run", "flow.yaml", "--json"]).ends_with(2).json();
    assert_eq!(report["execution_id"], serde_json::Value::Null);
    assert_eq!(report["output"], serde_json::Value::Null);
    assert_eq!(report["error"]["code"], "definition");
    assert_eq!(report["error"]["diagnostics"][0]["code"], "P0201");
    assert_eq!(report["error"]["diagnostics"][0]["line"], 4);
}

#[test]
fn an_execution_s_id_is_a_uuid() {
    Folder::new().call(&["execution", "show", "7"]).ends_with(2).says(&["`7` is no execution id"]);
}

#[test]
fn looking_where_nothing_was_run_makes_no_folder() {
    let folder = Folder::new();
    folder.call(&["execution", "list"]).ends_with(4).says(&["there is no data folder .nebula"]);
    folder.call(&["secret", "list"]).ends_with(4);
    folder.call(&["execution", "resume", "--all"]).ends_with(4);
    assert!(folder.is_untouched());
}
