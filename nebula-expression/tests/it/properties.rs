//! What holds for any text: no panic, bounded answers, and a canonical spelling that means the same.

use nebula_expression::{Expression, Limits, Template};
use proptest::prelude::*;

use crate::scope::Sample;

/// Pieces of the language, to be put together at random.
fn soup() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "$input",
        "$nodes.",
        "$nodes.fetch.result",
        "$vars",
        "$now",
        "$item",
        "$index",
        ".a",
        ".user",
        "?.",
        "?.name",
        "[0]",
        "[",
        "]",
        "(",
        ")",
        "{",
        "}",
        "{{",
        "}}",
        ",",
        ":",
        "?",
        "??",
        "&&",
        "||",
        "==",
        "!=",
        "<",
        ">=",
        "in",
        "+",
        "-",
        "*",
        "/",
        "%",
        "!",
        "=",
        "1",
        "2.5",
        "1e3",
        "18446744073709551615",
        "'x'",
        "\"y\\n\"",
        "'",
        "\\",
        "true",
        "null",
        "size",
        "size(",
        ".join(",
        "has(",
        "and",
        "not",
        "é",
        "\u{1F600}",
        "#",
        " ",
        "\n",
        "a:",
        "foo",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.join(" ").replace("  ", ""))
}

/// Well-formed expressions of bounded depth.
fn well_formed() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        any::<i64>().prop_map(|n| n.to_string()),
        any::<u64>().prop_map(|n| n.to_string()),
        any::<f64>().prop_filter("finite", |f| f.is_finite()).prop_map(|f| serde_json::to_string(&f).unwrap()),
        any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
        prop::sample::select(vec![
            "$input",
            "$input.a",
            "$input.user?.name",
            "$input['two words']",
            "$input.list[1]",
            "$input.list?.[7]",
            "$nodes.fetch.result.body.items[0].id",
            "$nodes.skipped?.result.x",
            "$nodes['a b'].status",
            "$vars.region",
            "$now",
            "$index",
            "$input.missing.deep",
        ])
        .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(4, 40, 4, |inner| {
        let op = prop::sample::select(vec![
            "+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "in", "&&", "||", "??",
        ]);
        let chain = prop::sample::select(vec!["+", "-", "*", "/", "%", "&&", "||", "??"]);
        let call = prop::sample::select(vec![
            "has", "isNull", "string", "number", "lower", "size", "first", "last", "keys", "values", "trim",
        ]);
        prop_oneof![
            (inner.clone(), op, inner.clone()).prop_map(|(a, op, b)| format!("({a}) {op} ({b})")),
            (inner.clone(), chain, inner.clone()).prop_map(|(a, op, b)| format!("(({a}) {op} {b})")),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("({a} ? {b} : {c})")),
            inner.clone().prop_map(|a| format!("!({a})")),
            inner.clone().prop_map(|a| format!("-({a})")),
            (call.clone(), inner.clone()).prop_map(|(f, a)| format!("{f}({a})")),
            (call, inner.clone()).prop_map(|(f, a)| format!("({a}).{f}()")),
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(", "))),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{{a: {a}, \"b c\": {b}}}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("[{a}][0][({b}) ?? 0]")),
            inner.clone().prop_map(|a| format!("([{a}][0])?.name")),
            inner.prop_map(|a| format!("([{a}][0]).name?.x")),
        ]
    })
}

fn check(source: &str) {
    let limits = Limits { cost: 10_000, ..Limits::default() };
    let scope = Sample::new();
    match Expression::parse(source) {
        Err(errors) => {
            assert!(!errors.is_empty());
            for error in errors {
                let (start, end) = (error.span.start as usize, error.span.end as usize);
                assert!(start <= end && source.get(start..end).is_some(), "{source}: {error:?}");
                assert!(error.render(source).contains(error.code));
            }
        }
        Ok(expr) => {
            let canonical = expr.to_canonical();
            let again =
                Expression::parse(&canonical).unwrap_or_else(|errors| panic!("{source} -> {canonical}: {errors:?}"));
            assert_eq!(again, expr, "{source} -> {canonical}");
            assert_eq!(again.to_canonical(), canonical);
            let (a, b) = (expr.evaluate(&scope, &limits), again.evaluate(&scope, &limits));
            match (a, b) {
                (Ok(a), Ok(b)) => assert_eq!(a, b, "{source}"),
                (Err(a), Err(b)) => {
                    assert_eq!(a.code, b.code, "{source}");
                    assert!(a.render(source).contains(a.code));
                }
                (a, b) => panic!("{source} -> {canonical}: {a:?} {b:?}"),
            }
            let _ = expr.evaluate_bool(&scope, &limits);
            assert!(expr.trace(&scope, &limits).len() <= expr.paths().len());
        }
    }
    if let Ok(template) = Template::parse(source) {
        let _ = template.evaluate(&scope, &limits);
    }
    if let Ok(template) = Template::parse(&format!("a{{{{ {source} }}}}b{{{{{source}}}}}")) {
        let _ = template.evaluate(&scope, &limits);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_answered(source in any::<String>()) {
        check(&source);
    }

    #[test]
    fn any_soup_of_pieces_is_answered(source in soup()) {
        check(&source);
    }

    #[test]
    fn a_well_formed_text_parses_and_prints_and_means_the_same(source in well_formed()) {
        prop_assert!(Expression::parse(&source).is_ok(), "{source}: {:?}", Expression::parse(&source));
        check(&source);
    }
}
