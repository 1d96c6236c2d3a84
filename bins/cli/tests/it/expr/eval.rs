//! Values of expressions.

use serde_json::{Value, json};

use super::{expr, expr_in};
use crate::nebula::Folder;

/// The value for these data.
#[track_caller]
fn value(arguments: &[&str]) -> Value {
    expr(&[&["eval"], arguments].concat()).ends_with(0).json()
}

#[test]
fn data_come_from_the_command_line() {
    assert_eq!(value(&["$input.a + 1", "--input", r#"{"a": 2}"#]), json!(3));
    assert_eq!(value(&["$nodes.fetch.result.ok", "--nodes", r#"{"fetch": {"ok": true}}"#]), json!(true));
    assert_eq!(value(&["$nodes.fetch.status", "--nodes", r#"{"fetch": 1}"#]), json!("completed"));
    assert_eq!(value(&["$vars.region", "--vars", r#"{"region": "eu"}"#]), json!("eu"));
    assert_eq!(value(&["$item + $index", "--item", "40", "--index", "2"]), json!(42));
    assert_eq!(value(&["$trigger.kind", "--trigger", r#"{"kind": "timer"}"#]), json!("timer"));
    assert_eq!(value(&["-1 + 2"]), json!(1));
}

#[test]
fn now_is_given_or_the_present() {
    assert_eq!(value(&["$now", "--now", "2026-05-01T14:00:00+02:00"]), json!("2026-05-01T12:00:00Z"));
    assert!(value(&["$now"]).is_string());
    expr(&["eval", "$now", "--now", "soon"]).ends_with(2).says(&["`--now soon`", "help: write it as in"]);
}

#[test]
fn data_and_text_come_from_files_and_standard_input() {
    let folder = Folder::new();
    folder.write("input.json", r#"{"a": [1, 2]}"#);
    assert_eq!(expr_in(&folder, &["eval", "$input.a[1]", "--input", "@input.json"]).ends_with(0).json(), json!(2));
    let from_stdin = folder.call_with(&["expr", "eval", "-", "--input", "@input.json"], "$input.a[0]\n").ends_with(0);
    assert_eq!(from_stdin.json(), json!(1));
    let from_stdin = folder.call_with(&["expr", "eval", "$input", "--input", "@-"], "[3]").ends_with(0);
    assert_eq!(from_stdin.json(), json!([3]));
    let twice = folder.call_with(&["expr", "eval", "-", "--input", "@-"], "1").ends_with(2);
    twice.says(&["cannot both come from standard input"]);
    assert!(folder.is_untouched());
}

#[test]
fn a_string_is_printed_raw_only_when_that_is_asked_for() {
    let greet = ["eval", "Dear {{ $input }},", "--template", "--input", r#""Ada""#];
    assert_eq!(expr(&greet).ends_with(0).stdout, "\"Dear Ada,\"\n");
    assert_eq!(expr(&[&greet[..], &["--raw"]].concat()).ends_with(0).stdout, "Dear Ada,\n");
    assert_eq!(expr(&["eval", "[1]", "--raw"]).ends_with(0).stdout, "[1]\n");
    expr(&["eval", "1", "--raw", "--json"]).ends_with(2);
}

#[test]
fn a_template_keeps_the_line_s_end_of_a_shell_out() {
    let folder = Folder::new();
    let outcome = folder.call_with(&["expr", "eval", "-", "--template"], "{{ 1 + 1 }}\n").ends_with(0);
    assert_eq!(outcome.json(), json!(2));
}

#[test]
fn with_json_the_value_stands_in_an_object() {
    let printed = value(&["1 / 2", "--json"]);
    assert_eq!((&printed["value"], &printed["type"]), (&json!(0.5), &json!("number")));
    assert!(printed["estimate"].is_u64(), "{printed}");
}

#[test]
fn an_evaluation_that_ends_with_an_error_ends_with_1() {
    let call = ["eval", "$input.nmae", "--input", r#"{"name": "Ada"}"#];
    let outcome = expr(&call).ends_with(1).says(&["error[E0203]", "<expression>:1:8", "did you mean `name`?"]);
    assert_eq!(outcome.stdout, "");
    let printed = expr(&[&call[..], &["--json"]].concat()).ends_with(1).json();
    assert_eq!(printed["error"]["code"], "evaluation");
    let found = &printed["error"]["diagnostics"][0];
    assert_eq!((&found["code"], &found["line"], &found["column"]), (&json!("E0203"), &json!(1), &json!(8)));
}

#[test]
fn a_text_that_is_wrong_ends_with_2_and_shows_every_mistake() {
    let outcome = expr(&["eval", "1 = 2 && $imput.a"]).ends_with(2);
    outcome.says(&["error[E0107]", "error[E0201]", "did you mean `$input`?", "2 errors"]);
    let printed = expr(&["eval", "1 +", "--json"]).ends_with(2).json();
    assert_eq!(printed["error"]["code"], "expression");
    assert_eq!(printed["error"]["diagnostics"][0]["code"], "E0102");
}

#[test]
fn data_that_are_wrong_end_with_2() {
    expr(&["eval", "1", "--input", "{a: 1}"]).ends_with(2).says(&["the input is no JSON", "help: write JSON"]);
    expr(&["eval", "1", "--input", "@nope.json"]).ends_with(2).says(&["cannot read nope.json"]);
    expr(&["eval", "1", "--nodes", "[1]"]).ends_with(2).says(&["`--nodes` is no JSON object"]);
    expr(&["eval", "1", "--vars", "1"]).ends_with(2).says(&["`--vars` is no JSON object"]);
    expr(&["eval", "1", "--index", "-1"]).ends_with(2);
    expr(&["eval"]).ends_with(2).says(&["EXPR"]);
}

#[test]
fn a_file_that_is_no_text_is_named() {
    let folder = Folder::new();
    folder.write("input.json", [0xFF, 0xFE]);
    expr_in(&folder, &["eval", "1", "--input", "@input.json"]).ends_with(2).says(&["input.json is not UTF-8 text"]);
}

#[test]
fn hostile_texts_are_refused() {
    let folder = Folder::new();
    let from_stdin = |text: &str| folder.call_with(&["expr", "eval", "-"], text);
    from_stdin(&"(".repeat(10_000)).ends_with(2).says(&["E0702"]);
    from_stdin(&"1".repeat(20_000)).ends_with(2).says(&["E0701"]);
    from_stdin(&"1".repeat(2_000_000)).ends_with(2).says(&["standard input is larger than"]);
    from_stdin("\u{202e}\u{0}\u{1b}[31m").ends_with(2).says(&["E0101"]);
    from_stdin("").ends_with(2).says(&["E0109"]);
}

#[test]
fn names_from_the_data_cannot_steer_a_terminal() {
    let outcome = expr(&["eval", "$input.x", "--input", r#"{"\u001b[31mred\u202e": 1}"#]).ends_with(1);
    assert!(!outcome.stderr.contains(['\u{1b}', '\u{202e}']), "{outcome:#?}");
    outcome.says(&["red"]);
}

#[test]
fn the_cost_can_be_bounded() {
    let input = format!("[{}]", vec!["'x' + 'y'"; 200].join(","));
    expr(&["eval", &input]).ends_with(0);
    expr(&["eval", &input, "--max-cost", "20"]).ends_with(1).says(&["error[E0703]"]);
    expr(&["eval", "1", "--max-cost", "0"]).ends_with(2);
    expr(&["eval", "1", "--max-cost", "10000001"]).ends_with(2);
}

const FLOW: &str = r#"nebula: 1
id: greet
vars: { greeting: Hello }
input: { type: object, required: [name], properties: { name: { type: string } } }
nodes:
  - id: make
    action: data.set@1
    parameters: { values: { text: !template "{{ $vars.greeting }} {{ $input.name }}" } }
  - id: never
    action: data.set@1
    parameters: { values: { a: 1 } }
connections:
  - { from: make, to: never, when: "$input.name == 'Nobody'" }
output: !expr $nodes.make.result.text
"#;

#[test]
fn an_expression_can_be_tried_on_a_past_execution() {
    let folder = Folder::with_flow(FLOW);
    let report = folder.call(&["run", "flow.yaml", "--input", r#"{"name": "Ada"}"#, "--json"]).ends_with(0).json();
    let id = report["execution_id"].as_str().unwrap();
    let value = |text: &str| expr_in(&folder, &["eval", text, "--execution", id]).ends_with(0).json();
    assert_eq!(value("$input.name"), json!("Ada"));
    assert_eq!(value("$nodes.make.result.text + '!'"), json!("Hello Ada!"));
    assert_eq!(value("$nodes.make.attempts"), json!(1));
    assert_eq!(value("[$nodes.never.skipped, $nodes.never.result ?? 'none']"), json!([true, "none"]));
    assert_eq!(value("$vars.greeting"), json!("Hello"));
    assert_eq!(value("$execution.id"), json!(id));
    assert_eq!(value("$workflow.id"), json!("greet"));
    assert_eq!(value("$now"), value("$now"), "the time is that of the end");
    let session = folder.call_with(&["expr", "--execution", id], "$nodes.make.result.text\n").ends_with(0);
    assert_eq!(session.stdout, "\"Hello Ada\" : string\n");
    expr_in(&folder, &["eval", "1", "--execution", id, "--input", "{}"]).ends_with(2).says(&["cannot be used with"]);
}

#[test]
fn a_failed_node_has_its_error() {
    let folder = Folder::with_flow(
        "nebula: 1\nid: stop\nnodes:\n  - { id: end, action: flow.fail@1, parameters: { message: enough } }\n",
    );
    let report = folder.call(&["run", "flow.yaml", "--json"]).ends_with(1).json();
    let id = report["execution_id"].as_str().unwrap();
    let read = expr_in(&folder, &["eval", "[$nodes.end.status, $nodes.end.error.message]", "--execution", id]);
    assert_eq!(read.ends_with(0).json(), json!(["failed", "enough"]));
}

#[test]
fn large_values_of_a_past_execution_are_read_too() {
    let folder = Folder::with_flow(FLOW);
    let name = "x".repeat(100_000);
    folder.write("input.json", json!({ "name": name }).to_string());
    let report = folder.call(&["run", "flow.yaml", "--input", "@input.json", "--json"]).ends_with(0).json();
    let id = report["execution_id"].as_str().unwrap();
    let read = expr_in(&folder, &["eval", "[size($input.name), size($nodes.make.result.text)]", "--execution", id]);
    assert_eq!(read.ends_with(0).json(), json!([100_000, 100_006]));
}

#[test]
fn an_execution_that_is_not_there_is_not_found() {
    let folder = Folder::with_flow(FLOW);
    let nobody = "01890000-0000-7000-8000-000000000000";
    expr_in(&folder, &["eval", "1", "--execution", nobody]).ends_with(4).says(&["there is no data folder"]);
    folder.call(&["run", "flow.yaml", "--input", r#"{"name": "Ada"}"#]).ends_with(0);
    expr_in(&folder, &["eval", "1", "--execution", nobody]).ends_with(4).says(&["there is no execution"]);
    expr_in(&folder, &["eval", "1", "--execution", "nope"]).ends_with(2);
}
