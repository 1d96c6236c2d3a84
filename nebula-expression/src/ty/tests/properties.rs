//! Laws, over small types and values that meet often.

use proptest::prelude::*;

use super::*;
use crate::ty::bounds::Fuel;
use crate::ty::narrow::narrow;

fn values() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0..3).prop_map(Value::from),
        Just(json!(0.5)),
        "[ab]".prop_map(Value::from),
    ];
    scalar.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[xyz]", inner, 0..3).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn texts() -> impl Strategy<Value = Type> {
    let format = prop::option::of(prop::sample::select(vec![
        TextFormat::DateTime,
        TextFormat::Base64,
        TextFormat::Other("phone".into()),
    ]));
    let values = prop::option::of(prop::collection::btree_set("[abc]", 1..3));
    (format, values).prop_map(|(format, values)| {
        let values = values.map(|values| values.into_iter().map(SmolStr::from).collect());
        Type::Text(TextType { format, values })
    })
}

/// Types in normal form that JSON values have.
fn types() -> impl Strategy<Value = Type> {
    let scalar = prop_oneof![
        Just(Type::Any),
        Just(Type::Null),
        Just(Type::Bool),
        Just(Type::Number),
        Just(Type::Integer),
        texts(),
        Just(Type::list(Type::Never)),
    ];
    scalar.prop_recursive(3, 16, 4, |inner| {
        let member = (inner.clone(), any::<bool>(), prop::bool::weighted(0.1), prop::option::of("[de]"));
        let member =
            member.prop_map(|(ty, required, secret, doc)| Member { ty, required, secret, doc: doc.map(Into::into) });
        let rest = prop_oneof![Just(Rest::Closed), Just(Rest::Open), inner.clone().prop_map(Rest::of)];
        let members = prop::collection::btree_map("[xyz]".prop_map(SmolStr::from), member, 0..3);
        prop_oneof![
            inner.clone().prop_map(Type::list),
            (members, rest).prop_map(|(members, rest)| Type::object(members, rest)),
            prop::collection::vec(inner, 2..4).prop_map(Type::union),
        ]
    })
}

/// Whether a type describes a value: what all else is measured by.
fn admits(ty: &Type, value: &Value) -> bool {
    ty.alternatives().any(|ty| match (ty, value) {
        (Type::Any, _)
        | (Type::Null, Value::Null)
        | (Type::Bool, Value::Bool(_))
        | (Type::Number, Value::Number(_)) => true,
        (Type::Integer, Value::Number(number)) => number.is_i64(),
        (Type::Text(text), Value::String(value)) => {
            text.values.as_ref().is_none_or(|values| values.iter().any(|one| one == value))
        }
        (Type::List(element), Value::Array(items)) => items.iter().all(|item| admits(element, item)),
        (Type::Object(object), Value::Object(map)) => {
            object.members.iter().all(|(name, member)| !member.required || map.contains_key(name.as_str()))
                && map.iter().all(|(name, value)| match (object.members.get(name.as_str()), &object.rest) {
                    (Some(member), _) => admits(&member.ty, value),
                    (None, Rest::Open) => true,
                    (None, Rest::Of(ty)) => admits(ty, value),
                    (None, Rest::Closed) => false,
                })
        }
        _ => false,
    })
}

