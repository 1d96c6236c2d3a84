//! Members and elements.

use super::*;

fn shown(lookup: &Lookup<'_>) -> String {
    match lookup {
        Lookup::Found { ty, required, secret, doc } => {
            let flags = [(*required, "required"), (*secret, "secret"), (doc.is_some(), "doc")];
            flags.iter().filter(|(on, _)| *on).fold(ty.to_string(), |text, (_, flag)| format!("{text} {flag}"))
        }
        Lookup::Unknown { near } => format!("unknown {near:?}"),
        Lookup::Absent { known, near } => format!("absent {known:?} {near:?}"),
        Lookup::NoMembers => "no members".to_owned(),
    }
}

#[test]
fn members() {
    let closed = json!({
        "properties": {"email": {"type": "string", "description": "d"}, "key": {"writeOnly": true}},
        "required": ["email"], "additionalProperties": false
    });
    let open = json!({"properties": {"email": {"type": "string"}}});
    let cases = [
        (closed.clone(), "email", "string required doc"),
        (closed.clone(), "key", "any secret"),
        (closed.clone(), "emial", r#"absent ["email", "key"] Some("email")"#),
        (closed.clone(), "zzz", r#"absent ["email", "key"] None"#),
        (open.clone(), "email", "string"),
        (open.clone(), "emial", r#"unknown Some("email")"#),
        (json!(true), "a", "unknown None"),
        (json!({"additionalProperties": {"type": "number"}}), "a", "number"),
        (json!({"type": "string"}), "a", "no members"),
        (json!(false), "a", "no members"),
        (json!({"type": "array"}), "length", "no members"),
        (json!({"anyOf": [{"type": "string"}, closed]}), "email", "string required doc"),
        (json!({"type": ["string", "number"]}), "a", "no members"),
        (json!({"anyOf": [{"const": {"a": 1, "b": 1}}, {"const": {"a": "x"}}]}), "a", "integer | \"x\" required"),
        (json!({"anyOf": [{"const": {"a": 1, "b": 1}}, {"const": {"a": "x"}}]}), "b", "integer"),
        (json!({"anyOf": [{"const": {"a": 1, "b": 1}}, {"const": {"a": "x"}}]}), "c", r#"absent ["a", "b"] None"#),
        (json!({"anyOf": [{"const": {"a": 1}}, {"type": "object"}]}), "a", "any"),
    ];
    for (schema, name, expected) in &cases {
        assert_eq!(shown(&read(schema).member(name)), *expected, "{name} of {schema}");
    }
}

/// Alternatives that a normal form would have joined.
#[test]
fn members_of_a_union_made_by_hand() {
    let object = |value: Value| Type::of_value(&value);
    let union = |types: Vec<Type>| Type::Union(types.into());
    let two = union(vec![object(json!({"a": 1, "b": 2})), object(json!({"a": "x"}))]);
    assert_eq!(shown(&two.member("a")), "integer | \"x\" required");
    assert_eq!(shown(&two.member("b")), "integer");
    assert_eq!(shown(&two.member("c")), r#"absent ["a", "b"] None"#);
    let open = union(vec![object(json!({"a": 1})), Type::any_object()]);
    assert_eq!(shown(&open.member("a")), "unknown None");
    assert_eq!(shown(&open.member("b")), "unknown None");
    let secret = read(&json!({"properties": {"a": {"writeOnly": true}}}));
    assert_eq!(shown(&union(vec![Type::any_object(), secret]).member("a")), "any secret");
}

#[test]
fn elements() {
    let cases = [
        (Type::list(Type::text()), Some(Type::text())),
        (Type::list(Type::Never), Some(Type::Never)),
        (Type::Any, Some(Type::Any)),
        (Type::text(), None),
        (Type::Never, None),
        (Type::list(Type::text()).nullable(), Some(Type::text())),
        (
            Type::union([Type::list(Type::text()), Type::list(Type::Number)]),
            Some(Type::union([Type::Number, Type::text()])),
        ),
        (Type::union([Type::list(Type::text()), Type::Bool]), Some(Type::text())),
        (Type::union([Type::Bool, Type::text()]), None),
    ];
    for (ty, element) in cases {
        assert_eq!(ty.element(), element, "{ty}");
    }
}

#[test]
fn null_comes_and_goes() {
    let ty = Type::union([Type::Null, Type::text(), Type::Number]);
    assert!(ty.has_null());
    assert_eq!(ty.without_null(), Type::union([Type::Number, Type::text()]));
    assert_eq!(ty.clone().nullable(), ty);
    assert_eq!(Type::text().nullable().without_null(), Type::text());
    assert_eq!(Type::Null.without_null(), Type::Never);
    assert!(!Type::Any.has_null());
    assert!(Type::Any.is_any());
    assert_eq!(Type::Any.without_null(), Type::Any);
}
