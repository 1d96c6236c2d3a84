use serde_json::json;

use super::*;

fn schema() -> Value {
    json!({
        "properties": {
            "name": { "type": "string" },
            "limit": { "default": 30 },
            "page": { "default": {}, "properties": { "size": { "default": 10 }, "token": {} } },
            "rows": { "type": "array", "items": { "properties": { "kind": { "default": "plain" } } } },
        },
        "anyOf": [{ "properties": { "other": { "default": 1 } } }, {}],
        "required": ["name"],
    })
}

#[test]
fn what_is_absent_is_put_in_and_what_is_there_stays() {
    let mut value = json!({ "name": "x", "limit": null, "rows": [{ "kind": "own" }, {}, 3] });
    fill(&schema(), &mut value);
    let rows = json!([{ "kind": "own" }, { "kind": "plain" }, 3]);
    assert_eq!(value, json!({ "name": "x", "limit": null, "page": { "size": 10 }, "rows": rows }));
    let mut text = json!("no object");
    fill(&schema(), &mut text);
    assert_eq!(text, "no object");
}

#[test]
fn what_was_put_in_is_required_and_nothing_else() {
    let filled = filled(&schema());
    assert_eq!(filled["required"], json!(["name", "limit", "page"]));
    assert_eq!(filled["properties"]["page"]["required"], json!(["size"]));
    assert_eq!(filled["properties"]["rows"]["items"]["required"], json!(["kind"]));
    assert_eq!(filled["anyOf"], schema()["anyOf"]);
}

#[test]
fn a_value_with_its_defaults_fits_the_schema_that_requires_them() {
    let mut value = json!({ "name": "x", "rows": [{}] });
    fill(&schema(), &mut value);
    assert!(jsonschema::is_valid(&filled(&schema()), &value));
}
