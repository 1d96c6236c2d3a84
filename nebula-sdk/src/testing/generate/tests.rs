use nebula_runtime::catalogue::CompiledSchema;
use serde_json::{Value, json};

use super::{generate, generate_invalid};

fn schemas() -> Vec<Value> {
    vec![
        json!(true),
        json!({ "type": "integer", "minimum": 3, "maximum": 20, "multipleOf": 5 }),
        json!({ "type": "number", "exclusiveMinimum": 0, "maximum": 1 }),
        json!({ "type": "string", "minLength": 2, "maxLength": 5 }),
        json!({ "type": "string", "pattern": "^[a-z]{2}-\\d{3,}(x|yz)?$" }),
        json!({ "type": "string", "format": "date-time" }),
        json!({ "type": ["string", "null"] }),
        json!({ "oneOf": [{ "const": 1, "title": "One" }, { "const": 2, "title": "Two" }] }),
        json!({ "type": "array", "items": { "enum": ["a", "b", "c"] }, "uniqueItems": true, "minItems": 2 }),
        json!({ "type": "array", "prefixItems": [{ "type": "integer" }, { "type": "string" }], "items": false, "minItems": 2 }),
        json!({ "type": "object", "additionalProperties": { "type": "integer" }, "minProperties": 1 }),
        json!({
            "$ref": "#/$defs/tree",
            "$defs": { "tree": {
                "type": "object", "required": ["children"], "additionalProperties": false,
                "properties": { "children": { "type": "array", "items": { "$ref": "#/$defs/tree" } } }
            } }
        }),
        json!({
            "type": "object", "additionalProperties": false, "required": ["mode"],
            "properties": { "mode": { "enum": ["few", "all"] }, "limit": { "type": "integer" } },
            "allOf": [
                { "if": { "properties": { "mode": { "const": "few" } } }, "then": { "required": ["limit"] } },
                { "if": { "properties": { "mode": { "const": "all" } } }, "then": { "properties": { "limit": false } } }
            ]
        }),
    ]
}

#[test]
fn what_is_generated_fits_and_what_is_spoilt_does_not() {
    for schema in schemas() {
        let compiled = CompiledSchema::new(schema.clone());
        let fitting: Vec<_> = generate(&schema, 1).take(60).collect();
        assert_eq!(fitting.len(), 60, "{schema}");
        assert!(fitting.iter().all(|value| compiled.check(value).is_empty()), "{schema}");
        let spoilt: Vec<_> = generate_invalid(&schema, 1).take(30).collect();
        // Everything fits the schema of everything.
        assert_eq!(spoilt.len(), if schema == true { 0 } else { 30 }, "{schema}");
        assert!(spoilt.iter().all(|value| !compiled.check(value).is_empty()), "{schema}");
    }
}

#[test]
fn the_same_seed_gives_the_same_values_and_another_one_others() {
    let schema = json!({ "type": "string", "maxLength": 100 });
    let some = |seed| generate(&schema, seed).take(30).collect::<Vec<_>>();
    assert_eq!(some(1), some(1));
    assert_ne!(some(1), some(2));
}

#[test]
fn edge_cases_come_first() {
    let schema = json!({
        "type": "object", "additionalProperties": false,
        "properties": { "text": { "type": "string", "maxLength": 3, "examples": ["ab"] } }
    });
    let first: Vec<_> = generate(&schema, 1).take(3).collect();
    assert_eq!(first[0], json!({}));
    assert_eq!(first[1]["text"].as_str().map(|text| text.chars().count()), Some(3));
    assert_eq!(first[2], json!({ "text": "ab" }));
}

#[test]
fn an_impossible_schema_gives_nothing() {
    assert_eq!(generate(&json!({ "type": "integer", "minimum": 2, "maximum": 1 }), 1).next(), None);
    assert_eq!(generate(&json!(false), 1).next(), None);
}

#[test]
#[should_panic(expected = "this is no JSON Schema")]
fn what_is_no_schema_is_told() {
    drop(generate(&json!({ "type": 1 }), 1));
}
