//! Hostile schemas and types: a wider type, in a short time.

use std::iter::successors;

use super::*;
use crate::ty::bounds::{Fuel, MOST_NODES};

/// Every way of walking a type.
fn walk(ty: &Type, other: &Type) {
    assert!(ty.to_string().len() < 50_000);
    assert!(ty.fits(ty).may());
    let _ = ty.fits(other);
    let _ = ty == other;
    let _ = ty.could_equal(other);
    let _ = ty.widen();
    let _ = ty.to_schema();
    assert!(Type::union([ty.clone(), other.clone(), Type::Null]).is_bounded());
}

fn pair(ty: &Type) -> BTreeMap<SmolStr, Member> {
    ["a", "b"].iter().map(|name| (SmolStr::new(name), Member::required(ty.clone()))).collect()
}

#[test]
fn doubling_types_stay_small() {
    let doubled = |ty: &Type| Some(Type::object(pair(ty), Rest::Closed));
    let last = successors(Some(Type::literal("x")), doubled).nth(100).expect("endless");
    assert!(last.is_bounded());
    walk(&last, &Type::any_object());
    let deep = successors(Some(Type::Null), |ty| Some(Type::list(ty.clone()))).nth(10_000).expect("endless");
    assert!(deep.is_bounded());
    walk(&deep, &Type::list(Type::text()));
}

#[test]
fn doubling_types_made_by_hand_are_walked_in_bounds() {
    let make = |leaf: &str| {
        let doubled =
            |ty: &Type| Some(Type::Object(Arc::new(ObjectType { members: pair(ty), rest: Rest::Of(ty.clone()) })));
        successors(Some(Type::literal(leaf)), doubled).nth(60).expect("endless")
    };
    let (one, same, other) = (make("x"), make("x"), make("y"));
    assert!(!one.is_bounded());
    assert_eq!(one, one.clone());
    walk(&one, &same);
    walk(&one, &other);
    assert_eq!(Type::list(one.clone()), Type::list(Type::Any));
    assert_eq!(Type::union([one, other, Type::Bool]), Type::union([Type::any_object(), Type::Bool]));
}

#[test]
fn unions_in_unions_by_hand_are_flattened() {
    let nested = |levels: usize| {
        let wrapped = |ty: &Type| Some(Type::Union(Arc::from([ty.clone(), Type::Null])));
        successors(Some(Type::Bool), wrapped).nth(levels).expect("endless")
    };
    assert_eq!(Type::union([nested(3), Type::text()]), Type::union([Type::Bool, Type::text(), Type::Null]));
    assert_eq!(Type::union([nested(50), Type::text()]), Type::Any);
    walk(&nested(50), &nested(51));
}

/// A schema where each definition uses the next `fan` times.
fn fan(levels: usize, fan: usize, keyword: &str) -> Value {
    let mut defs = serde_json::Map::new();
    for level in 0..levels {
        let next = json!({"$ref": format!("#/$defs/d{}", level + 1)});
        let uses: Value = if keyword == "properties" {
            (0..fan).map(|i| (format!("p{i}"), next.clone())).collect::<serde_json::Map<_, _>>().into()
        } else {
            vec![next; fan].into()
        };
        defs.insert(format!("d{level}"), json!({keyword: uses}));
    }
    defs.insert(format!("d{levels}"), json!({"type": "string"}));
    json!({"$ref": "#/$defs/d0", "$defs": defs})
}

#[test]
fn fans_of_references_end() {
    for keyword in ["properties", "allOf", "anyOf", "oneOf", "prefixItems"] {
        let ty = Type::from_schema(&fan(30, 3, keyword));
        assert!(ty.is_bounded(), "{keyword}");
        walk(&ty, &Type::text());
        // A small one is read in full.
        let small = Type::from_schema(&fan(3, 3, keyword)).to_string();
        assert!(small.contains("string") && !small.contains("any"), "{keyword}: {small}");
    }
}

/// `json!` would serialise the inner schema at every level.
fn keyword(name: &str, inner: Value) -> Value {
    Value::Object([(name.to_owned(), inner)].into_iter().collect())
}

fn nested(levels: usize, wrap: impl Fn(Value) -> Value) -> Value {
    (0..levels).fold(json!({"type": "string"}), |inner, _| wrap(inner))
}

