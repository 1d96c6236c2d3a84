//! What fits where.

use super::*;

/// `yes`, `unknown`, or the path and the reason.
fn shown(fit: &Fit) -> String {
    match fit {
        Fit::Yes => "yes".to_owned(),
        Fit::Unknown => "unknown".to_owned(),
        Fit::No(Mismatch { path, found, wanted, why }) => match why {
            Why::Kind => format!("{path}: {found} is not {wanted}"),
            Why::Null => format!("{path}: {found} may be null"),
            Why::MissingMember(name) => format!("{path}: lacks {name}"),
            Why::MayBeMissing(name) => format!("{path}: may lack {name}"),
            Why::UnknownMember { name, near } => format!("{path}: has {name}, near {near:?}"),
            Why::Value { value, near } => format!("{path}: is {value}, near {near:?}"),
        },
    }
}

#[test]
fn places_from_schemas() {
    let s = || json!({"type": "string"});
    let n = || json!({"type": "number"});
    let int = || json!({"type": "integer"});
    let closed = |properties: Value, required: Value| json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false});
    let cases = [
        (s(), s(), "yes"),
        (s(), n(), ": string is not number"),
        (s(), json!(true), "yes"),
        (json!(true), s(), "unknown"),
        (json!(false), s(), "yes"),
        (s(), json!(false), ": string is not never"),
        (int(), n(), "yes"),
        (n(), int(), "unknown"),
        (json!({"type": ["string", "null"]}), s(), ": string? may be null"),
        (json!({"type": ["number", "null"]}), s(), ": number? is not string"),
        (json!({"type": "null"}), s(), ": null may be null"),
        (s(), json!({"type": ["string", "null"]}), "yes"),
        (json!({"type": ["string", "number"]}), s(), "unknown"),
        (json!({"type": ["string", "number", "null"]}), s(), ": number | string | null may be null"),
        (json!({"type": ["string", "number"]}), json!({"type": ["number", "string", "null"]}), "yes"),
        (json!({"type": ["string", "number"]}), json!({"type": ["boolean", "null"]}), ": number | string is not bool?"),
        (json!({"const": "a"}), s(), "yes"),
        (json!({"const": "a"}), json!({"enum": ["a", "b"]}), "yes"),
        (json!({"const": "opne"}), json!({"enum": ["open", "shut"]}), ": is opne, near Some(\"open\")"),
        (json!({"const": "opne"}), json!({"enum": ["open", "shut", null]}), ": is opne, near Some(\"open\")"),
        (json!({"enum": ["a", "b"]}), json!({"enum": ["b", "c"]}), "unknown"),
        (s(), json!({"enum": ["b", "c"]}), "unknown"),
        (s(), json!({"type": "string", "format": "email"}), "unknown"),
        (json!({"format": "email"}), json!({"format": "email"}), "yes"),
        (json!({"format": "email"}), s(), "yes"),
        (json!({"items": s()}), json!({"items": s()}), "yes"),
        (json!({"items": n()}), json!({"items": s()}), "[*]: number is not string"),
        (json!({"const": []}), json!({"items": s()}), "yes"),
        (json!({"type": "array"}), json!({"items": s()}), "unknown"),
        (json!({"items": s()}), json!({"type": ["array", "null"]}), "yes"),
        (
            closed(json!({"items": {"items": closed(json!({"name": n()}), json!(["name"]))}}), json!(["items"])),
            closed(json!({"items": {"items": closed(json!({"name": s()}), json!(["name"]))}}), json!(["items"])),
            ".items[*].name: number is not string",
        ),
        (
            closed(json!({"a b": n()}), json!([])),
            closed(json!({"a b": s()}), json!([])),
            "[\"a b\"]: number is not string",
        ),
        (closed(json!({}), json!([])), closed(json!({"a": s()}), json!(["a"])), ": lacks a"),
        (closed(json!({"a": s()}), json!([])), closed(json!({"a": s()}), json!(["a"])), ": may lack a"),
        (closed(json!({"a": s()}), json!([])), closed(json!({"a": s()}), json!([])), "yes"),
        (closed(json!({}), json!([])), closed(json!({"a": s()}), json!([])), "yes"),
        (
            closed(json!({"emial": s()}), json!([])),
            closed(json!({"email": s()}), json!([])),
            ": has emial, near Some(\"email\")",
        ),
        (closed(json!({"x": s()}), json!([])), closed(json!({"email": s()}), json!([])), ": has x, near None"),
        (closed(json!({"x": s()}), json!([])), json!({"type": "object"}), "yes"),
        (closed(json!({"x": s()}), json!([])), json!({"additionalProperties": n()}), ".x: string is not number"),
        (closed(json!({"x": int()}), json!([])), json!({"additionalProperties": n()}), "yes"),
        (json!({"type": "object"}), closed(json!({"a": s()}), json!(["a"])), "unknown"),
        (json!({"type": "object"}), json!({"properties": {"a": s()}}), "unknown"),
        (json!({"type": "object"}), json!({"properties": {"a": true}}), "yes"),
        (json!({"additionalProperties": s()}), json!({"additionalProperties": n()}), ".*: string is not number"),
        (json!({"additionalProperties": s()}), json!({"required": ["a"]}), "unknown"),
        (
            json!({"additionalProperties": s()}),
            json!({"properties": {"a": n()}, "required": ["a"]}),
            ".a: string is not number",
        ),
        (json!({"additionalProperties": s()}), json!({"properties": {"a": n()}}), "unknown"),
        (json!({"additionalProperties": s()}), closed(json!({}), json!([])), "unknown"),
        (
            closed(json!({"a": json!({"type": ["string", "null"]})}), json!(["a"])),
            json!({"properties": {"a": s()}}),
            ".a: string? may be null",
        ),
        (json!({"type": ["object", "null"]}), json!({"type": "object"}), ": {…}? may be null"),
        (
            closed(json!({"a": n()}), json!(["a"])),
            json!({"anyOf": [closed(json!({"a": s()}), json!(["a"])), {"type": "string"}]}),
            ".a: number is not string",
        ),
    ];
    for (found, wanted, expected) in &cases {
        assert_eq!(shown(&read(found).fits(&read(wanted))), *expected, "{found} into {wanted}");
    }
}

