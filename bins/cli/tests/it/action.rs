//! What workflows can use.

use crate::nebula::Folder;

#[test]
fn the_built_in_actions_are_listed() {
    let folder = Folder::new();
    let list = folder.call(&["action", "list"]).ends_with(0).stdout;
    assert!(list.contains("http.request@1.0") && list.contains("data.set@1.0"), "{list}");
    let rows = folder.call(&["action", "list", "--json"]).ends_with(0).json();
    let ids: Vec<&str> = rows.as_array().unwrap().iter().filter_map(|row| row["id"].as_str()).collect();
    assert!(ids.contains(&"flow.delay"), "{ids:?}");
}

#[test]
fn an_action_is_shown_with_parameters_needs_and_effect() {
    let folder = Folder::new();
    let page = folder.call(&["action", "show", "http.request"]).ends_with(0).stdout;
    for part in ["http.request@1.0", "Parameters", "url", "(required)", "--grant net:HOST:PORT", "Effect: at_most_once"]
    {
        assert!(page.contains(part), "`{part}` is missing: {page}");
    }
    assert_eq!(folder.call(&["action", "show", "http.request@1"]).ends_with(0).stdout, page);
    let descriptor = folder.call(&["action", "show", "http.request", "--json"]).ends_with(0).json();
    assert_eq!(descriptor["input_schema"]["type"], "object");
}

#[test]
fn a_version_that_is_not_there_is_met_with_those_that_are() {
    Folder::new().call(&["action", "show", "http.request@9"]).ends_with(4).says(&["write `http.request@1.0`"]);
    Folder::new().call(&["action", "show", "request"]).ends_with(2).says(&["namespace"]);
}
