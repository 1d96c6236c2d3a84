use nebula_ports::model::{ActionReference, EffectClass};
use serde_json::{Value, json};

use super::{
    Catalogue, CompiledSchema, Duplicate, Unresolved,
    testing::{TestAction, catalogue},
};

fn reference(text: &str) -> ActionReference {
    text.parse().unwrap()
}

fn catalogue_of(references: &[&str]) -> Catalogue {
    Catalogue::new(references.iter().map(|text| TestAction::new(text).arc())).unwrap()
}

#[test]
fn the_highest_minor_of_the_same_major_serves() {
    let catalogue = catalogue_of(&["a.b@1.0", "a.b@1.3", "a.b@1.1", "a.b@2.0"]);
    let version = |text: &str| catalogue.resolve(&reference(text)).unwrap().version().to_string();
    assert_eq!(version("a.b@1"), "1.3");
    assert_eq!(version("a.b@1.2"), "1.3");
    assert_eq!(version("a.b@2"), "2.0");
    let named = catalogue.iter().filter(|entry| entry.action.descriptor().id.as_str() == "a.b");
    let versions: Vec<_> = named.map(|entry| entry.version().to_string()).collect();
    assert_eq!(versions, ["1.0", "1.1", "1.3", "2.0"]);
}

#[test]
fn what_does_not_resolve_says_what_exists() {
    let catalogue = catalogue_of(&["http.request@1.0", "http.download@1.0", "text.upper@1.0"]);
    let error = catalogue.resolve(&reference("http.requst@1")).unwrap_err();
    assert_eq!(
        (error.to_string(), error.help()),
        ("there is no action `http.requst`".into(), "did you mean `http.request`?".into())
    );
    let error = catalogue.resolve(&reference("http.stream@1")).unwrap_err();
    assert_eq!(error.help(), "`http` has `http.download`, `http.request`");
    let error = catalogue.resolve(&reference("text.upper@1.2")).unwrap_err();
    assert!(matches!(error, Unresolved::WrongVersion { .. }));
    assert_eq!(error.to_string(), "`text.upper` has no version that serves 1.2: there is 1.0");
    assert_eq!(error.help(), "write `text.upper@1.0`");
}

#[test]
fn an_action_may_not_come_twice() {
    let actions = ["a.b@1.0", "a.b@1.1", "a.b@1.0"].map(|text| TestAction::new(text).arc());
    let error = Catalogue::new(actions).unwrap_err();
    assert_eq!(error, Duplicate::Action(reference("a.b@1.0")));
}

#[test]
fn the_digest_follows_the_descriptors_and_not_the_order() {
    let one = catalogue_of(&["a.b@1.0", "a.c@1.0"]);
    assert_eq!(one.digest(), catalogue_of(&["a.c@1.0", "a.b@1.0"]).digest());
    let changed = TestAction::new("a.b@1.0").effect(EffectClass::Pure, None);
    let other = Catalogue::new([changed.arc(), TestAction::new("a.c@1.0").arc()]).unwrap();
    assert_ne!(one.digest(), other.digest());
}

/// Those that `#[param(pattern = ..)]` takes: it reads them with the crate that the validator's are made with.
#[test]
fn patterns_run_in_linear_time() {
    let fine =
        ["^[a-z][a-z0-9-]*$", r"^\d{4}-\d\d$", "(?i)^yes|no$", r"^\p{Lu}", r"a\/b", "[^/]+", "x{2,}", r"^\[.*\]$"];
    for pattern in fine {
        let schema = CompiledSchema::new(json!({ "pattern": pattern }));
        assert_eq!(schema.compile(), Ok(()), "{pattern}");
    }
    for pattern in ["(?=a)b", r"(a)\1"] {
        assert!(CompiledSchema::new(json!({ "pattern": pattern })).compile().is_err(), "{pattern}");
    }
    let hostile = CompiledSchema::new(json!({ "pattern": "^(a+)+$" }));
    assert_eq!(hostile.check(&json!(format!("{}b", "a".repeat(50_000)))).len(), 1);
}

