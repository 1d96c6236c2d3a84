//! `nebula backup` and `nebula restore`.

use std::fs;

use serde_json::json;

use crate::nebula::Folder;

const WAITS: &str = r#"nebula: 1
id: waits
input: { type: object, required: [text], properties: { text: { type: string } } }
nodes:
  - { id: before, action: data.set@1, parameters: { values: { text: !expr $input.text } } }
  - { id: wait, action: flow.wait@1, parameters: { signal: go } }
  - { id: after, action: data.set@1, parameters: { values: { said: !expr $nodes.wait.result.payload } } }
connections:
  - { from: before, to: wait }
  - { from: wait, to: after }
output:
  said: !expr $nodes.after.result.said
  size: !expr size($nodes.before.result.text)
"#;

/// Characters of a text that is too large for the journal.
const LARGE: usize = 80_000;

/// Runs the first half; it waits for a signal then.
fn half(folder: &Folder) -> String {
    let input = json!({ "text": "x".repeat(LARGE) }).to_string();
    folder.write("input.json", input);
    let outcome = folder.call(&["run", "flow.yaml", "--json", "--input", "@input.json"]).ends_with(3);
    outcome.json()["execution_id"].as_str().unwrap().to_owned()
}

#[test]
fn a_restored_execution_ends_right_whatever_became_of_the_first() {
    let folder = Folder::with_flow(WAITS);
    folder.call_with(&["secret", "set", "token"], "sesame").ends_with(0);
    let id = half(&folder);
    let made = folder.call(&["backup", "kept", "--json"]).ends_with(0);
    assert!(made.stderr.contains("sealed"), "{made:#?}");
    assert_eq!(made.json()["generation"], json!(1));

    // The first goes on, and is lost.
    let end = folder.call(&["execution", "signal", &id, "go", "--payload", "\"first\"", "--json"]).ends_with(0).json();
    assert_eq!(end["output"], json!({ "said": "first", "size": LARGE }));
    fs::remove_dir_all(folder.path(".nebula")).unwrap();

    let restored = folder.call(&["restore", "kept", "--data-dir", "other", "--json"]).ends_with(0).json();
    assert_eq!((&restored["generation"], &restored["executions"]), (&json!(2), &json!(1)), "{restored}");
    let rows = folder.call(&["execution", "list", "--json", "--data-dir", "other"]).ends_with(0).json();
    assert_eq!((&rows[0]["id"], &rows[0]["status"]), (&json!(id), &json!("waiting")));
    let signal = ["execution", "signal", &id, "go", "--payload", "\"second\"", "--json", "--data-dir", "other"];
    let end = folder.call(&signal).ends_with(0).json();
    assert_eq!(end["output"], json!({ "said": "second", "size": LARGE }));
    let rows = folder.call(&["execution", "list", "--json", "--data-dir", "other"]).ends_with(0).json();
    assert!(rows[0]["fence"].as_u64().unwrap() > 1 << 40, "above all that the first could hand out: {rows}");
    folder.call(&["execution", "verify", "--all", "--data-dir", "other"]).ends_with(0);

    // Secrets are there when their key is.
    assert!(!folder.path("kept/secrets.key").exists() && folder.path("other/secrets.json").exists());
}

#[cfg(unix)]
#[test]
fn a_backup_is_made_while_another_process_runs_executions() {
    let folder = Folder::with_flow(
        "nebula: 1\nid: patient\nnodes:\n  - { id: wait, action: flow.delay@1, parameters: { for: 100h } }\n",
    );
    let mut running = folder.start(&["run", "flow.yaml", "--json"]);
    running.until("waiting until");
    folder.call(&["backup", "kept"]).ends_with(0);
    running.signal("INT");
    running.end().ends_with(130);
    folder.call(&["restore", "kept", "--data-dir", "other"]).ends_with(0);
    let rows = folder.call(&["execution", "list", "--json", "--data-dir", "other"]).ends_with(0).json();
    assert_eq!(rows.as_array().unwrap().len(), 1);
}

#[test]
fn nothing_is_written_over() {
    let folder = Folder::with_flow(WAITS);
    folder.call(&["backup", "kept"]).ends_with(4);
    half(&folder);
    folder.call(&["backup", "kept"]).ends_with(0);
    folder.call(&["backup", "kept"]).ends_with(2).says(&["kept is there already"]);
    let before = fs::read(folder.path(".nebula/nebula.db")).unwrap();
    folder.call(&["restore", "kept"]).ends_with(2).says(&[".nebula", "--data-dir"]);
    assert_eq!(fs::read(folder.path(".nebula/nebula.db")).unwrap(), before);
    fs::create_dir(folder.path("empty")).unwrap();
    folder.call(&["restore", "kept", "--data-dir", "empty"]).ends_with(0);
    folder.call(&["restore", "nowhere", "--data-dir", "other"]).ends_with(4).says(&["manifest.json"]);
}

#[test]
fn a_damaged_backup_is_named_and_leaves_nothing() {
    let folder = Folder::with_flow(WAITS);
    half(&folder);
    folder.call(&["backup", "kept"]).ends_with(0);
    let manifest = folder.path("kept/manifest.json");
    let whole = fs::read_to_string(&manifest).unwrap();
    let database = fs::read(folder.path("kept/nebula.db")).unwrap();
    let refused = |words: &[&str], code| {
        folder.call(&["restore", "kept", "--data-dir", "other"]).ends_with(code).says(words);
        assert!(!folder.path("other").exists() && !folder.path("other.unfinished").exists());
    };

    fs::write(folder.path("kept/nebula.db"), &database[..database.len() - 1]).unwrap();
    refused(&["nebula.db", "not what was backed up"], 8);
    fs::remove_file(folder.path("kept/nebula.db")).unwrap();
    refused(&["nebula.db", "not there"], 8);
    fs::write(folder.path("kept/nebula.db"), &database).unwrap();

    fs::write(&manifest, whole.replace("\"nebula_backup\": 1", "\"nebula_backup\": 2")).unwrap();
    refused(&["format 2"], 6);
    fs::write(&manifest, whole.replace("\"schema_version\": 3", "\"schema_version\": 42")).unwrap();
    refused(&["schema version 42"], 6);
    fs::write(&manifest, whole.replace("nebula.db", "../nebula.db")).unwrap();
    refused(&["../nebula.db"], 8);
    fs::write(&manifest, &whole[..whole.len() / 2]).unwrap();
    refused(&["manifest.json"], 8);
    fs::write(&manifest, whole).unwrap();
    folder.call(&["restore", "kept", "--data-dir", "other"]).ends_with(0);
}

#[test]
fn a_journal_that_was_damaged_before_the_backup_is_found() {
    let folder = Folder::with_flow(WAITS);
    folder.call(&["run", "flow.yaml", "--input", r#"{"text": "findable"}"#]).ends_with(3);
    crate::verify::replace(&folder, "findable", "findabel");
    folder.call(&["backup", "kept"]).ends_with(0);
    let report = folder.call(&["restore", "kept", "--data-dir", "other", "--json"]).ends_with(8).json();
    assert_eq!(report["damaged"][0]["damage"], json!("changed"));
    assert!(!folder.path("other").exists());
}
