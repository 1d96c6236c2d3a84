use serde_json::json;

use super::*;

const AGGREGATED: &str = r#"{
    "given": "/group_by",
    "then": { "object": { "groups": { "list": { "merge": [
        { "each": "/group_by", "of": { "expression": "." } },
        { "each": "/values", "of": { "given": "./count", "then": { "schema": { "type": "integer" } }, "else": { "expression": "./max" } } }
    ] } } } },
    "else": { "each": "/values", "of": { "nullable": { "schema": { "type": "number" } } } }
}"#;

fn derived(rule: &Value, value: &Value, prepare: impl FnOnce(&mut Given<'_>)) -> String {
    let schema = json!({ "properties": { "mode": { "default": "fast" } } });
    let mut given = Given::new(value, &schema);
    prepare(&mut given);
    let output = json!({ "properties": { "out": { "x-nebula-type": rule } }, "required": ["out"] });
    applied(&Type::from_schema(&output), &rules(&output), &given).member_type("out").to_string()
}

trait MemberType {
    fn member_type(&self, name: &str) -> Type;
}

impl MemberType for Type {
    fn member_type(&self, name: &str) -> Type {
        match self.member(name) {
            nebula_expression::ty::Lookup::Found { ty, .. } => ty,
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn every_form_says_what_it_is_documented_to_say() {
    let rows = json!({ "rows": [{ "a": 1, "b": "x" }], "by": "$item.a" });
    let text = Type::from_schema(&json!({ "type": "string" })).to_string();
    let number = Type::Number.to_string();
    let cases = [
        (json!({ "parameter": "/rows" }), Type::of_value(&rows["rows"]).widen().to_string()),
        (json!({ "parameter": "/rows/0/b" }), text.clone()),
        (json!({ "parameter": "/mode" }), text.clone()),
        (json!({ "parameter": "/nothing" }), Type::Null.to_string()),
        (json!({ "element": { "parameter": "/rows" } }), Type::of_value(&rows["rows"][0]).widen().to_string()),
        (json!({ "expression": "/by" }), number.clone()),
        (json!({ "list": { "expression": "/by" } }), Type::list(Type::Number).to_string()),
        (json!({ "nullable": { "expression": "/by" } }), Type::Number.nullable().to_string()),
        (json!({ "nullable": { "expression": "/by" }, "if_null": "/by" }), number.clone()),
        (json!({ "given": "/rows", "then": { "schema": { "type": "string" } }, "else": {} }), text.clone()),
        (json!({ "given": "/row", "then": {}, "else": { "schema": { "type": "string" } } }), text),
    ];
    for (rule, expected) in cases {
        let found = derived(&rule, &rows, |given| given.evaluate("/by".to_owned(), Type::Number));
        assert_eq!(found, expected, "{rule}");
    }
}

#[test]
fn members_are_derived_one_by_one() {
    let rule: Value = serde_json::from_str(AGGREGATED).unwrap();
    let value = json!({ "group_by": { "region": "$item.r" }, "values": { "n": { "count": true }, "most": { "max": "$item.x" } } });
    let found = derived(&rule, &value, |given| {
        given.evaluate("/group_by/region".to_owned(), Type::text());
        given.evaluate("/values/most/max".to_owned(), Type::Number);
    });
    let member = |name: &str, ty: Type| (SmolStr::new(name), Member::required(ty));
    let group = [member("n", Type::Integer), member("most", Type::Number), member("region", Type::text())]
        .into_iter()
        .collect();
    let groups = [member("groups", Type::list(Type::object(group, Rest::Closed)))].into_iter().collect();
    assert_eq!(found, Type::object(groups, Rest::Closed).to_string());
    let whole = [member("n", Type::Number.nullable())].into_iter().collect();
    let ungrouped = derived(&rule, &json!({ "values": { "n": { "count": true } } }), |_| {});
    assert_eq!(ungrouped, Type::object(whole, Rest::Closed).to_string());
}

#[test]
fn what_only_a_run_knows_and_what_is_no_rule_is_left_to_the_schema() {
    let any = Type::Any.to_string();
    let value = json!({ "values": null, "maybe": null });
    let rules = [
        json!({ "each": "/values", "of": { "schema": { "type": "string" } } }),
        json!({ "given": "/maybe", "then": { "schema": {} }, "else": { "schema": {} } }),
        json!({ "unknown": 1 }),
        json!(true),
    ];
    for rule in rules {
        let found = derived(&rule, &value, |given| {
            given.compute("/values".to_owned(), Type::any_object());
            given.compute("/maybe".to_owned(), Type::text().nullable());
        });
        assert_eq!(found, any, "{rule}");
    }
    let deep = (0..1_000).fold(json!({ "parameter": "/values" }), |rule, _| json!({ "list": rule }));
    let found = derived(&deep, &json!({ "values": 1 }), |_| {});
    assert!(found.len() < 2_000, "{found}");
}
