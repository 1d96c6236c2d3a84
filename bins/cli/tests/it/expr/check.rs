//! What is known before an evaluation.

use serde_json::json;

use super::{expr, expr_in};
use crate::nebula::Folder;

#[test]
fn the_type_is_shown() {
    let outcome = expr(&["check", "$input.a > 1"]).ends_with(0).says(&["ok: checked"]);
    assert!(outcome.stdout.starts_with("type: bool\n"), "{outcome:#?}");
    let printed = expr(&["check", "$input.a > 1", "--json"]).ends_with(0).json();
    assert_eq!(printed["type"], "bool");
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
}
