//! The list of functions, and its page in the documentation.

use serde_json::Value;

use super::expr;

#[test]
fn functions_are_listed_by_topic() {
    let list = expr(&["functions"]).ends_with(0).stdout;
    for function in nebula_expression::functions() {
        assert!(list.contains(&format!("{}(", function.name)), "{} is missing", function.name);
        assert!(list.contains(function.topic.title()), "{} is missing", function.topic.title());
    }
    let rows = expr(&["functions", "--json"]).ends_with(0).json();
    assert_eq!(rows.as_array().map(Vec::len), Some(nebula_expression::functions().len()));
    for key in ["name", "topic", "signature", "description", "example", "value"] {
        assert!(rows[0].get(key).is_some(), "`{key}` is missing: {}", rows[0]);
    }
}

#[test]
fn functions_are_found_by_topic_name_and_description() {
    let names = |pattern: &str| -> Vec<String> {
        let rows = expr(&["functions", pattern, "--json"]).ends_with(0).json();
        rows.as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("startsW"), ["startsWith"]);
    assert!(names("LOWER CASE").contains(&"lower".to_owned()));
    let topic = nebula_expression::functions()[0].topic.title();
    let of_topic = nebula_expression::functions().iter().filter(|function| function.topic.title() == topic).count();
    assert_eq!(names(&topic.to_lowercase()).len(), of_topic);
    expr(&["functions", "lowr"]).ends_with(4).says(&["there is no function `lowr`", "did you mean `lower`?"]);
}

#[test]
fn what_an_example_says_is_what_it_is_worth() {
    let rows = expr(&["functions", "--json"]).ends_with(0).json();
    for row in rows.as_array().unwrap() {
        assert_ne!(row["example"], Value::Null, "{row}");
    }
    let lower = rows.as_array().unwrap().iter().find(|row| row["name"] == "lower").unwrap();
    let worth = expr(&["eval", lower["example"].as_str().unwrap()]).ends_with(0).json();
    assert_eq!(worth, lower["value"]);
}

#[test]
fn the_page_in_the_documentation_is_what_is_printed() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/functions.md");
    let written = std::fs::read_to_string(path).unwrap_or_default();
    let printed = expr(&["functions", "--markdown"]).ends_with(0).stdout;
    assert!(
        written == printed,
        "docs/functions.md is not what is printed: write it anew with \
         `cargo run -p nebula-cli -- expr functions --markdown > docs/functions.md`"
    );
    expr(&["functions", "--markdown", "--json"]).ends_with(2);
}
