use serde_json::json;

use super::*;

const KEYWORD: &str = "x-nebula-expression";

fn text() -> Value {
    json!({ "type": "string", KEYWORD: { "roots": [] } })
}

#[test]
fn a_keyword_is_found_through_lists_maps_references_and_alternatives() {
    let schema = json!({
        "properties": {
            "by": { "type": "array", "items": { "properties": { "key": text() } } },
            "map": { "additionalProperties": text() },
            "values": { "additionalProperties": { "oneOf": [
                { "properties": { "sum": text() }, "additionalProperties": false },
                { "properties": { "count": { "type": "boolean" } }, "additionalProperties": false },
            ] } },
            "maybe": { "anyOf": [text(), { "type": "null" }] },
            "tree": { "$ref": "#/$defs/tree" },
            "titled": { "$ref": "#/$defs/text", "title": "Titled" },
            "all": { "allOf": [{ "$ref": "#/$defs/text" }] },
        },
        "$defs": {
            "text": text(),
            "tree": { "properties": { "test": text(), "next": { "$ref": "#/$defs/tree" } } },
        },
    });
    let root = Place::root(&schema);
    let found = [
        root.member("by").element(3).member("key"),
        root.member("map").member("anything"),
        root.member("values").member("x").member("sum"),
        root.member("maybe"),
        root.member("tree").member("next").member("next").member("test"),
        root.member("titled"),
        root.member("all"),
    ];
    for (i, place) in found.iter().enumerate() {
        assert!(place.keyword(KEYWORD).is_some(), "{i}: {place:?}");
    }
    let others = [root.member("by"), root.member("values").member("x").member("count"), root.member("unknown")];
    for (i, place) in others.iter().enumerate() {
        assert!(place.keyword(KEYWORD).is_none(), "{i}: {place:?}");
    }
}

#[test]
fn text_that_may_be_read_as_plain_text_is_no_expression() {
    let schema = json!({ "anyOf": [text(), { "type": "string" }] });
    let place = Place::root(&schema);
    assert!(place.keyword(KEYWORD).is_none());
    assert!(place.any_keyword(KEYWORD).is_some());
}

#[test]
fn endless_and_exploding_schemas_say_nothing() {
    let circle = json!({ "$ref": "#" });
    assert!(Place::root(&circle).member("a").keyword(KEYWORD).is_none());
    let branch = json!({ "anyOf": vec![json!({ "type": "string" }); 20] });
    let many = json!({ "allOf": vec![branch; 20] });
    assert!(Place::root(&many).keyword(KEYWORD).is_none());
}
