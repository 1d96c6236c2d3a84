//! `nebula execution verify`, and what becomes of an execution whose journal is damaged.

use std::fs;

use serde_json::json;

use crate::nebula::Folder;

const QUICK: &str = "nebula: 1\nid: quick\nnodes:\n  - { id: only, action: data.set@1, parameters: { values: { a: !expr $input.a } } }\n";

/// Changes a text of the same length wherever it stands in the database.
pub(crate) fn replace(folder: &Folder, from: &str, to: &str) {
    let path = folder.path(".nebula/nebula.db");
    let mut bytes = fs::read(&path).unwrap();
    let places: Vec<usize> =
        bytes.windows(from.len()).enumerate().filter(|(_, part)| *part == from.as_bytes()).map(|(at, _)| at).collect();
    assert!(!places.is_empty(), "`{from}` is not there");
    for at in places {
        bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
    }
    fs::write(path, bytes).unwrap();
}

fn run(folder: &Folder, input: &str) -> String {
    let outcome = folder.call(&["run", "flow.yaml", "--json", "--input", input]).ends_with(0);
    outcome.json()["execution_id"].as_str().unwrap().to_owned()
}

#[test]
fn what_nobody_has_damaged_is_as_it_was_written() {
    let folder = Folder::with_flow(QUICK);
    let id = run(&folder, r#"{"a": "one"}"#);
    let large = "large".repeat(16_000);
    run(&folder, &format!(r#"{{"a": "{large}"}}"#));
    let one = folder.call(&["execution", "verify", &id]).ends_with(0);
    assert!(one.stderr.contains("checked 1 executions") && one.stderr.contains("as it was written"), "{one:#?}");
    let all = folder.call(&["execution", "verify", "--all", "--json"]).ends_with(0).json();
    assert_eq!((&all["executions"], &all["values"], &all["damaged"]), (&json!(2), &json!(2), &json!([])), "{all}");
}

#[test]
fn a_changed_entry_is_named_with_its_execution_and_the_others_are_whole() {
    let folder = Folder::with_flow(QUICK);
    let (id, other) = (run(&folder, r#"{"a": "findable"}"#), run(&folder, r#"{"a": "another"}"#));
    replace(&folder, "findable", "findabel");
    let report = folder.call(&["execution", "verify", "--all", "--json"]).ends_with(8).json();
    let [found] = report["damaged"].as_array().unwrap().as_slice() else { panic!("{report}") };
    assert_eq!((&found["execution"], &found["seq"], &found["damage"]), (&json!(id), &json!(1), &json!("changed")));
    let text = folder.call(&["execution", "verify", &id]).ends_with(8);
    assert!(text.stdout.contains("entry 1 is not what was written"), "{text:#?}");
    folder.call(&["execution", "verify", &other]).ends_with(0);
    folder.call(&["execution", "show", &id]).ends_with(6).says(&["entry 1 is not what was written", &id]);
}

#[test]
fn a_large_value_that_is_damaged_or_gone_is_named() {
    let folder = Folder::with_flow(QUICK);
    let id = run(&folder, &format!(r#"{{"a": "{}"}}"#, "large".repeat(16_000)));
    let large: Vec<_> = files(&folder.path(".nebula/blobs"))
        .into_iter()
        .filter(|file| fs::metadata(file).unwrap().len() > 64 * 1024)
        .collect();
    assert_eq!(large.len(), 2, "the input and the result");
    fs::remove_file(&large[0]).unwrap();
    fs::write(&large[1], "something else").unwrap();
    let report = folder.call(&["execution", "verify", &id, "--json"]).ends_with(8).json();
    let messages: Vec<_> =
        report["damaged"].as_array().unwrap().iter().map(|found| found["message"].as_str().unwrap()).collect();
    assert_eq!(messages.len(), 2, "{report}");
    assert!(messages.iter().any(|message| message.ends_with("is not there")), "{messages:?}");
    assert!(messages.iter().any(|message| message.ends_with("is damaged")), "{messages:?}");
}

fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

#[test]
fn an_unknown_execution_and_no_execution_are_told() {
    let folder = Folder::with_flow(QUICK);
    run(&folder, r#"{"a": 1}"#);
    folder.call(&["execution", "verify", "01890000-0000-7000-8000-000000000000"]).ends_with(4);
    folder.call(&["execution", "verify"]).ends_with(2);
}

#[cfg(unix)]
#[test]
fn an_execution_whose_journal_is_damaged_stands_still_with_the_reason_and_others_go_on() {
    let folder = Folder::with_flow(
        "nebula: 1\nid: patient\nnodes:\n  - { id: wait, action: flow.delay@1, parameters: { for: 100h } }\n",
    );
    let mut running = folder.start(&["run", "flow.yaml", "--json", "--input", r#"{"a": "findable"}"#]);
    running.until("waiting until");
    running.signal("INT");
    let id = running.end().ends_with(130).json()["execution_id"].as_str().unwrap().to_owned();
    replace(&folder, "findable", "findabel");

    // The command tells its story before it goes on, and cannot; an engine that claims what is due does not go on either.
    folder.call(&["execution", "resume", &id]).ends_with(6).says(&["entry 1 is not what was written"]);
    folder.write("flow.yaml", QUICK);
    run(&folder, r#"{"a": 2}"#);
    folder.call(&["execution", "resume", "--all"]).ends_with(0);
    let rows = folder.call(&["execution", "list", "--json"]).ends_with(0).json();
    let statuses: Vec<_> = rows.as_array().unwrap().iter().map(|row| row["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["completed", "waiting"]);
}
