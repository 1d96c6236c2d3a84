use nebula_sdk::testing::call;
use serde_json::json;

use super::*;
use crate::csv::CsvParse;

fn text(input: Value) -> String {
    call::<CsvFormat>(input).output()["text"].as_str().unwrap().to_owned()
}

#[test]
fn rows_become_lines_in_the_order_of_the_columns() {
    let rows = json!([{ "b": 1.5, "a": "x", "c": true }, { "a": null, "b": -2 }]);
    assert_eq!(text(json!({ "rows": rows, "columns": ["b", "a"] })), "b,a\n1.5,x\n-2,\n");
    assert_eq!(text(json!({ "rows": rows })), "a,b,c\nx,1.5,true\n,-2,\n");
    assert_eq!(text(json!({ "rows": rows, "columns": ["a"], "header": false, "delimiter": ";" })), "x\n\"\"\n");
}

#[test]
fn without_rows_there_is_the_header_if_it_is_known() {
    assert_eq!(text(json!({ "rows": [] })), "");
    assert_eq!(text(json!({ "rows": [], "columns": ["a", "b"] })), "a,b\n");
}

#[test]
fn what_is_written_is_read_back() {
    let rows = json!([
        { "plain": "x", "quoted": "a \"b\", c\nd\r" },
        { "plain": "", "quoted": "é\tü;" },
        { "plain": "0", "quoted": "\"" },
    ]);
    for delimiter in [",", ";", "\t", "|"] {
        let text = text(json!({ "rows": rows, "delimiter": delimiter }));
        let input = json!({ "text": text, "delimiter": delimiter, "types": "text" });
        assert_eq!(call::<CsvParse>(input).output()["rows"], rows);
    }
}

#[test]
fn one_empty_column_is_read_back_too() {
    let rows = json!([{ "a": "" }, { "a": "x" }, { "a": "" }]);
    let text = text(json!({ "rows": rows }));
    assert_eq!(call::<CsvParse>(json!({ "text": text, "types": "text" })).output()["rows"], rows);
}

#[test]
fn mistakes_are_named_with_their_place() {
    let failure = call::<CsvFormat>(json!({ "rows": [{}, { "a/b": [1] }] })).failure();
    assert_eq!((failure.code.as_str(), failure.pointer.as_deref()), ("csv.value", Some("/rows/1/a~1b")));
    let pointer = |input: Value| call::<CsvFormat>(input).failure().pointer.unwrap();
    assert_eq!(pointer(json!({ "rows": [[1]] })), "/rows/0");
    assert_eq!(pointer(json!({ "rows": [], "columns": [] })), "/columns");
    assert_eq!(pointer(json!({ "rows": [], "delimiter": "::" })), "/delimiter");
}
