//! An execution that ends whatever process takes it up: after so many it is left, and goes on when somebody says so.

use serde_json::json;

use crate::support::Place;

const FLOW: &str = "nebula: 1
id: poison
input: { type: object, required: [path], properties: { path: { type: string } } }
nodes:
  - { id: first, action: data.set@1, parameters: { values: { a: 1 } } }
  - { id: fatal, action: test.abort@1, parameters: { path: !expr $input.path } }
connections:
  - { from: first, to: fatal }
output: !expr $nodes.fatal.result
";

/// How often it is taken up, as engines are set by default.
const MOST: usize = 5;

#[test]
fn an_execution_that_ends_every_process_is_left_after_so_many_and_goes_on_when_somebody_has_looked() {
    let place = Place::new();
    place.write("flow.yaml", FLOW);
    let fault = place.write("fault", "");
    let input = json!({ "path": fault }).to_string();
    let killed = place.nebula(["run", "flow.yaml", "--input", &input, "--json"]);
    assert_eq!(killed.code, None, "the process has ended by a signal: {killed}");
    let id = place.nebula(["execution", "list", "--json"]).exits(0).json()[0]["id"].as_str().unwrap().to_owned();

    for n in 1..=MOST {
        assert!(place.nebula(["execution", "list", "--dead", "--json"]).exits(0).json() == json!([]));
        let killed = place.nebula(["execution", "resume", "--all"]);
        assert_eq!(killed.code, None, "it is taken up for time {n}, and ends the process: {killed}");
    }
    let left = place.nebula(["execution", "resume", "--all", "--json"]).exits(3).json();
    assert_eq!((&left[0]["execution_id"], &left[0]["status"]), (&json!(id), &json!("dead_letter")), "{left}");
    let dead = place.nebula(["execution", "list", "--dead"]).exits(0);
    assert!(dead.stdout.contains(&id) && dead.stdout.contains("taken up 5 times"), "{dead}");
    let shown = place.nebula(["execution", "show", &id]).exits(0);
    assert!(shown.stdout.contains("dead_letter"), "{shown}");
    place.nebula(["execution", "verify", &id]).exits(0);

    // Nobody takes it up by itself, and other executions are not in its way.
    place.nebula(["execution", "resume", "--all"]).exits(0);
    // Somebody who has looked and is wrong is told so by the next process that ends; somebody who is right is not.
    assert_eq!(place.nebula(["execution", "resume", &id]).code, None);
    std::fs::remove_file(&fault).unwrap();
    let end = place.nebula(["execution", "resume", &id, "--json"]).exits(0).json();
    assert_eq!(end["output"], json!("alive"));
}

#[test]
fn a_dead_letter_is_cancelled_without_being_taken_up() {
    let place = Place::new();
    place.write("flow.yaml", FLOW);
    let fault = place.write("fault", "");
    let input = json!({ "path": fault }).to_string();
    place.nebula(["run", "flow.yaml", "--input", &input]);
    for _ in 0..MOST {
        assert_eq!(place.nebula(["execution", "resume", "--all"]).code, None);
    }
    let left = place.nebula(["execution", "resume", "--all", "--json"]).exits(3).json();
    let id = left[0]["execution_id"].as_str().unwrap();
    let end = place.nebula(["execution", "cancel", id, "--json"]).exits(0).json();
    assert_eq!(end["status"], "cancelled");
}
