//! Types as text, as nouns and as schemas.

use super::*;

fn made() -> Vec<(Type, &'static str, &'static str)> {
    let object = |members: &[(&str, Member)], rest| {
        Type::object(members.iter().map(|(name, member)| (SmolStr::new(name), member.clone())).collect(), rest)
    };
    let many: Vec<(String, Member)> = (10..30).map(|i| (format!("m{i}"), Member::required(Type::Null))).collect();
    let many: Vec<(&str, Member)> = many.iter().map(|(name, member)| (&**name, member.clone())).collect();
    let twelve = many.iter().map(|(name, _)| format!("{name}: null")).take(12).collect::<Vec<_>>().join(", ");
    let shown = |end: &str| -> &'static str { format!("{{{twelve}, {end}}}").leak() };
    vec![
        (Type::Any, "any", "any value"),
        (Type::Never, "never", "no value"),
        (Type::Null, "null", "null"),
        (Type::Bool, "bool", "true or false"),
        (Type::Number, "number", "a number"),
        (Type::Integer, "integer", "a whole number"),
        (Type::text(), "string", "a string"),
        (Type::Timestamp, "timestamp", "a timestamp"),
        (Type::Duration, "duration", "a duration"),
        (Type::Bytes, "bytes", "bytes"),
        (Type::text().nullable(), "string?", "a string or null"),
        (Type::Timestamp.nullable(), "timestamp?", "a timestamp or null"),
        (Type::Null.nullable(), "null", "null"),
        (Type::Any.nullable(), "any", "any value"),
        (Type::Never.nullable(), "null", "null"),
        (Type::union([Type::Null, Type::text(), Type::Number]), "number | string | null", "a number, a string or null"),
        (
            Type::union([Type::Null, Type::text(), Type::Number, Type::Bool]),
            "bool | number | string | null",
            "one of several types",
        ),
        (Type::formatted(TextFormat::DateTime).nullable(), "string<date-time>?", "a string or null"),
        (Type::literal("a \"b\"\n"), r#""a \"b\"\n""#, "a string"),
        (Type::list(Type::text().nullable()), "list<string?>", "a list"),
        (Type::list(Type::text()).nullable(), "list<string>?", "a list or null"),
        (Type::list(Type::Never), "list<never>", "a list"),
        (object(&[], Rest::Closed), "{}", "an object"),
        (Type::any_object(), "{…}", "an object"),
        (Type::map(Type::Number), "{[name]: number}", "an object"),
        (Type::map(Type::Any), "{…}", "an object"),
        (
            object(
                &[
                    ("note", Member::optional(Type::text())),
                    ("name", Member::required(Type::text())),
                    ("email", Member::required(Type::text().nullable())),
                ],
                Rest::Closed,
            ),
            "{email: string?, name: string, note?: string}",
            "an object",
        ),
        (object(&[("id", Member::required(Type::text()))], Rest::Open), "{id: string, …}", "an object"),
        (
            object(&[("1st", Member::required(Type::Null))], Rest::of(Type::Number)),
            "{\"1st\": null, [name]: number}",
            "an object",
        ),
        (object(&many, Rest::Closed), shown("…"), "an object"),
        (object(&many, Rest::Open), shown("…"), "an object"),
        (object(&many, Rest::of(Type::Bool)), shown("…, [name]: bool"), "an object"),
        (read(&json!({"const": {"a": {"b": {"c": {"d": {"e": 1}}}}}})), "{a: {b: {c: {d: {…}}}}}", "an object"),
        (
            read(&json!({"const": {"a": {"b": {"c": {"d": [1], "e": {}}}}}})),
            "{a: {b: {c: {d: list<…>, e: {}}}}}",
            "an object",
        ),
        (
            read(
                &json!({"properties": {"a": {"properties": {"b": {"properties": {"c": {"properties": {"d": {"type": ["string", "null"]}}}}}}}}}),
            ),
            "{a?: {b?: {c?: {d?: string?, …}, …}, …}, …}",
            "an object",
        ),
    ]
}

#[test]
fn as_text_and_nouns() {
    for (ty, shown, noun) in made() {
        assert_eq!(ty.to_string(), shown);
        assert_eq!(ty.noun(), noun, "{ty}");
    }
}

#[test]
fn long_names_and_texts_are_cut() {
    let long = "x".repeat(500);
    assert_eq!(Type::literal(&long).to_string(), format!("\"{}…\"", "x".repeat(60)));
    let object = Type::of_value(&json!({(long): null}));
    assert_eq!(object.to_string(), format!("{{{}…: null}}", "x".repeat(60)));
    assert_eq!(Type::literal(&"x".repeat(5_000)), Type::text());
}

#[test]
fn as_schemas() {
    let cases = [
        (Type::Any, json!(true)),
        (Type::text().nullable(), json!({"type": ["string", "null"]})),
        (Type::literal("a"), json!({"type": "string", "const": "a"})),
        (Type::literal("a").nullable(), json!({"anyOf": [{"type": "string", "const": "a"}, {"type": "null"}]})),
        (Type::Timestamp, json!({"type": "string", "format": "date-time"})),
        (Type::Duration, json!({"type": "string", "format": "duration"})),
        (Type::Bytes, json!({"type": "string", "contentEncoding": "base64"})),
        (Type::list(Type::Any), json!({"type": "array"})),
        (Type::list(Type::Integer).nullable(), json!({"type": ["array", "null"], "items": {"type": "integer"}})),
        (Type::map(Type::Bool), json!({"type": "object", "additionalProperties": {"type": "boolean"}})),
        (Type::any_object(), json!({"type": "object"})),
        (
            Type::of_value(&json!({"a": 1})),
            json!({"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"], "additionalProperties": false}),
        ),
    ];
    for (ty, schema) in cases {
        assert_eq!(ty.to_schema(), schema);
    }
}

#[test]
fn of_json_values() {
    let cases = [
        (json!(null), "null"),
        (json!(1), "integer"),
        (json!(1.0), "integer"),
        (json!(-0.5), "number"),
        (json!("a"), "\"a\""),
        (json!([]), "list<never>"),
        (json!([1, null]), "list<integer?>"),
        (json!([1, 2.5, "a", "b"]), "list<number | \"a\" | \"b\">"),
        (json!([{"a": 1}, {"a": "x", "b": true}]), "list<{a: integer | \"x\", b?: bool}>"),
        (json!([[1], []]), "list<list<integer>>"),
    ];
    for (value, shown) in cases {
        assert_eq!(Type::of_value(&value).to_string(), shown);
    }
}

#[test]
fn widening_drops_literals_everywhere() {
    let ty = Type::of_value(&json!({"a": ["x", null], "b": {"c": "y"}, "d": 1}));
    assert_eq!(ty.widen().to_string(), "{a: list<string?>, b: {c: string}, d: integer}");
    let formatted = read(&json!({"type": "string", "format": "date", "enum": ["2024-01-01"]}));
    assert_eq!(formatted.widen(), Type::formatted(TextFormat::Date));
    assert_eq!(Type::map(Type::literal("a")).widen(), Type::map(Type::text()));
}
