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
fn groups_placeholders_labels_widgets_and_rules_are_drawn() {
    let schema = json!({
        "type": "object",
        "x-nebula": { "order": ["url", "kind", "size", "slug"] },
        "properties": {
            "kind": {
                "type": "string", "title": "Kind", "default": "short",
                "oneOf": [{ "const": "short", "title": "The numbers" }, { "const": "long", "title": "Everything" }]
            },
            "slug": { "type": "string", "title": "Slug", "x-nebula-computed": "never" },
            "size": { "type": "integer", "title": "Size", "multipleOf": 5, "x-nebula": { "group": "Delivery", "widget": "slider" } },
            "url": {
                "type": "string", "title": "Address",
                "x-nebula": {
                    "group": "Delivery", "placeholder": "https://a.b",
                    "visible_if": "kind == 'long'", "required_if": "kind == 'long'"
                }
            }
        }
    });
    assert_eq!(
        draw(&schema, Paint::of(false)),
        "  Kind  kind
    (•) short — The numbers
    ( ) long — Everything

  Slug  slug
    [              ]  string
    takes no expression

  ── Delivery ──

  Address  url
    [ https://a.b  ]  string
    only when kind == 'long'
    must be given when kind == 'long'

  Size  size
    [              ]  integer, slider (in steps of 5)

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
