//! Looking at executions, interrupting and going on.

use serde_json::json;

use crate::nebula::{Folder, Running};

const WAITING: &str = r#"nebula: 1
id: patient
nodes:
  - { id: first, action: data.set@1, parameters: { values: { a: 1 } } }
  - { id: wait, action: flow.delay@1, parameters: { for: 100h } }
  - { id: last, action: data.set@1, parameters: { values: { b: 2 } } }
connections:
  - { from: first, to: wait }
  - { from: wait, to: last }
"#;

const QUICK: &str = r#"nebula: 1
id: quick
nodes:
  - { id: only, action: data.set@1, parameters: { values: { a: 1 } } }
"#;

fn waiting(folder: &Folder) -> Running {
    let mut run = folder.start(&["run", "flow.yaml", "--json"]);
    run.until("waiting until");
    run
}

fn newest(folder: &Folder) -> String {
    let rows = folder.call(&["execution", "list", "--json"]).ends_with(0).json();
    rows[0]["id"].as_str().unwrap().to_owned()
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_is_parked_and_says_how_to_resume_it() {
    let folder = Folder::with_flow(WAITING);
    for signal in ["INT", "TERM"] {
        let mut run = waiting(&folder);
        let id = newest(&folder);
        run.signal(signal);
        let outcome = run.end().ends_with(130).says(&[&format!("nebula execution resume {id}")]);
        assert_eq!(outcome.json()["execution_id"], json!(id));
        assert_eq!(outcome.json()["output"], json!(null));
    }
}

#[test]
fn executions_can_be_looked_at_while_another_process_runs_them() {
    let folder = Folder::with_flow(WAITING);
    let run = waiting(&folder);
    let id = newest(&folder);
    let list = folder.call(&["execution", "list", "--status", "waiting", "--workflow", "patient"]).ends_with(0);
    assert!(list.stdout.contains(&id), "{list:#?}");
    let show = folder.call(&["execution", "show", &id]).ends_with(0).stdout;
    for part in ["patient", "first  completed", "└─ wait  waits until", "└─ last  pending"] {
        assert!(show.contains(part), "`{part}` is missing: {show}");
    }
    let journal = folder.call(&["execution", "journal", &id, "--json"]).ends_with(0).stdout;
    let kinds: Vec<serde_json::Value> = journal
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["entry"]["type"].clone())
        .collect();
    assert_eq!(kinds[0], "execution_started");
    assert_eq!(kinds.len(), 5);
    run.kill();
}

#[test]
fn a_second_process_is_told_which_one_holds_the_folder() {
    let folder = Folder::with_flow(WAITING);
    let run = waiting(&folder);
    let (id, holder) = (newest(&folder), format!("process {}", run.id()));
    folder.write("quick.yaml", QUICK);
    folder.call(&["run", "quick.yaml"]).ends_with(5).says(&[&holder]);
    folder.call(&["execution", "cancel", &id]).ends_with(5).says(&[&holder]);
    folder.call(&["execution", "resume", &id]).ends_with(5).says(&[&holder]);
    let report = folder.call(&["run", "quick.yaml", "--json"]).ends_with(5).json();
    assert_eq!(report["error"]["code"], "busy");
    run.kill();
}

#[test]
fn a_waiting_execution_can_be_cancelled() {
    let folder = Folder::with_flow(WAITING);
    waiting(&folder).kill();
    let id = newest(&folder);
    let report = folder.call(&["execution", "cancel", &id, "--reason", "not needed", "--json"]).ends_with(0).json();
    assert_eq!(report["status"], "cancelled");
    let show = folder.call(&["execution", "show", &id]).ends_with(0).stdout;
    assert!(show.contains("not needed") && show.contains("last  not reached"), "{show}");
    folder.call(&["execution", "cancel", &id]).ends_with(2).says(&["has ended: cancelled"]);
}

#[test]
fn what_is_not_there_is_not_found() {
    let folder = Folder::with_flow(QUICK);
    folder.call(&["run", "flow.yaml"]).ends_with(0);
    let nobody = "01890000-0000-7000-8000-000000000000";
    for command in ["show", "journal", "resume", "cancel"] {
        folder.call(&["execution", command, nobody]).ends_with(4).says(&["there is no execution"]);
    }
    folder.call(&["action", "show", "data.sett"]).ends_with(4).says(&["did you mean `data.set`?"]);
}

#[test]
fn resuming_all_leaves_what_waits() {
    let folder = Folder::with_flow(WAITING);
    let nothing = waiting(&folder);
    nothing.kill();
    let outcome = folder.call(&["execution", "resume", "--all"]).ends_with(0).says(&["nothing is due"]);
    assert_eq!(outcome.stdout, "");
    assert_eq!(folder.call(&["execution", "resume", "--all", "--json"]).ends_with(0).json(), json!([]));
}

#[test]
fn an_ended_execution_is_reported_again() {
    let folder = Folder::with_flow(QUICK);
    let first = folder.call(&["run", "flow.yaml", "--json"]).ends_with(0).json();
    let id = first["execution_id"].as_str().unwrap();
    assert_eq!(folder.call(&["execution", "resume", id, "--json"]).ends_with(0).json(), first);
    folder.call(&["execution", "resume", id, "--retry", "only"]).ends_with(2).says(&["does not wait for a decision"]);
}

#[test]
fn a_journal_can_be_printed_with_its_large_values_in_it() {
    let folder = Folder::with_flow(
        "nebula: 1\nid: large\nnodes: [{ id: only, action: data.set@1, parameters: { values: { text: !expr $input } } }]\n",
    );
    let input = "x".repeat(100_000);
    folder.write("input.json", format!("\"{input}\""));
    folder.call(&["run", "flow.yaml", "--input", "@input.json", "--json"]).ends_with(0);
    let id = newest(&folder);
    let journal = |arguments: &[&str]| {
        let arguments = [&["execution", "journal", &id], arguments].concat();
        folder.call(&arguments).ends_with(0).stdout
    };
    let (short, whole) = (journal(&["--json"]), journal(&["--json", "--whole"]));
    assert!(short.len() < 10_000 && short.contains("\"blob\""), "{} bytes", short.len());
    assert!(!whole.contains("\"blob\"") && whole.matches(&input).count() >= 3, "{} bytes", whole.len());
    assert_eq!(short.lines().count(), whole.lines().count());
    folder.call(&["execution", "journal", &id, "--whole"]).ends_with(2).says(&["--json"]);
}