/// A schema someone might write for a value.
fn schema_of(value: &Value, closed: bool) -> Value {
    match value {
        Value::Null => json!({"type": "null"}),
        Value::Bool(_) => json!({"type": "boolean"}),
        Value::Number(_) => json!({"type": "number"}),
        Value::String(_) => json!({"type": "string"}),
        Value::Array(items) if items.is_empty() => json!({"type": "array"}),
        Value::Array(items) => {
            let items: Vec<Value> = items.iter().map(|item| schema_of(item, closed)).collect();
            json!({"type": "array", "items": {"anyOf": items}})
        }
        Value::Object(map) => {
            let properties: serde_json::Map<String, Value> =
                map.iter().map(|(name, value)| (name.clone(), schema_of(value, closed))).collect();
            let required: Vec<&String> = map.keys().filter(|name| *name != "x").collect();
            json!({"type": "object", "properties": properties, "required": required, "additionalProperties": !closed})
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_value_has_its_type(value in values()) {
        prop_assert!(admits(&Type::of_value(&value), &value));
        prop_assert!(admits(&Type::of_value(&value).widen(), &value));
    }

    #[test]
    fn a_value_fits_its_schema(value in values(), closed: bool) {
        let place = Type::from_schema(&schema_of(&value, closed));
        prop_assert_eq!(Type::of_value(&value).fits(&place), Fit::Yes);
        prop_assert_eq!(Type::of_value(&value).fits(&Type::from_schema(&json!({"const": value}))), Fit::Yes);
        prop_assert_eq!(Type::of_value(&value).fits(&Type::from_schema(&json!({"enum": [1, value]}))), Fit::Yes);
    }

    #[test]
    fn unions_hold_what_their_parts_hold(value in values(), other in types()) {
        let ty = Type::of_value(&value);
        let union = Type::union([ty.clone(), other]);
        prop_assert!(admits(&union, &value), "{} {}", union, value);
        prop_assert_eq!(ty.fits(&union), Fit::Yes);
    }

    #[test]
    fn unions_are_sets(a in types(), b in types(), c in types()) {
        let union = |a: &Type, b: &Type| Type::union([a.clone(), b.clone()]);
        prop_assert_eq!(union(&a, &a), a.clone());
        prop_assert_eq!(union(&a, &b), union(&b, &a));
        prop_assert_eq!(union(&union(&a, &b), &c), union(&a, &union(&b, &c)));
        prop_assert_eq!(union(&union(&a, &b), &c), Type::union([c, a, b]));
    }

    #[test]
    fn schemas_read_back(ty in types()) {
        let schema = ty.to_schema();
        prop_assert_eq!(Type::from_schema(&schema), ty, "{}", schema);
    }

    #[test]
    fn a_type_fits_itself(ty in types()) {
        prop_assert_eq!(ty.fits(&ty.clone()), Fit::Yes);
        // Nothing shared.
        prop_assert_eq!(ty.fits(&Type::from_schema(&ty.to_schema())), Fit::Yes);
        prop_assert!(ty.fits(&ty.widen()).may());
        prop_assert_eq!(ty.fits(&ty.clone().nullable()), Fit::Yes);
    }

    #[test]
    fn fitting_is_sound(value in values(), part in types(), place in types()) {
        let exact = Type::of_value(&value);
        match exact.fits(&place) {
            Fit::Yes => prop_assert!(admits(&place, &value), "{} is no {}", value, place),
            Fit::No(_) => prop_assert!(!admits(&place, &value), "{} is {}", value, place),
            Fit::Unknown => {}
        }
        let wider = Type::union([exact, part]);
        if wider.fits(&place) == Fit::Yes {
            prop_assert!(admits(&place, &value), "{}: {} is no {}", value, wider, place);
        }
    }

    #[test]
    fn narrowing_keeps_what_both_hold(value in values(), a in types(), b in types()) {
        let a = Type::union([Type::of_value(&value), a]);
        let b = Type::union([Type::of_value(&value), b]);
        let both = narrow(&a, &b, &mut Fuel::for_type());
        prop_assert!(admits(&both, &value), "{} and {}: {}", a, b, both);
        prop_assert!(a.could_equal(&b));
    }

    #[test]
    fn members_are_what_values_have(value in values(), part in types()) {
        let ty = Type::union([Type::of_value(&value), part]);
        for name in ["x", "y", "z"] {
            let Value::Object(map) = &value else { continue };
            let member = map.get(name);
            match ty.member(name) {
                Lookup::Found { ty, required, .. } => {
                    prop_assert!(member.map_or(!required, |value| admits(&ty, value)), "{} of {}: {}", name, value, ty);
                }
                Lookup::Unknown { .. } => {}
                Lookup::Absent { .. } | Lookup::NoMembers => prop_assert!(member.is_none(), "{} of {}", name, value),
            }
        }
    }

    #[test]
    fn showing_a_type_says_something(ty in types()) {
        prop_assert!(!ty.to_string().is_empty());
        prop_assert!(!ty.noun().is_empty());
    }
}
