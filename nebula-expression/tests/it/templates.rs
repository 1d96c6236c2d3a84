//! Text with expressions in it.

use nebula_expression::{Limits, Template};
use serde_json::{Value, json};

use crate::scope::Sample;

fn value(source: &str) -> Result<Value, &'static str> {
    let template = Template::parse(source).map_err(|errors| errors[0].code)?;
    template.evaluate(&Sample::new(), &Limits::default()).map_err(|error| error.code)
}

#[test]
fn a_template_is_worth_what_the_table_says() {
    for (source, expected) in [
        ("", Ok(json!(""))),
        ("plain }} text { here", Ok(json!("plain }} text { here"))),
        ("Hello {{ $input.user.name }}!", Ok(json!("Hello Ada!"))),
        ("{{$input.a}}{{$input.b}}", Ok(json!("12.5"))),
        ("{{ $input.whole }}px", Ok(json!("3px"))),
        ("{{ $input.yes }} or {{ $input.no }}", Ok(json!("true or false"))),
        // One expression and nothing else keeps its type.
        ("{{ $input.a }}", Ok(json!(1))),
        ("{{ $input.list }}", Ok(json!([1, 2, 3]))),
        ("{{ $input.nothing }}", Ok(json!(null))),
        ("{{ {a: {b: $input.a}} }}", Ok(json!({"a": {"b": 1}}))),
        ("{{ {a: {b: $input.a}}}}", Ok(json!({"a": {"b": 1}}))),
        (" {{ $input.a }}", Ok(json!(" 1"))),
        ("{{ $input.a }} ", Ok(json!("1 "))),
        // Braces and quotes inside strings belong to the strings.
        ("{{ '}}' + \"{{\" }}", Ok(json!("}}{{"))),
        ("a {{ \"{{\" }} b", Ok(json!("a {{ b"))),
        ("ü{{ $input.s }}ü", Ok(json!("üGrüßeü"))),
        ("x {{ $input.nothing }}", Err("E0505")),
        ("x {{ $input.list }}", Err("E0505")),
        ("x {{ $input.user }}", Err("E0505")),
        ("x {{ $input.missing }}", Err("E0203")),
        ("x {{ $input.missing ?? 'y' }}", Ok(json!("x y"))),
        ("x {{ }}", Err("E0109")),
        ("{{}}", Err("E0109")),
        ("x {{ $input.a", Err("E0111")),
        ("x {{", Err("E0109")),
        ("x {{ 1 + }} y", Err("E0102")),
        ("x {{ (1 }} y", Err("E0102")),
        ("x {{ 1 2 }} y", Err("E0102")),
        ("x {{ 'a }} y", Err("E0103")),
    ] {
        assert_eq!(value(source), expected, "{source}");
    }
}

#[test]
fn all_mistakes_are_reported_with_places_in_the_whole_text() {
    let source = "Hi {{ $imput.a }} and {{ $input.b + }} and {{ siz(1) }}";
    let errors = Template::parse(source).unwrap_err();
    let found: Vec<(&str, &str)> = errors.iter().map(|e| (e.code, e.span.slice(source))).collect();
    assert_eq!(found, [("E0201", "$imput"), ("E0102", "}"), ("E0204", "siz")]);
}

#[test]
fn the_kinds_of_template_are_known() {
    let parse = |source: &str| Template::parse(source).unwrap();
    assert!(parse("text").is_constant());
    assert!(!parse("text").is_whole());
    assert!(parse("{{ 1 }}").is_whole());
    assert!(!parse("a{{ 1 }}").is_whole());
}

#[test]
fn refusals_say_what_to_do() {
    let refused = |source: &str| {
        let error = Template::parse(source).unwrap().evaluate(&Sample::new(), &Limits::default()).unwrap_err();
        error.help.unwrap()
    };
    assert_eq!(refused("x{{ $input.nothing }}"), "give a default: `{{ $input.nothing ?? \"\" }}`");
    assert!(refused("x{{ $input.list }}").starts_with("write `{{ $input.list.join(\", \") }}`"));
    assert!(refused("x{{ $input.user }}").starts_with("name the member to print"));
}

#[test]
fn long_results_are_refused() {
    let limits = Limits { string_bytes: 10, ..Limits::default() };
    let template = Template::parse("12345{{ $input.s }}67890").unwrap();
    assert_eq!(template.evaluate(&Sample::new(), &limits).unwrap_err().code, "E0704");
    assert_eq!(Template::parse(&"x".repeat(70_000)).unwrap_err()[0].code, "E0701");
    let long = format!("{{{{ '{}' }}}}", "x".repeat(17_000));
    assert_eq!(Template::parse(&long).unwrap_err()[0].code, "E0701");
}
