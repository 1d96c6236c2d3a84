//! A schema, and the type it gives.

use super::*;

#[track_caller]
fn check(cases: &[(Value, &str)]) {
    for (schema, shown) in cases {
        assert_eq!(Type::from_schema(schema).to_string(), *shown, "{schema}");
    }
}

#[test]
fn of_scalars() {
    check(&[
        (json!(true), "any"),
        (json!(false), "never"),
        (json!({}), "any"),
        (json!(null), "any"),
        (json!(7), "any"),
        (json!([]), "any"),
        (json!({"type": "string"}), "string"),
        (json!({"type": "number"}), "number"),
        (json!({"type": "integer"}), "integer"),
        (json!({"type": "boolean"}), "bool"),
        (json!({"type": "null"}), "null"),
        (json!({"type": "anything"}), "any"),
        (json!({"type": 3}), "any"),
        (json!({"type": ["string", "null"]}), "string?"),
        (json!({"type": ["null", "integer", "number"]}), "number?"),
        (json!({"type": ["string", "number", "null"]}), "number | string | null"),
        (json!({"type": []}), "any"),
        (json!({"type": "string", "nullable": true}), "string?"),
        (json!({"nullable": true}), "any"),
        (json!({"type": "string", "minLength": 3, "pattern": "^a"}), "string"),
        (json!({"minLength": 3}), "any"),
        (json!({"description": "only words"}), "any"),
        (json!({"not": {"type": "string"}}), "any"),
    ]);
}

#[test]
fn of_formats() {
    check(&[
        (json!({"type": "string", "format": "date-time"}), "string<date-time>"),
        (json!({"format": "uuid"}), "string<uuid>"),
        (json!({"format": "int32"}), "any"),
        (json!({"type": "integer", "format": "int32"}), "integer"),
        (json!({"type": "string", "format": "phone"}), "string<phone>"),
        (json!({"type": "string", "contentEncoding": "base64"}), "string<base64>"),
        (json!({"type": "string", "format": "byte"}), "string<base64>"),
        (json!({"type": ["string", "null"], "format": "email"}), "string<email>?"),
        (json!({"allOf": [{"type": "string"}, {"format": "uri"}]}), "string<uri>"),
    ]);
}

