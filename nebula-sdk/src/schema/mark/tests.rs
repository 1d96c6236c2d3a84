use serde_json::json;

use super::*;

#[test]
fn every_expression_below_is_told_and_the_nearest_word_counts() {
    let schema = json!({
        "items": { "x-nebula-expression": { "roots": [] } },
        "anyOf": [{ "x-nebula-template": { "item": "/rows" } }],
        "default": { "x-nebula-expression": {} },
    });
    let marked = applied(schema, &[Mark::Item("/items"), Mark::Result(&["number", "null"])]);
    let expected = json!({
        "items": { "x-nebula-expression": { "roots": [], "item": "/items", "result": { "type": ["number", "null"] } } },
        "anyOf": [{ "x-nebula-template": { "item": "/rows", "result": { "type": ["number", "null"] } } }],
        "default": { "x-nebula-expression": {} },
    });
    assert_eq!(marked, expected);
}

#[test]
fn what_names_no_parameter_is_found_in_both_schemas() {
    let input = json!({
        "properties": { "a/b": true, "by": { "x-nebula-expression": { "item": "/rows" } } },
        "oneOf": [{ "properties": { "mode": true } }],
    });
    let rule = json!({ "given": "/nothing", "then": { "each": "/by", "of": { "expression": "./x" } },
        "else": { "merge": [{ "parameter": "/a~1b/c" }, { "parameter": "/mode" }, { "schema": { "parameter": "/x" } }] } });
    let output = json!({ "properties": { "y": { "x-nebula-type": rule } } });
    assert_eq!(dangling(&input, &output), ["/rows", "/nothing"]);
}