/// (schema, value, expected "pointer: message (help)")
#[test]
fn violations_are_said_in_words() {
    let shape = json!({
        "oneOf": [
            { "type": "object", "required": ["kind", "radius"], "additionalProperties": false,
              "properties": { "kind": { "const": "circle" }, "radius": { "type": "number" } } },
            { "type": "object", "required": ["kind", "side"], "additionalProperties": false,
              "properties": { "kind": { "const": "square" }, "side": { "type": "number" } } }
        ]
    });
    let optional = json!({ "anyOf": [{ "type": "string", "minLength": 2 }, { "type": "null" }] });
    let referred = json!({
        "type": "object",
        "properties": { "inner": { "$ref": "#/$defs/inner" } },
        "$defs": { "inner": { "type": "object", "additionalProperties": false, "properties": { "name": true } } }
    });
    let cases: Vec<(Value, Value, &[&str])> = vec![
        (json!({ "type": "integer" }), json!("x"), &[": expected integer, found `x`"]),
        (json!({ "type": ["string", "null"] }), json!(1), &[": expected null or string, found `1`"]),
        (
            json!({ "enum": ["red", "green"] }),
            json!("gren"),
            &[": `gren` is not one of `red`, `green` (did you mean `green`?)"],
        ),
        (json!({ "minLength": 1 }), json!(""), &[": the text may not be empty"]),
        (json!({ "maxLength": 1 }), json!("ab"), &[": `ab` is too long: at most 1 character"]),
        (json!({ "minimum": 2 }), json!(1), &[": `1` is too small: at least 2"]),
        (json!({ "exclusiveMaximum": 2 }), json!(2), &[": `2` is too large: less than 2"]),
        (json!({ "minItems": 2 }), json!([1]), &[": the list is too short: at least 2 items"]),
        (json!({ "uniqueItems": true }), json!([1, 1]), &[": the list has an item twice"]),
        (json!({ "pattern": "^a" }), json!("b"), &[": `b` does not match the pattern `^a`"]),
        (json!({ "format": "date" }), json!("tomorrow"), &[": `tomorrow` is no date"]),
        (json!({ "required": ["a"] }), json!({}), &[": `a` is missing"]),
        (
            json!({ "required": ["name"], "properties": { "name": true }, "additionalProperties": false }),
            json!({ "nmae": 1 }),
            &["/nmae: there is no `nmae` here (did you mean `name`?)"],
        ),
        (
            shape.clone(),
            json!({ "kind": "circle", "radus": 1 }),
            &["/radus: there is no `radus` here (did you mean `radius`?)"],
        ),
        (shape.clone(), json!({ "kind": "square", "side": "x" }), &["/side: expected number, found `x`"]),
        (
            shape.clone(),
            json!({ "kind": "circel", "radius": 1 }),
            &["/kind: `circel` is not one of `circle`, `square` (did you mean `circle`?)"],
        ),
        (shape, json!(3), &[": expected object, found `3`"]),
        (optional.clone(), json!(1), &[": expected string or null, found `1`"]),
        (optional, json!("a"), &[": `a` is too short: at least 2 characters"]),
        (referred, json!({ "inner": { "nmae": 1 } }), &["/inner/nmae: there is no `nmae` here (did you mean `name`?)"]),
    ];
    for (schema, value, expected) in cases {
        let found: Vec<_> = CompiledSchema::new(schema.clone())
            .check(&value)
            .into_iter()
            .map(|one| {
                let help = one.help.map_or(String::new(), |help| format!(" ({help})"));
                format!("{}: {}{help}", one.pointer, one.message)
            })
            .collect();
        assert_eq!(found, expected, "{schema} {value}");
    }
}

