//! Loops and called workflows, as their page shows them.

use std::fs;

use serde_json::json;

use crate::support::{Place, repository};

/// The first workflow of the page.
fn page() -> String {
    let text = fs::read_to_string(repository("docs/blocks.md")).unwrap();
    let (_, after) = text.split_once("```yaml\n").unwrap();
    after.split_once("```").unwrap().0.to_owned()
}

#[test]
fn the_workflow_of_the_page_runs() {
    let place = Place::new();
    place.write("invoices.yaml", page());
    let input = json!({ "orders": [{ "id": 1, "cents": 1000 }, { "id": 2, "cents": 200 }] }).to_string();
    let output = place.nebula(["run", "invoices.yaml", "--input", &input, "--json"]).exits(0).json();
    let expected = json!([{ "text": "INV-1: 1250", "place": 0 }, { "text": "INV-2: 250", "place": 1 }]);
    assert_eq!(output["output"], expected);
    let shown = place.nebula(["execution", "show", output["execution_id"].as_str().unwrap()]).exits(0);
    for node in ["invoices[1]/line", "invoices[0]/total/sum"] {
        assert!(shown.stdout.contains(node), "{node} is not shown\n{shown}");
    }
}

#[test]
fn mistakes_inside_are_shown_at_their_lines() {
    let place = Place::new();
    let wrong = page().replace("$item.cents", "$item.cent").replace("$input.cents *", "$input.cnts *");
    place.write("invoices.yaml", &wrong);
    let output = place.nebula(["plan", "invoices.yaml"]).exits(0);
    let line = |part: &str| wrong.lines().position(|line| line.contains(part)).unwrap() + 1;
    for part in ["$item.cent,", "$input.cnts"] {
        let at = format!("invoices.yaml:{}:", line(part));
        assert!(output.stderr.contains(&at), "nothing is shown at {at}\n{output}");
    }
}
