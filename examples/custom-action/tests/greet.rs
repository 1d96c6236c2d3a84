//! The example stays as short as it says, and works.

use std::{fs, path::Path, process::Command};

fn run(arguments: &[&str], folder: &Path) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_nebula-custom-action"))
        .args(arguments)
        .env_remove("NEBULA_DATA_DIR")
        .current_dir(folder)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code(), text)
}

fn file(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name).display().to_string()
}

#[test]
fn it_has_forty_lines_at_most() {
    let lines = fs::read_to_string(file("src/main.rs")).unwrap().lines().count();
    assert!(lines <= 40, "{lines} lines");
}

#[test]
fn its_workflow_greets() {
    let folder = tempfile::tempdir().unwrap();
    let (code, text) = run(&["run", &file("greet.yaml"), "--input", r#"{"name": "Ada"}"#], folder.path());
    assert_eq!(code, Some(0), "{text}");
    for said in ["Hello, Ada!", "HELLO, ADA, ONCE MORE!"] {
        assert!(text.contains(said), "{text}");
    }
}

#[test]
fn it_stands_among_the_built_in_actions_with_its_help() {
    let (code, text) = run(&["action", "list"], Path::new("."));
    assert!(code == Some(0) && text.contains("demo.greet") && text.contains("http.request"), "{text}");
    let (code, text) = run(&["action", "show", "demo.greet"], Path::new("."));
    assert!(code == Some(0) && text.contains("Their name.") && text.contains("Say it loudly."), "{text}");
}

#[test]
fn what_does_not_fit_it_is_refused_before_anything_runs() {
    let folder = tempfile::tempdir().unwrap();
    let text = "nebula: 1\nid: bad\nnodes:\n  - { id: a, action: demo.greet@1, parameters: { nmae: Ada } }\n";
    fs::write(folder.path().join("bad.yaml"), text).unwrap();
    let (code, text) = run(&["run", "bad.yaml"], folder.path());
    assert!(code == Some(2) && text.contains("did you mean `name`?"), "{text}");
}

#[test]
fn its_document_is_what_the_vocabulary_says() {
    let json = |arguments: &[&str]| -> serde_json::Value {
        let (code, text) = run(arguments, Path::new("."));
        assert_eq!(code, Some(0), "{text}");
        serde_json::from_str(&text).unwrap()
    };
    let document = json(&["schema", "show", "demo.greet", "--json"]);
    let vocabulary = jsonschema::options().build(&json(&["schema", "vocabulary"])).unwrap();
    vocabulary.validate(&document).unwrap();
    jsonschema::meta::validate(&document).unwrap();
    assert_eq!(document["$defs"]["input"]["properties"]["name"]["examples"][0], "Ada");
}