#[test]
fn alternatives_by_key_are_said_in_words() {
    let branch = |key: &str| {
        json!({ "type": "object", "required": [key], "properties": { key: { "type": "string" } },
                "additionalProperties": false })
    };
    let measure =
        CompiledSchema::new(json!({ "oneOf": [branch("sum"), branch("max"), { "type": "string", "const": "count" }] }));
    let body = CompiledSchema::new(json!({
        "anyOf": [{ "required": ["text"] }, { "required": ["json"] }],
        "dependentSchemas": { "text": { "properties": { "json": false } } }
    }));
    let one = |schema: &CompiledSchema, value: Value| {
        let found = schema.check(&value);
        assert_eq!(found.len(), 1, "{found:?}");
        format!("{}: {}", found[0].pointer, found[0].message)
    };
    assert_eq!(one(&measure, json!({ "median": "a" })), "/median: there is no `median` here");
    assert_eq!(one(&measure, json!({})), ": one of `sum`, `max` is missing");
    assert_eq!(one(&measure, json!({ "sum": 1 })), "/sum: expected string, found `1`");
    assert_eq!(one(&body, json!({})), ": one of `text`, `json` is missing");
    assert_eq!(one(&body, json!({ "text": "", "json": 1 })), "/json: `json` cannot be given together with `text`");
    assert_eq!(measure.check(&json!({ "summ": "a" }))[0].help.as_deref(), Some("did you mean `sum`?"));
}

#[test]
fn what_is_not_known_yet_is_no_violation() {
    let schema = CompiledSchema::new(json!({
        "type": "object",
        "required": ["kind", "list"],
        "properties": {
            "kind": { "enum": ["a", "b"] },
            "list": { "type": "array", "uniqueItems": true, "minItems": 1, "items": { "type": "string" } }
        },
        "if": { "properties": { "kind": { "const": "a" } } },
        "then": { "required": ["extra"] }
    }));
    let unknown = |pointers: &'static [&'static str]| move |pointer: &str| pointers.contains(&pointer);
    assert_eq!(schema.check_known(&json!({ "kind": null, "list": ["x"] }), &unknown(&["/kind"])), []);
    assert_eq!(
        schema.check_known(&json!({ "kind": "b", "list": [null, null] }), &unknown(&["/list/0", "/list/1"])),
        []
    );
    let known = schema.check_known(&json!({ "kind": null, "list": [1] }), &unknown(&["/kind"]));
    assert_eq!(known.iter().map(|one| one.pointer.as_str()).collect::<Vec<_>>(), ["/list/0"]);
    let known = schema.check_known(&json!({ "kind": null }), &unknown(&["/kind"]));
    assert_eq!(known[0].message, "`list` is missing");
}

#[test]
fn a_schema_that_would_never_end_is_refused() {
    for schema in [
        json!({ "$ref": "#" }),
        json!({ "allOf": [{ "$ref": "#" }] }),
        json!({ "$defs": { "a": { "$ref": "#/$defs/b" }, "b": { "not": { "$ref": "#/$defs/a" } } }, "$ref": "#/$defs/a" }),
        json!({ "$anchor": "me", "anyOf": [true, { "$ref": "#me" }] }),
        json!({ "$id": "https://example.invalid/me", "$ref": "https://example.invalid/me" }),
        json!({ "$dynamicAnchor": "me", "$dynamicRef": "#me" }),
        json!({ "dependentSchemas": { "a": { "$ref": "#" } } }),
    ] {
        let error = CompiledSchema::new(schema.clone()).compile().unwrap_err();
        assert_eq!(error.message, "this `$ref` leads back to itself", "{schema}");
    }
}

#[test]
fn a_schema_may_refer_to_itself_for_parts_of_the_value() {
    let tree = CompiledSchema::new(json!({
        "type": "object",
        "required": ["name"],
        "properties": { "name": true, "children": { "type": "array", "items": { "$ref": "#" } } }
    }));
    tree.compile().unwrap();
    let found = tree.check(&json!({ "name": 1, "children": [{ "name": 2 }, {}] }));
    assert_eq!(found.iter().map(|one| one.pointer.as_str()).collect::<Vec<_>>(), ["/children/1"]);
}

#[test]
fn nothing_outside_the_schema_is_fetched() {
    for target in ["https://example.invalid/schema.json", "file:///etc/passwd", "other.json"] {
        assert!(CompiledSchema::new(json!({ "$ref": target })).compile().is_err(), "{target}");
    }
}

#[test]
fn every_test_action_has_a_valid_schema() {
    for entry in catalogue().iter() {
        entry.input.compile().unwrap();
    }
}