#[test]
fn of_values() {
    check(&[
        (json!({"const": "a"}), "\"a\""),
        (json!({"const": 1}), "integer"),
        (json!({"const": 1.5}), "number"),
        (json!({"const": 2.0}), "integer"),
        (json!({"const": null}), "null"),
        (json!({"const": {"a": "b"}}), "{a: \"b\"}"),
        (json!({"enum": ["b", "a", "b"]}), "\"a\" | \"b\""),
        (json!({"enum": ["a", null]}), "\"a\"?"),
        (json!({"enum": ["a", "b", null]}), "\"a\" | \"b\" | null"),
        (json!({"enum": [1, 2.5]}), "number"),
        (json!({"enum": [true, "x"]}), "bool | \"x\""),
        (json!({"enum": []}), "never"),
        (json!({"enum": "a"}), "any"),
        (json!({"enum": ["a", "b", "c", "d", "e", "f", "g"]}), r#""a" | "b" | "c" | "d" | "e" | "f" | …"#),
        (json!({"type": "string", "enum": ["a", 1]}), "\"a\""),
        (json!({"type": "string", "const": 1}), "never"),
        (json!({"type": "string", "format": "date", "const": "2024-02-03"}), "\"2024-02-03\""),
        (json!({"type": "string", "enum": ["a"], "nullable": true}), "\"a\"?"),
        (json!({"enum": ["a", "b"], "allOf": [{"enum": ["b", "c"]}]}), "\"b\""),
    ]);
}

#[test]
fn of_lists() {
    check(&[
        (json!({"type": "array"}), "list<any>"),
        (json!({"type": "array", "items": {"type": "string"}}), "list<string>"),
        (json!({"items": {"type": "string"}}), "list<string>"),
        (json!({"type": "array", "items": false}), "list<never>"),
        (json!({"type": "array", "items": {"type": ["string", "null"]}}), "list<string?>"),
        (json!({"prefixItems": [{"type": "string"}, {"type": "number"}]}), "list<number | string>"),
        (json!({"prefixItems": [{"type": "string"}], "items": {"type": "null"}}), "list<string?>"),
        (json!({"prefixItems": [{"type": "string"}], "items": false}), "list<string>"),
        (json!({"items": [{"type": "string"}, {"type": "bool"}]}), "list<any>"),
        (json!({"items": [{"type": "string"}], "additionalItems": {"type": "boolean"}}), "list<bool | string>"),
        (json!({"type": ["array", "null"], "items": {"type": "integer"}}), "list<integer>?"),
        (json!({"type": "array", "minItems": 1, "uniqueItems": true}), "list<any>"),
    ]);
}

#[test]
fn of_objects() {
    let properties = json!({"a": {"type": "string"}, "b": {"type": "number"}});
    check(&[
        (json!({"type": "object"}), "{…}"),
        (json!({"type": "object", "additionalProperties": false}), "{}"),
        (json!({"type": "object", "additionalProperties": true}), "{…}"),
        (json!({"type": "object", "additionalProperties": {}}), "{…}"),
        (json!({"type": "object", "additionalProperties": {"type": "number"}}), "{[name]: number}"),
        (json!({"properties": properties, "required": ["a"]}), "{a: string, b?: number, …}"),
        (json!({"properties": properties, "additionalProperties": false}), "{a?: string, b?: number}"),
        (json!({"properties": properties, "unevaluatedProperties": false}), "{a?: string, b?: number}"),
        (json!({"required": ["x"]}), "{x: any, …}"),
        (json!({"required": ["x"], "additionalProperties": {"type": "null"}}), "{x: null, [name]: null}"),
        (json!({"patternProperties": {"^x": {"type": "string"}}, "additionalProperties": false}), "{[name]: string}"),
        (json!({"patternProperties": {"^x": {"type": "string"}}, "unevaluatedProperties": false}), "{[name]: string}"),
        (json!({"patternProperties": {"^x": {"type": "string"}}}), "{…}"),
        (
            json!({"patternProperties": {"^x": {"type": "string"}, "^y": {"type": "null"}}, "additionalProperties": {"type": "number"}}),
            "{[name]: number | string | null}",
        ),
        (json!({"type": ["object", "null"], "properties": {"a": {"type": "null"}}}), "{a?: null, …}?"),
        (json!({"properties": {"a b": true}}), "{\"a b\"?: any, …}"),
        (json!({"properties": {"a": false}, "additionalProperties": false}), "{a?: never}"),
        (json!({"properties": {"a": {"default": 1}}}), "{a?: any, …}"),
        (json!({"properties": 1, "required": "a"}), "{…}"),
        (json!({"properties": {"a": {"type": "null"}}, "items": {"type": "null"}}), "list<null> | {a?: null, …}"),
    ]);
}

#[test]
fn of_choices() {
    check(&[
        (json!({"anyOf": [{"type": "string"}, {"type": "null"}]}), "string?"),
        (json!({"oneOf": [{"type": "string"}, {"type": "number"}]}), "number | string"),
        (json!({"anyOf": [{"type": "string"}, true]}), "any"),
        (json!({"anyOf": []}), "any"),
        (json!({"anyOf": [false, {"type": "null"}]}), "null"),
        (json!({"type": "string", "anyOf": [{"minLength": 1}, {"format": "uuid"}]}), "string"),
        (json!({"type": "string", "anyOf": [{"const": "a"}, {"const": "b"}]}), "\"a\" | \"b\""),
        (
            json!({"properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "anyOf": [{"required": ["a"]}, {"required": ["b"]}]}),
            "{a?: string, b?: string, …}",
        ),
        (json!({"properties": {"a": {"type": "string"}}, "oneOf": [{"required": ["a"]}]}), "{a: string, …}"),
        (
            json!({"oneOf": [
                {"properties": {"k": {"const": "x"}, "x": {"type": "number"}}, "required": ["k", "x"], "additionalProperties": false},
                {"properties": {"k": {"const": "y"}}, "required": ["k"], "additionalProperties": false}
            ]}),
            "{k: \"x\" | \"y\", x?: number}",
        ),
        (
            json!({"type": ["object", "null"], "anyOf": [{"required": ["a"]}, {"required": ["a", "b"]}]}),
            "{a: any, b?: any, …}?",
        ),
        (json!({"if": {"required": ["a"]}, "then": {"type": "string"}, "else": {"type": "number"}}), "number | string"),
        (json!({"type": "object", "if": true, "then": {"required": ["a"]}}), "{…}"),
        (
            json!({"properties": {"a": {"type": "string"}}, "if": {}, "then": {"required": ["a"]}, "else": {"properties": {"a": {"const": "b"}}, "required": ["a"]}}),
            "{a: string, …}",
        ),
        (json!({"then": {"type": "string"}, "else": {"type": "null"}}), "any"),
    ]);
}

#[test]
fn of_parts() {
    check(&[
        (json!({"allOf": [{"type": "number"}, {"type": "integer"}]}), "integer"),
        (json!({"allOf": [{"type": "string"}, {"type": "number"}]}), "never"),
        (json!({"type": ["string", "null"], "allOf": [{"type": ["null", "number"]}]}), "null"),
        (json!({"allOf": [true, {"type": "string"}, {}]}), "string"),
        (
            json!({"allOf": [
                {"properties": {"a": {"type": "string"}}, "required": ["a"]},
                {"type": "object", "properties": {"b": {"type": "number"}}}
            ]}),
            "{a: string, b?: number, …}",
        ),
        (
            json!({"properties": {"a": {"type": "number"}}, "allOf": [{"properties": {"a": {"type": "integer"}}, "required": ["a"]}]}),
            "{a: integer, …}",
        ),
        (
            json!({"allOf": [
                {"properties": {"a": true}, "additionalProperties": false},
                {"properties": {"a": {"type": "string"}, "b": {"type": "number"}}}
            ]}),
            "{a?: string}",
        ),
        (
            json!({"allOf": [{"properties": {"a": {"type": "string"}}}, {"properties": {"b": {"type": "null"}}}], "unevaluatedProperties": false}),
            "{a?: string, b?: null}",
        ),
        (
            json!({"properties": {"a": {"type": "string"}}, "if": {"required": ["b"]}, "unevaluatedProperties": false}),
            "{a?: string, …}",
        ),
        (
            json!({"properties": {"a": {"type": "string"}}, "anyOf": [{"required": ["a"]}, true], "unevaluatedProperties": false}),
            "{a?: string, …}",
        ),
        (
            json!({"properties": {"a": {"type": "string"}}, "allOf": [{"$ref": "#/missing"}], "unevaluatedProperties": false}),
            "{a?: string, …}",
        ),
        (
            json!({"type": "array", "items": {"type": "number"}, "allOf": [{"items": {"type": "integer"}}]}),
            "list<integer>",
        ),
        (json!({"properties": {"a": {"type": "null"}}, "type": "string"}), "string"),
        (json!({"type": "string", "allOf": [{"properties": {"a": true}}]}), "string"),
        (
            json!({"allOf": [
                {"additionalProperties": {"type": "number"}},
                {"properties": {"n": {"type": ["integer", "string"]}}}
            ]}),
            "{n?: integer, [name]: number}",
        ),
    ]);
}

#[test]
fn of_references() {
    let defs = json!({
        "text": {"type": "string"},
        "a/b~c d": {"type": "number"},
        "here": {"$anchor": "there", "type": "boolean"},
        "node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}, "v": {"type": "integer"}}},
        "loop": {"$ref": "#/$defs/loop"},
        "ping": {"$ref": "#/$defs/pong"},
        "pong": {"$ref": "#/$defs/ping"},
        "inner": {"$id": "https://example.org/inner", "$ref": "#/$defs/x", "$defs": {"x": {"type": "null"}}}
    });
    let with = |schema: Value| {
        let mut schema = schema;
        schema["$defs"] = defs.clone();
        schema
    };
    check(&[
        (with(json!({"$ref": "#/$defs/text"})), "string"),
        (with(json!({"$ref": "#/$defs/a~1b~0c%20d"})), "number"),
        (with(json!({"$ref": "#there"})), "bool"),
        (with(json!({"$ref": "#nowhere"})), "any"),
        (with(json!({"$ref": "#/$defs/none"})), "any"),
        (with(json!({"$ref": "https://example.org/schema.json"})), "any"),
        (with(json!({"$ref": "#/$defs/%zz"})), "any"),
        (with(json!({"$ref": 1})), "any"),
        (with(json!({"$ref": "#/$defs/node"})), "{next?: any, v?: integer, …}"),
        (with(json!({"$ref": "#/$defs/loop"})), "any"),
        (with(json!({"$ref": "#/$defs/ping"})), "any"),
        (with(json!({"$ref": "https://example.org/inner"})), "null"),
        (with(json!({"$ref": "#/$defs/inner"})), "null"),
        (with(json!({"$ref": "https://example.org/inner#/$defs/x"})), "null"),
        (json!({"properties": {"child": {"$ref": "#"}}}), "{child?: any, …}"),
        (with(json!({"$ref": "#/$defs/text", "enum": ["a"]})), "\"a\""),
        (with(json!({"type": "array", "items": {"$ref": "#/$defs/text"}})), "list<string>"),
        (with(json!({"$dynamicRef": "#there"})), "any"),
        (json!({"$ref": "#/definitions/x", "definitions": {"x": {"type": "string"}}}), "string"),
    ]);
}

fn member(schema: &Value, name: &str) -> Member {
    match read(schema) {
        Type::Object(object) => object.members[name].clone(),
        other => panic!("{other}"),
    }
}

#[test]
fn defaults_count_only_when_asked() {
    let schema = json!({"properties": {"a": {"type": "string", "default": "x"}, "b": {"type": "string"}}});
    assert_eq!(Type::from_schema(&schema).to_string(), "{a?: string, b?: string, …}");
    assert_eq!(Type::from_schema_with_defaults(&schema).to_string(), "{a: string, b?: string, …}");
}

#[test]
fn secrets_are_kept() {
    let secret = json!({"type": "string", "writeOnly": true});
    let cases = [
        (secret.clone(), true),
        (json!({"x-nebula-secret": true}), true),
        (json!({"writeOnly": false}), false),
        (json!({"type": "string"}), false),
        (json!({"$ref": "#/$defs/secret"}), true),
        (json!({"anyOf": [{"$ref": "#/$defs/secret"}, {"type": "null"}]}), true),
        (json!({"allOf": [{"$ref": "#/$defs/secret"}]}), true),
        (json!({"items": secret}), true),
        (json!({"additionalProperties": secret}), true),
        (json!({"properties": {"inner": secret}}), false),
    ];
    for (schema, expected) in cases {
        let whole = json!({"properties": {"a": schema}, "$defs": {"secret": secret}});
        assert_eq!(member(&whole, "a").secret, expected, "{whole}");
    }
}

#[test]
fn docs_are_kept() {
    let doc = |schema: Value| {
        let whole = json!({"properties": {"a": schema}, "$defs": {"d": {"description": "shared"}}});
        member(&whole, "a").doc
    };
    assert_eq!(doc(json!({"description": "words", "title": "T"})).as_deref(), Some("words"));
    assert_eq!(doc(json!({"title": "T"})).as_deref(), Some("T"));
    assert_eq!(doc(json!({"$ref": "#/$defs/d"})).as_deref(), Some("shared"));
    assert_eq!(doc(json!({"$ref": "#/$defs/d", "description": "own"})).as_deref(), Some("own"));
    assert_eq!(doc(json!({"type": "string"})), None);
    assert_eq!(doc(json!({"description": "é".repeat(2_000)})).map(|doc| doc.len()), Some(1_024));
}
