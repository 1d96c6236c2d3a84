//! What the planner knows of the output: its type, as a rule over the parameters.

use nebula_sdk::json;
use serde_json::Value;

/// The whole output.
pub(super) fn of_the_output() -> Value {
    let keys = json!({ "each": "/group_by", "of": { "expression": "." } });
    let groups = json!({ "list": { "merge": [keys, values(true)] } });
    json!({ "given": "/group_by", "then": { "object": { "groups": groups } }, "else": values(false) })
}

/// The members named under `values`. A group has an item at least, a list need not: then picks and means are null.
fn values(in_group: bool) -> Value {
    let picked = |measure: &str| {
        let value = json!({ "expression": format!("./{measure}") });
        if in_group { value } else { json!({ "nullable": value }) }
    };
    let number = json!({ "schema": { "type": "number" } });
    let mean = if in_group {
        // Null values are left out, so the mean of nothing but them is null.
        json!({ "nullable": &number, "if_null": "./avg" })
    } else {
        json!({ "nullable": &number })
    };
    let measures = [
        ("count", json!({ "schema": { "type": "integer", "minimum": 0 } })),
        ("sum", number),
        ("avg", mean),
        ("min", picked("min")),
        ("max", picked("max")),
        ("first", picked("first")),
        ("last", picked("last")),
    ];
    let collected = json!({ "list": { "expression": "./collect" } });
    let of = measures.into_iter().rev().fold(
        collected,
        |others, (measure, rule)| json!({ "given": format!("./{measure}"), "then": rule, "else": others }),
    );
    json!({ "each": "/values", "of": of })
}