#[test]
fn depth_ends_in_any() {
    let lists = |levels| Type::from_schema(&nested(levels, |inner| keyword("items", inner)));
    let innermost = |ty: &Type, levels| successors(Some(ty.clone()), Type::element).nth(levels);
    assert_eq!(innermost(&lists(60), 60), Some(Type::text()));
    assert_eq!(innermost(&lists(1_000), 63), Some(Type::list(Type::Any)));
    assert_eq!(innermost(&lists(1_000), 64), Some(Type::Any));
    for name in ["allOf", "anyOf", "oneOf", "prefixItems"] {
        let list = nested(1_000, |inner| keyword(name, Value::Array(vec![inner, json!({"type": "null"})])));
        walk(&Type::from_schema(&list), &Type::text());
    }
    for name in ["additionalProperties", "unevaluatedProperties", "items"] {
        walk(&Type::from_schema(&nested(1_000, |inner| keyword(name, inner))), &Type::text());
    }
    for name in ["properties", "patternProperties"] {
        let schema = nested(1_000, |inner| keyword(name, keyword("a", inner)));
        walk(&Type::from_schema(&schema), &Type::text());
    }
    let value = nested(1_000, |inner| Value::Array(vec![inner]));
    assert_eq!(innermost(&Type::of_value(&value), 64), Some(Type::Any));
    walk(&Type::from_schema(&keyword("const", value)), &Type::text());
    walk(&Type::of_value(&nested(1_000, |inner| keyword("a", inner))), &Type::text());
}

#[test]
fn wide_schemas_end() {
    let texts: Vec<String> = (0..100_000).map(|i| format!("v{i}")).collect();
    assert_eq!(Type::from_schema(&json!({"type": "string", "enum": texts})), Type::text());
    assert_eq!(Type::of_value(&json!(texts)), Type::list(Type::text()));
    let few = &texts[..500];
    assert!(
        matches!(Type::from_schema(&json!({"enum": few})), Type::Text(TextType { values: Some(all), .. }) if all.len() == 500)
    );
    let properties: serde_json::Map<String, Value> =
        texts.iter().map(|name| (name.clone(), json!({"type": "null"}))).collect();
    let Type::Object(object) = Type::from_schema(&json!({"properties": properties, "additionalProperties": false}))
    else {
        panic!("an object");
    };
    assert!(object.members.len() < MOST_NODES);
    assert_eq!(object.rest, Rest::Open, "members that were not read are not absent");
    let parts: Vec<Value> = texts.iter().map(|name| json!({"required": [name]})).collect();
    for keyword in ["allOf", "anyOf"] {
        let ty = Type::from_schema(&json!({"type": ["object", "null"], keyword: parts}));
        assert!(ty.is_bounded(), "{keyword}");
    }
    let maps: Vec<Value> = texts
        .iter()
        .map(|name| json!({"properties": {name: {"type": "null"}}, "additionalProperties": {"const": name}}))
        .collect();
    assert!(Type::from_schema(&json!({"anyOf": maps})).is_bounded());
    assert!(Type::of_value(&Value::Object(properties)).is_bounded());
}

#[test]
fn long_texts_shared_by_many_references_end() {
    let properties: serde_json::Map<String, Value> =
        (0..500).map(|i| (format!("p{i}"), json!({"$ref": "#/$defs/d"}))).collect();
    let shared = json!({"description": "x".repeat(1_000_000), "enum": ["y".repeat(1_000_000)]});
    let ty = Type::from_schema(&json!({"properties": properties, "$defs": {"d": shared}}));
    // Texts too long to keep are not paid for either.
    let Type::Object(object) = ty else { panic!("an object") };
    assert_eq!(object.members.len(), 500);
    assert_eq!(object.members["p499"].ty, Type::text());
}

#[test]
fn large_values_keep_their_first_members() {
    let rows: Vec<Value> = (0..50_000).map(|i| json!({"id": i, "name": format!("n{i}")})).collect();
    assert_eq!(Type::of_value(&json!({ "rows": rows })).to_string(), "{rows: list<{id: integer, name: string}>}");
    let wide: serde_json::Map<String, Value> = (0..50_000).map(|i| (format!("m{i}"), json!({"a": 1}))).collect();
    let Type::Object(object) = Type::of_value(&Value::Object(wide)) else { panic!("an object") };
    assert!(object.members.len() > 1_000);
    assert_eq!(object.rest, Rest::Open);
}

#[test]
fn fuel_counts_steps_and_depth() {
    let mut fuel = Fuel::new(3, 1);
    assert!(fuel.enter());
    assert!(!fuel.enter(), "one level");
    fuel.leave();
    assert!(fuel.enter());
    assert!(!fuel.spend(2));
    assert!(fuel.is_spent());
}
