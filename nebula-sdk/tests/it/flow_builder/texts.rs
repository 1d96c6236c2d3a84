//! What operators and members are in the language.

use nebula_sdk::{
    expression::{Expression, Limits, Template},
    flow::Text,
    prelude::*,
};

use super::{City, FetchWeather, Post, Weather, accepted, connections};

/// Texts of expressions over the weather, in their one spelling.
fn texts(of: impl Fn(&Step<Weather>) -> Vec<String>) -> Vec<String> {
    let mut found = Vec::new();
    let _: Workflow<City, ()> = Workflow::new("texts", |f, city: Expr<City>| {
        let w = f.add("w", FetchWeather::call().name(&city.name));
        let parsed = of(&w).into_iter().map(|text| Expression::parse(&text).unwrap().to_canonical());
        found = parsed.map(|text| text.replace("$nodes.w.result", "w")).collect();
    });
    found
}

#[test]
fn operators_bind_as_they_are_nested() {
    let found = texts(|w| {
        vec![
            ((&w.temp + 1) * 2).to_string(),
            (&w.temp - &w.temp * 2.5).to_string(),
            (&w.wind.mean_speed / 2).to_string(),
            w.temp.ge(1).and(w.temp.le(2).or(w.city.lt("b"))).to_string(),
            w.temp.equals(1).not().to_string(),
            w.city.not_equals(&w.city).to_string(),
            w.station.is_some().to_string(),
            w.station.equals(None::<String>).to_string(),
        ]
    });
    assert_eq!(
        found,
        [
            "(w.temp + 1) * 2",
            "w.temp - w.temp * 2.5",
            r#"w.wind["mean-speed"] / 2"#,
            r#"w.temp >= 1 && (w.temp <= 2 || w.city < "b")"#,
            "!(w.temp == 1)",
            "w.city != w.city",
            "(w.station ?? null) != null",
            "(w.station ?? null) == null",
        ]
    );
}

#[test]
fn members_of_what_may_be_absent_are_optional_and_types_may_contain_themselves() {
    let found = texts(|w| {
        vec![
            w.wind.next.mean_speed.to_string(),
            w.wind.next.next.next.mean_speed.or_default(1).to_string(),
            w.result().wind.mean_speed.to_string(),
        ]
    });
    assert_eq!(
        found,
        [
            r#"w.wind.next?.["mean-speed"]"#,
            r#"w.wind.next?.next?.next?.["mean-speed"] ?? 1"#,
            r#"w.wind["mean-speed"]"#,
        ]
    );
}

#[test]
fn texts_are_quoted_whatever_is_in_them() {
    for text in ["", "\"", "\\", "a\"\\b", "\n\r\t\u{8}\u{c}\u{0}\u{7f}\u{9f}", "{{ $input }}", "é😀\u{2028}"] {
        let found = texts(|w| vec![w.city.equals(text).to_string()]);
        let back = Expression::parse(found[0].strip_prefix("w.city == ").unwrap()).unwrap();
        let value = back.evaluate(&Nothing, &Limits::default()).unwrap();
        assert_eq!(value.as_str(), Some(text));
    }
}

struct Nothing;

impl nebula_sdk::expression::Scope for Nothing {}

#[test]
fn a_text_with_values_is_a_template_that_connects_what_it_reads() {
    let workflow: Workflow<City, ()> = Workflow::new("text", |f, city: Expr<City>| {
        let fetch = f.add("fetch", FetchWeather::call().name(&city.name));
        let text = Text::new().value(&fetch.city).text(" is ").value(&(&fetch.temp + 1));
        f.add("post", Post::call().channel("#ops").text(text));
    });
    let definition = accepted(&workflow);
    assert_eq!(connections(&definition), ["fetch → post"]);
    let text = definition.nodes[1].parameters["text"].to_json();
    assert_eq!(text, json!({ "$template": "{{ $nodes.fetch.result.city }} is {{ $nodes.fetch.result.temp + 1 }}" }));
}

#[test]
fn braces_in_a_text_begin_no_expression_and_a_number_alone_becomes_a_text() {
    let one: Expr<u8> = expr_as("1");
    for words in ["{", "{{", "{{{", "a{{ 2 }}b", "{ {", "}}", "{{ \"x\" }}", ""] {
        for (text, wanted) in [
            (Text::new().text(words), words.to_owned()),
            (Text::new().text(words).value(&one), format!("{words}1")),
            (Text::new().value(&one).text(words), format!("1{words}")),
            (Text::new().text(words).text(words), format!("{words}{words}")),
        ] {
            let template = Template::parse(&text.template()).unwrap();
            assert_eq!(template.evaluate(&Nothing, &Limits::default()).unwrap(), wanted, "{}", text.template());
        }
    }
    let alone = Template::parse(&Text::new().value(&one).template()).unwrap();
    assert_eq!(alone.evaluate(&Nothing, &Limits::default()).unwrap(), "1");
}

#[test]
fn inside_of_an_expression_a_text_with_values_is_a_call() {
    let workflow: Workflow<City, bool> =
        Workflow::new("operand", |_, city: Expr<City>| city.name.equals(Text::new().text("no. ").value(&city.days)));
    let output = workflow.definition().unwrap().output.unwrap().to_json();
    assert_eq!(output, json!({ "$expr": "$input.name == concat(\"no. \", $input.days)" }));
}
