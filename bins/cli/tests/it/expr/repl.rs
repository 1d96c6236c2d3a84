//! Sessions that are piped in.

use serde_json::{Value, json};

use crate::nebula::{Folder, Outcome};

fn session(lines: &str) -> Outcome {
    Folder::new().call_with(&["expr", "repl"], lines)
}

/// Each answer as a value.
fn answers(lines: &str, code: i32) -> Vec<Value> {
    let outcome = Folder::new().call_with(&["expr", "repl", "--json"], lines).ends_with(code);
    outcome.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn each_line_is_answered_with_its_value_and_type() {
    assert_eq!(
        session("1 + 1\n'a' + 'b'\n[true]\n").ends_with(0).stdout,
        "2 : integer\n\"ab\" : string\n[true] : list<bool>\n"
    );
}

#[test]
fn without_a_command_a_session_begins_too() {
    let outcome = Folder::new().call_with(&["expr", "--input", r#"{"a": 1}"#], "$input.a + 1").ends_with(0);
    assert_eq!(outcome.stdout, "2 : integer\n");
}

#[test]
fn an_open_bracket_goes_on_in_the_next_line() {
    assert_eq!(session("(1 +\n  2\n) * 2\n3").ends_with(0).stdout, "6 : integer\n3 : integer\n");
}

#[test]
fn a_mistake_is_shown_and_the_session_goes_on() {
    let outcome = session("1 +\n$input.a\n2\n").ends_with(1).says(&["error[E0102]", "error[E0302]"]);
    assert_eq!(outcome.stdout, "2 : integer\n");
}

#[test]
fn data_can_be_set_and_loaded() {
    let folder = Folder::new();
    folder.write("order.json", r#"{"total": 120}"#);
    let lines =
        ":load order.json\n:set $vars.rate = 0.5\n$input.total * $vars.rate\n:set $input.total = 2\n$input.total\n";
    let outcome = folder.call_with(&["expr", "repl"], lines).ends_with(0);
    assert_eq!(outcome.stdout, "60 : number\n2 : integer\n");
    outcome.says(&["`$input` is read from order.json", "`$vars.rate` is set"]);
    assert!(folder.is_untouched());
}

#[test]
fn commands_tell_type_cost_paths_and_functions() {
    let printed = answers(
        ":set $vars.a = 1\n:type $vars.a > 1\n:type $vars.a == 'x'\n:cost $vars.a + 1\n:paths $vars.a + $input.b\n:functions startsWith\n:explain E0602\n:help\n:quit\n1\n",
        0,
    );
    assert_eq!(printed[0], json!({"done": "`$vars.a` is set"}));
    assert_eq!(printed[1], json!({"type": "bool", "warnings": []}));
    assert_eq!(printed[2]["warnings"][0]["code"], "E0508");
    assert!(printed[3]["cost"].is_string() && printed[3]["estimate"].is_u64(), "{}", printed[3]);
    assert_eq!(printed[4], json!({"paths": ["$vars.a", "$input.b"]}));
    assert_eq!(printed[5]["page"][0]["name"], "startsWith");
    assert_eq!(printed[6]["page"]["code"], "E0602");
    assert!(printed[7]["page"].as_str().is_some_and(|page| page.contains(":quit")), "{}", printed[7]);
    assert_eq!(printed.len(), 8, "nothing is answered after `:quit`");
}

#[test]
fn with_json_every_answer_is_a_value_on_a_line() {
    let printed = answers("1 + 1\n1 +\n$item\n:hlep\n", 1);
    assert_eq!(printed[0], json!({"value": 2, "type": "integer"}));
    assert_eq!(printed[1]["error"]["diagnostics"][0]["code"], "E0102");
    assert_eq!(printed[2]["error"]["diagnostics"][0]["code"], "E0302");
    assert_eq!(printed[3]["error"]["help"], "did you mean `:help`?");
}

#[test]
fn commands_that_are_wrong_say_what_to_write() {
    let outcome = session(
        ":load\n:load nope.json\n:set\n:set $vars.a\n:set $vars.a = {\n:type\n:explain 1 + 1\n:functions lowr\n:x\n1\n",
    );
    let outcome = outcome.ends_with(1).says(&[
        "write `:load FILE`",
        "cannot read nope.json",
        "this sets nothing",
        "the value is no JSON",
        "write `:type EXPR`",
        "this is no code and no function",
        "did you mean `lower`?",
        "there is no command `:x`",
    ]);
    assert_eq!(outcome.stdout, "1 : integer\n");
}

#[test]
fn hostile_lines_cost_that_line_only() {
    let folder = Folder::new();
    let mut lines = Vec::new();
    lines.extend_from_slice("(".repeat(100_000).as_bytes());
    lines.extend_from_slice(b"\n\n\xFF\xFE\n");
    lines.extend_from_slice(&vec![b'1'; 3_000_000]);
    lines.extend_from_slice(b"\n\0\n\n2\n");
    let outcome = folder.call_with_bytes(&["expr", "repl"], &lines).ends_with(1);
    assert_eq!(outcome.stdout, "2 : integer\n");
    outcome.says(&["E0701", "not UTF-8", "an entry has at most", "E0101"]);
}

#[test]
fn a_piped_session_keeps_no_history() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path(".nebula")).unwrap();
    folder.call_with(&["expr", "repl"], "1\n").ends_with(0);
    assert_eq!(std::fs::read_dir(folder.path(".nebula")).unwrap().count(), 0);
}
