use nebula_sdk::{FailureKind, testing::call};
use serde_json::json;

use super::*;

#[test]
fn records_become_objects_with_types() {
    let text = "id,name,total,paid\n1,Ada,10.5,true\n2,\"Grace, B.\",,false\n";
    let expected = json!({
        "rows": [
            { "id": 1, "name": "Ada", "total": 10.5, "paid": true },
            { "id": 2, "name": "Grace, B.", "total": null, "paid": false },
        ],
        "columns": ["id", "name", "total", "paid"],
        "count": 2,
    });
    assert_eq!(call::<CsvParse>(json!({ "text": text })).output(), expected);
}

#[test]
fn text_stays_text_when_asked() {
    let output = call::<CsvParse>(json!({ "text": "a,b\n1,\n", "types": "text" })).output();
    assert_eq!(output["rows"], json!([{ "a": "1", "b": "" }]));
}

#[test]
fn without_a_header_columns_have_numbers() {
    let output = call::<CsvParse>(json!({ "text": "1\tx\n2\ty", "header": false, "delimiter": "\t" })).output();
    assert_eq!(output["rows"], json!([{ "column_1": 1, "column_2": "x" }, { "column_1": 2, "column_2": "y" }]));
    assert_eq!(output["columns"], json!(["column_1", "column_2"]));
}

#[test]
fn a_text_without_records_has_no_rows() {
    for text in ["", "\n"] {
        assert_eq!(
            call::<CsvParse>(json!({ "text": text })).output(),
            json!({ "rows": [], "columns": [], "count": 0 })
        );
    }
    let header = call::<CsvParse>(json!({ "text": "a,b\n" })).output();
    assert_eq!(header, json!({ "rows": [], "columns": ["a", "b"], "count": 0 }));
}

#[test]
fn a_large_text_goes_the_other_way_with_the_same_result() {
    let text = "n\n".to_owned() + &"12345\n".repeat(60_000);
    let output = call::<CsvParse>(json!({ "text": text })).output();
    assert_eq!((&output["count"], &output["rows"][59_999]), (&json!(60_000), &json!({ "n": 12_345 })));
}

#[test]
fn mistakes_in_the_text_are_named_by_line() {
    let failure = |text: &str| {
        let failure = call::<CsvParse>(json!({ "text": text })).failure();
        assert_eq!((failure.kind, failure.pointer.as_deref()), (FailureKind::Invalid, Some("/text")));
        (failure.code.to_string(), failure.message)
    };
    let pair = |code: &str, message: &str| (code.to_owned(), message.to_owned());
    assert_eq!(failure("a,b\n1,2\n3\n"), pair("csv.ragged", "line 3 has 1 value, the first record has 2"));
    assert_eq!(failure("a,b\n\"1\n\",2\n3,4,5"), pair("csv.ragged", "line 4 has 3 values, the first record has 2"));
    assert_eq!(failure("a,,b"), pair("csv.header", "line 1: column 2 has no name"));
    assert_eq!(failure("a,b,a"), pair("csv.header", "line 1: columns 1 and 3 are both named `a`"));
    assert_eq!(failure("a\n\"1"), pair("csv.quote", "line 2: the quote that opens here is never closed"));
}

#[test]
fn what_is_no_delimiter_is_refused_with_its_place() {
    for wrong in ["", ",,", "\"", "\n", "é"] {
        let failure = call::<CsvParse>(json!({ "text": "", "delimiter": wrong })).failure();
        assert_eq!(failure.pointer.as_deref(), Some("/delimiter"), "{wrong}");
    }
    assert_eq!(call::<CsvParse>(json!({ "text": "", "types": "guess" })).failure().pointer.as_deref(), Some("/types"));
}
