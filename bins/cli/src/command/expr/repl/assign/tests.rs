//! Setting data of a session.

use serde_json::json;

use super::assign;
use crate::command::expr::values::Values;

fn set(lines: &[&str]) -> Values {
    let mut values = Values::default();
    for line in lines {
        assign(&mut values, line).unwrap_or_else(|stop| panic!("{line}: {stop}"));
    }
    values
}

#[test]
fn what_is_on_the_way_is_made() {
    let values = set(&["$vars.a.b = 1", "$vars.a.c = [2]", "$vars.a.c[1] = 3", r#"$vars["x = y"] = {"z": "="}"#]);
    assert_eq!(values.vars, Some(json!({"a": {"b": 1, "c": [2, 3]}, "x = y": {"z": "="}})));
}

#[test]
fn every_root_of_data_can_be_set() {
    let values = set(&[
        "$input = 1",
        "$item.a = 2",
        "$index = 3",
        "$nodes.fetch.result.b = 4",
        "$now = \"2026-01-01T00:00:00Z\"",
    ]);
    assert_eq!((values.input, values.item, values.index), (Some(json!(1)), Some(json!({"a": 2})), Some(3)));
    assert_eq!(values.nodes["fetch"].result, Some(json!({"b": 4})));
    assert_eq!(values.now, Some(json!("2026-01-01T00:00:00Z")));
}

#[test]
fn what_cannot_be_set_is_refused_and_nothing_changes() {
    for line in [
        "",
        "=",
        "$vars",
        "$vars.a",
        "$vars.a =",
        "$vars.a = {",
        "1 + 1 = 2",
        "$index = -1",
        "$now = 1",
        "$nodes.a.status = \"completed\"",
        "$input[9] = 1",
        "$input[$index] = 1",
        "x = 1",
    ] {
        let mut values = Values::default();
        assert!(assign(&mut values, line).is_err(), "{line}");
        assert!(values.input.is_none() && values.vars.is_none() && values.nodes.is_empty(), "{line}");
    }
}
