//! Texts of the expression language that are checked while compiling.

use nebula_sdk::{
    expression::{Limits, Scope},
    prelude::*,
};

struct Input(Value);

impl Scope for Input {
    fn input(&self) -> Option<&Value> {
        Some(&self.0)
    }
}

/// What to keep.
#[derive(Parameters)]
struct Keep {
    /// The list.
    rows: Vec<Value>,
    /// The condition.
    #[param(item_of = "rows", gives = "boolean", default = ItemExpr::from(expr!("$item.total > 0" => bool)))]
    when: ItemExpr,
    /// What to say of one.
    #[param(item_of = "rows", default = ItemTemplate::from(template!("no. {{ $index }}")))]
    line: ItemTemplate,
}

#[test]
fn a_place_in_the_program_has_one_expression() {
    let one = || expr!("$input.total * 2" => number);
    assert!(std::ptr::eq(one(), one()));
    assert_eq!(*one().evaluate(&Input(json!({ "total": 21 })), &Limits::default()).unwrap(), 42);
    let error = one().evaluate(&Input(json!({ "total": "21" })), &Limits::default()).unwrap_err();
    assert_eq!(error.code, "E0501");
}

#[test]
fn templates_are_texts_or_what_their_only_expression_is() {
    let input = Input(json!({ "name": "Ada", "age": 36 }));
    let value = |template: &nebula_sdk::expression::Template| template.evaluate(&input, &Limits::default()).unwrap();
    assert_eq!(value(template!("Dear {{ $input.name }}," => string)), "Dear Ada,");
    assert_eq!(value(template!("{{ $input.age + 1 }}" => number)), 37);
    assert_eq!(value(template!("{{ \"{{\" }}\u{e9}")), "{{é");
}

#[test]
fn defaults_of_parameters_are_checked_texts() {
    let schema = serde_json::to_value(schemars::schema_for!(Keep)).unwrap();
    assert_eq!(schema["properties"]["when"]["default"], "$item.total > 0");
    assert_eq!(schema["properties"]["line"]["default"], "no. {{ $index }}");
    let keep: Keep = serde_json::from_value(json!({ "rows": [{ "total": 0 }, { "total": 1 }] })).unwrap();
    let kept: Vec<bool> = keep.rows.iter().map(|row| keep.when.eval_bool(row, 0).unwrap()).collect();
    assert_eq!(kept, [false, true]);
    assert_eq!(keep.line.render(&keep.rows[0], 7).unwrap(), "no. 7");
}
