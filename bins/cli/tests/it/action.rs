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
    let parts = [
        "http.request@1.0",
        "Category: Web",
        "Tags: http, rest, api, webhook",
        "Effect: at_most_once",
        "Parameters",
        "  Url *  url\n    [",
        "(•) GET  ( ) HEAD",
        "--grant net:HOST:PORT",
    ];
    for part in parts {
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

#[test]
fn actions_are_found_by_words_and_by_category() {
    let folder = Folder::new();
    let ids = |args: &[&str]| -> Vec<String> {
        let rows = folder.call(&[&["action", "list", "--json"], args].concat()).ends_with(0).json();
        rows.as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&["--search", "spreadsheet"]), ["csv.format", "csv.parse"]);
    assert!(!ids(&["--search", "CSV reads"]).contains(&"data.sort".to_owned()));
    assert_eq!(ids(&["--category", "files"]), ["file.read", "file.write"]);
    assert_eq!(ids(&["--category", "Data", "--search", "group"]), ["data.aggregate"]);
    assert_eq!(ids(&["--search", "no such words"]), Vec::<String>::new());
    folder.call(&["action", "list", "--search", "no such words"]).ends_with(0).says(&["no action fits"]);
    folder
        .call(&["action", "list", "--category", "Dta"])
        .ends_with(4)
        .says(&["no action is of the category `Dta`", "`Data`"]);
}
