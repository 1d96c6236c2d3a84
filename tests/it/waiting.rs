//! Waits, signals and routed failures, as their page shows them.

use std::fs;

use crate::support::{Place, repository};

#[test]
fn the_workflow_of_the_page_is_planned_without_a_finding() {
    let text = fs::read_to_string(repository("docs/waiting.md")).unwrap();
    let (_, after) = text.split_once("```yaml\n").unwrap();
    let place = Place::new();
    place.write("approval.yaml", after.split_once("```").unwrap().0);
    let output = place.nebula(["plan", "approval.yaml", "--grant", "net:127.0.0.1:4100"]).exits(0);
    assert_eq!(output.stderr, "");
    for wrong in ["from: pay.eror,", "from: decision.approved,"] {
        let definition = fs::read_to_string(place.file("approval.yaml")).unwrap();
        place.write("wrong.yaml", definition.replacen("from: pay.error,", wrong, 1));
        place.nebula(["plan", "wrong.yaml", "--grant", "net:127.0.0.1:4100"]).exits(2).says(&["P0109"]);
    }
}
