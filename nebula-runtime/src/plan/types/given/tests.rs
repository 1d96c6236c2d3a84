use serde_json::json;

use super::*;

#[test]
fn data_and_what_is_computed_are_one_type() {
    let value = json!({ "values": { "total": null, "currency": "EUR", "lines": [{ "n": 1 }, null] } });
    let schema = json!({});
    let mut given = Given::new(&value, &schema);
    given.compute("/values/total".to_owned(), Type::Number);
    given.compute("/values/lines/1".to_owned(), Type::any_object());
    assert_eq!(given.at("/values/total"), Found::Is(Type::Number));
    assert_eq!(given.at("/values/currency"), Found::Is(Type::text()));
    assert_eq!(given.at("/values/lines/1/x"), Found::Unsure);
    assert_eq!(given.at("/values/other"), Found::Absent);
    assert_eq!(given.names("/values").unwrap(), ["currency", "lines", "total"]);
    assert_eq!(given.names("/values/lines/1"), None);
}

#[test]
fn inside_of_what_is_computed_its_type_answers() {
    let value = json!({ "values": null });
    let schema = json!({});
    let mut given = Given::new(&value, &schema);
    let ty = json!({ "type": "object", "properties": { "a": { "type": "integer" }, "b": { "type": "integer" } },
        "required": ["a"], "additionalProperties": false });
    given.compute("/values".to_owned(), Type::from_schema(&ty));
    assert_eq!(given.at("/values/a"), Found::Is(Type::Integer));
    assert_eq!(given.at("/values/b"), Found::Unsure);
    assert_eq!(given.at("/values/c"), Found::Absent);
}
