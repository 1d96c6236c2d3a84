//! What is known before an evaluation.

use serde_json::json;

use super::{expr, expr_in};
use crate::nebula::Folder;

#[test]
fn type_and_cost_are_shown() {
    let outcome = expr(&["check", "$input.a > 1"]).ends_with(0).says(&["ok: checked"]);
    assert!(outcome.stdout.starts_with("type: bool\ncost: "), "{outcome:#?}");
    let printed = expr(&["check", "$input.a > 1", "--json"]).ends_with(0).json();
    assert_eq!(printed["type"], "bool");
    assert!(printed["cost"].is_string(), "{printed}");
    assert_eq!((&printed["errors"], &printed["warnings"]), (&json!([]), &json!([])));
}

#[test]
fn mistakes_are_drawn_and_end_with_2() {
    let outcome = expr(&["check", "1 = 2 && $imput.a"]).ends_with(2);
    let outcome =
        outcome.says(&["error[E0107]", "error[E0201]", "did you mean `$input`?", "failed: checked (2 errors)"]);
    assert_eq!(outcome.stdout, "");
    let printed = expr(&["check", "Dear {{ $imput.a }}", "--template", "--json"]).ends_with(2).json();
    let found = &printed["errors"][0];
    assert_eq!((&found["code"], &found["column"]), (&json!("E0201"), &json!(9)));
}

#[test]
fn types_come_from_a_schema_or_a_value() {
    let folder = Folder::new();
    folder.write(
        "input.schema.json",
        r#"{"type": "object", "required": ["name"], "additionalProperties": false,
            "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}}"#,
    );
    let check = |text: &str| expr_in(&folder, &["check", text, "--input-schema", "input.schema.json"]);
    assert!(check("$input.name").ends_with(0).stdout.starts_with("type: string\n"));
    check("$input.nmae + ").ends_with(2).says(&["error[E0102]", "error[E0203]"]);
    check("$input.nmae").ends_with(2).says(&["error[E0203]", "did you mean `name`?"]);
    check("$input.age + 1").ends_with(2).says(&["error[E0305]", "??"]);
    check("$input.name + 1").ends_with(2).says(&["error[E0501]"]);
    let like = |text: &str| expr(&["check", text, "--input", r#"{"a": ["x"]}"#]);
    assert!(like("$input.a[0]").ends_with(0).stdout.starts_with("type: string\n"));
    like("$input.a[0] == 'y'").ends_with(0);
    like("$input.a.b").ends_with(2).says(&["error[E0503]"]);
}

#[test]
fn types_that_cannot_be_read_are_refused() {
    let folder = Folder::new();
    folder.write("broken.json", "{");
    let check = |options: &[&str]| expr_in(&folder, &[&["check", "1"], options].concat()).ends_with(2);
    check(&["--input-schema", "broken.json"]).says(&["broken.json is no JSON"]);
    check(&["--input-schema", "nope.json"]).says(&["cannot read nope.json"]);
    check(&["--input", "{"]).says(&["the input is no JSON"]);
    check(&["--input", "{}", "--input-schema", "broken.json"]).says(&["cannot be used with"]);
    check(&["--node", "a"]).says(&["--workflow"]);
    check(&["--workflow", "a.yaml"]).says(&["--node"]);
    check(&["--parameter", "/a"]).says(&["--node"]);
}

const FLOW: &str = r#"nebula: 1
id: report
vars: { limit: 10 }
input: { type: object, required: [url], properties: { url: { type: string }, note: { type: string } } }
nodes:
  - { id: fetch, action: http.request@1, parameters: { url: !expr $input.url } }
  - { id: beside, action: data.set@1, parameters: { values: { a: 1 } } }
  - { id: maybe, action: data.set@1, parameters: { values: { b: 2 } } }
  - { id: keep, action: data.filter@1, parameters: { items: [{ qty: 1 }], where: "true" } }
  - { id: tell, action: http.request@1, parameters: { url: "https://example.com/" } }
connections:
  - { from: fetch, to: maybe, when: "$nodes.fetch.result.status == 200" }
  - { from: fetch, to: tell }
  - { from: maybe, to: tell }
"#;

/// Checks a text at the node `tell`, or where the options say.
fn check_at(text: &str, options: &[&str]) -> crate::nebula::Outcome {
    let node: &[&str] = if options.contains(&"--node") { &[] } else { &["--node", "tell"] };
    let folder = Folder::with_flow(FLOW);
    let outcome = expr_in(&folder, &[&["check", text, "--workflow", "flow.yaml"], node, options].concat());
    assert!(folder.is_untouched());
    outcome
}

#[test]
fn types_come_from_a_workflow_as_its_node_sees_them() {
    assert!(check_at("$input.url", &[]).ends_with(0).stdout.starts_with("type: string\n"));
    assert!(check_at("$vars.limit + 1", &[]).ends_with(0).stdout.starts_with("type: "));
    check_at("$nodes.fetch.result.status > 1", &[]).ends_with(0);
    check_at("$input.note + '!'", &[]).ends_with(2).says(&["error[E0305]", "<expression>:1:"]);
    check_at("$nodes.fetch.result.stats", &[]).ends_with(2).says(&["error[E0203]", "did you mean `status`?"]);
    check_at("$nodes.fetsch.result", &[]).ends_with(2).says(&["error[P0302]", "<expression>:1:1", "`fetch`"]);
    check_at("$nodes.beside.result", &[]).ends_with(2).says(&["error[P0303]", "from: beside, to: tell"]);
    check_at("$nodes.maybe.result.b", &[]).ends_with(2).says(&["maybe"]);
    check_at("$nodes.maybe.result.b ?? 0", &[]).ends_with(0);
    check_at("1 +", &[]).ends_with(2).says(&["error[E0102]", "<expression>:1:4"]);
}

#[test]
fn the_type_has_to_fit_the_parameter_that_is_named() {
    check_at("$input.url", &["--parameter", "/url"]).ends_with(0);
    let printed = check_at("12", &["--parameter", "/url", "--json"]).ends_with(2).json();
    assert_eq!(printed["errors"][0]["line"], 1, "{printed}");
    check_at("12", &["--parameter", "/ulr"]).ends_with(2).says(&["has no parameter `ulr`"]);
    check_at("12", &["--parameter", "url"]).ends_with(2).says(&["`url` leads to no place", "JSON pointer"]);
    check_at("12", &["--parameter", &"/a".repeat(10_000)]).ends_with(2).says(&["leads to no place"]);
}

#[test]
fn what_an_action_evaluates_for_each_item_sees_the_item() {
    let of_keep = ["--node", "keep", "--parameter", "/where"];
    check_at("$item.qty > 0", &of_keep).ends_with(0);
    check_at("$item.qyt > 0", &of_keep).ends_with(2).says(&["error[E0203]", "did you mean `qty`?"]);
    check_at("$input.url == 'x'", &of_keep).ends_with(2).says(&["`$input` has no value here"]);
    check_at("$item", &[]).ends_with(2).says(&["`$item` has no value here"]);
}

#[test]
fn a_node_or_a_workflow_that_is_not_there_is_named() {
    check_at("1", &["--node", "tel"]).ends_with(4).says(&["the workflow has no node `tel`", "did you mean `tell`?"]);
    let folder = Folder::with_flow("nebula: 1\nid: [");
    expr_in(&folder, &["check", "1", "--workflow", "flow.yaml", "--node", "a"]).ends_with(2).says(&["flow.yaml:2:"]);
    expr_in(&folder, &["check", "1", "--workflow", "nope.yaml", "--node", "a"]).ends_with(2).says(&["nope.yaml"]);
}
