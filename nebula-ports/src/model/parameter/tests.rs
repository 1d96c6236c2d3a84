use proptest::prelude::*;

use super::*;

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-z$ {}]{0,8}".prop_map(Value::from),
    ];
    let key =
        prop_oneof!["[a-z]{0,4}", Just("$expr".to_owned()), Just("$template".to_owned()), Just("$literal".to_owned())];
    leaf.prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(key.clone(), inner, 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_json_literal_round_trips_as_a_literal(value in any_json()) {
        let written = ParameterValue::Literal(value.clone()).to_json();
        prop_assert_eq!(ParameterValue::from_json(&written), Ok(ParameterValue::Literal(value)));
    }

    #[test]
    fn what_reads_without_error_writes_and_reads_the_same(value in any_json()) {
        if let Ok(read) = ParameterValue::from_json(&value) {
            prop_assert_eq!(ParameterValue::from_json(&read.to_json()), Ok(read));
        }
    }
}

#[test]
fn tags_work_at_any_depth_and_the_rest_stays_data() {
    let read = ParameterValue::from_json(&json!({"a": [1, {"$expr": "$input.x"}], "b": {"c": "{{ no }}"}})).unwrap();
    let ParameterValue::Object(fields) = read else { panic!("an object") };
    assert_eq!(
        fields["a"],
        ParameterValue::Array(vec![
            ParameterValue::Literal(json!(1)),
            ParameterValue::Expression("$input.x".to_owned())
        ])
    );
    assert_eq!(fields["b"], ParameterValue::Literal(json!({"c": "{{ no }}"})));
}

#[test]
fn every_malformed_tag_is_reported_with_its_place() {
    let errors = ParameterValue::from_json(
        &json!({"a": {"$expr": "x", "y": 1}, "b": [{"$template": 3}], "c/d": {"$expr": null}}),
    )
    .unwrap_err();
    let places: Vec<_> = errors.iter().map(|error| error.pointer.as_str()).collect();
    assert_eq!(places, ["/a", "/b/0", "/c~1d"]);
}
