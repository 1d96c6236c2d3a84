use serde_json::json;

use super::*;

#[test]
fn each_member_is_a_field_in_the_order_of_the_form() {
    let schema = json!({
        "type": "object",
        "required": ["name"],
        "x-nebula": { "order": ["name", "unit", "days", "loud", "tags"] },
        "properties": {
            "days": { "type": "integer", "title": "Days", "description": "Days to look ahead.", "default": 1, "minimum": 1, "maximum": 14 },
            "loud": { "type": "boolean", "title": "Loud", "default": true },
            "name": { "type": "string", "title": "City", "description": "City to look up.", "minLength": 1, "examples": ["Oslo"] },
            "tags": { "type": "array", "items": { "type": "string" }, "title": "Tags", "default": [] },
            "unit": { "enum": ["celsius", "kelvin"], "title": "Unit", "default": "kelvin" }
        }
    });
    assert_eq!(
        draw(&schema, Paint::of(false)),
        "  City *  name
    [ e.g. Oslo    ]  string (from 1 characters)
    City to look up.

  Unit  unit
    ( ) celsius  (•) kelvin

  Days  days
    [ 1            ]  integer (1 to 14)
    Days to look ahead.

  Loud  loud
    [x]

  Tags  tags
    [ []           ]  list of string

  * must be given"
    );
}

#[test]
fn a_default_that_is_long_is_cut() {
    let schema = json!({ "properties": { "a": { "type": "string", "default": "x".repeat(100) } } });
    let drawn = draw(&schema, Paint::of(false));
    assert!(drawn.contains(&format!("[ {}… ]", "x".repeat(39))), "{drawn}");
}

#[test]
fn an_action_without_parameters_has_nothing_to_fill_in() {
    assert_eq!(draw(&json!({ "type": "object", "properties": {} }), Paint::of(false)), "  nothing to fill in");
    assert_eq!(draw(&json!({ "type": "object" }), Paint::of(false)), "  [ object ]");
}