#[test]
fn made_values_leave_as_text() {
    let cases = [
        (Type::Timestamp, Type::text(), "yes", ": timestamp is not string"),
        (Type::Timestamp, Type::formatted(TextFormat::DateTime), "yes", ": timestamp is not string<date-time>"),
        (Type::Timestamp, Type::formatted(TextFormat::Date), "unknown", ": timestamp is not string<date>"),
        (Type::Timestamp, Type::literal("a"), "unknown", ": timestamp is not \"a\""),
        (Type::Timestamp, Type::Number, ": timestamp is not number", ": timestamp is not number"),
        (Type::Timestamp, Type::Timestamp, "yes", "yes"),
        (Type::text(), Type::Timestamp, ": string is not timestamp", ": string is not timestamp"),
        (Type::Duration, Type::formatted(TextFormat::Duration), "yes", ": duration is not string<duration>"),
        (Type::Bytes, Type::formatted(TextFormat::Base64), "yes", ": bytes is not string<base64>"),
        (Type::list(Type::Bytes), Type::list(Type::text()), "yes", "[*]: bytes is not string"),
    ];
    for (found, wanted, leaving, inside) in cases {
        assert_eq!(shown(&found.fits(&wanted)), leaving, "{found} into {wanted}");
        assert_eq!(shown(&found.fits_inside(&wanted)), inside, "{found} into {wanted}");
    }
}

#[test]
fn equality_between_types() {
    let object = |value: Value| Type::of_value(&value);
    let cases = [
        (Type::Integer, Type::Number, true),
        (Type::Number, Type::text(), false),
        (Type::Any, Type::text(), true),
        (Type::Never, Type::text(), false),
        (Type::literal("a"), Type::literal("b"), false),
        (Type::literal("a"), Type::text(), true),
        (Type::text().nullable(), Type::Number.nullable(), true),
        (Type::text().nullable(), Type::Number, false),
        (Type::Timestamp, Type::text(), false),
        (Type::list(Type::Number), Type::list(Type::text()), true),
        (object(json!({"a": 1})), object(json!({"a": 2})), true),
        (object(json!({"a": 1})), object(json!({"a": "x"})), false),
        (object(json!({"a": 1})), object(json!({"b": 1})), false),
        (object(json!({"a": 1})), Type::any_object(), true),
        (object(json!({"a": 1})), Type::map(Type::text()), false),
    ];
    for (a, b, expected) in cases {
        assert_eq!(a.could_equal(&b), expected, "{a} == {b}");
        assert_eq!(b.could_equal(&a), expected, "{b} == {a}");
    }
}
