//! What an expression says about itself: its paths, whether null is handled, its values.

use nebula_expression::{Expression, Limits, NodeField, Root, Segment, Template};
use serde_json::json;

use crate::scope::Sample;

fn paths(source: &str) -> Vec<String> {
    let expr = Expression::parse(source).unwrap();
    expr.paths()
        .iter()
        .map(|path| match path.guarded_from {
            Some(from) => format!("{path} guarded {from}"),
            None => path.to_string(),
        })
        .collect()
}

#[test]
fn every_path_is_listed_in_order_with_its_guards() {
    for (source, expected) in [
        ("1 + 2", vec![]),
        ("$input.a + $input.b", vec!["$input.a", "$input.b"]),
        ("$input.a ?? $input.b", vec!["$input.a guarded 0", "$input.b"]),
        ("($input.a ?? $input.b) ?? 1", vec!["$input.a guarded 0", "$input.b guarded 0"]),
        ("$input.a?.b.c", vec!["$input.a.b.c guarded 1"]),
        ("$input.a.b?.c", vec!["$input.a.b.c guarded 2"]),
        ("$nodes.x.result?.a", vec!["$nodes.x.result.a guarded 0"]),
        ("$nodes.x?.result.a", vec!["$nodes.x.result.a guarded 0"]),
        ("$nodes['a b'].result", vec!["$nodes[\"a b\"].result"]),
        ("$nodes.my-node.status", vec!["$nodes.my-node.status"]),
        ("$input.xs[$index].name", vec!["$input.xs[*].name", "$index"]),
        ("$input.xs[2]['b c']", vec!["$input.xs[2][\"b c\"]"]),
        ("has($input.a) ? $input.a : 1", vec!["$input.a guarded 0", "$input.a"]),
        ("($input.c ? $input.a : 1) ?? 2", vec!["$input.c", "$input.a guarded 0"]),
        ("($input.a + 1) ?? 2", vec!["$input.a"]),
        ("size($input.a ?? [])", vec!["$input.a guarded 0"]),
        ("{a: $vars.x, b: [$now]}", vec!["$vars.x", "$now"]),
        ("first($input.a).b", vec!["$input.a"]),
        ("!$input.a || -$input.b in $input.c", vec!["$input.a", "$input.b", "$input.c"]),
    ] {
        assert_eq!(paths(source), expected, "{source}");
    }
}

#[test]
fn a_bare_path_is_known_as_one() {
    let expr = Expression::parse(" ($nodes.fetch.result.items[0]) ").unwrap();
    let path = expr.as_path().unwrap();
    assert_eq!((path.root, path.node.as_deref()), (Root::Nodes, Some("fetch")));
    assert_eq!(path.node_field, Some(NodeField::Result));
    assert_eq!(path.segments, [Segment::Field("items".into()), Segment::Index(0)]);
    assert!(!path.guarded);
    assert!(Expression::parse("$input.a + 1").unwrap().as_path().is_none());
    assert!(Expression::parse("$input.a ?? 1").unwrap().as_path().is_none());
}

#[test]
fn spans_are_those_of_the_source() {
    let source = "1 + $input.größe + $vars['x']";
    let expr = Expression::parse(source).unwrap();
    let texts: Vec<&str> = expr.paths().iter().map(|path| path.span.slice(source)).collect();
    assert_eq!(texts, ["$input.größe", "$vars['x']"]);

    let source = "Ü {{ $input.a }} and {{ $vars.x }}";
    let template = Template::parse(source).unwrap();
    let texts: Vec<&str> = template.paths().iter().map(|path| path.span.slice(source)).collect();
    assert_eq!(texts, ["$input.a", "$vars.x"]);
}

#[test]
fn a_trace_shows_what_a_condition_saw() {
    let expr = Expression::parse(
        "$input.a > 30 && $input.user.name == 'x' && $input.a < $input.missing && $input.list[$input.a] == 1",
    )
    .unwrap();
    let trace = expr.trace(&Sample::new(), &Limits::default());
    let expected = [
        ("$input.a", json!(1)),
        ("$input.user.name", json!("Ada")),
        ("$input.missing", json!(null)),
        ("$input.list[$input.a]", json!(2)),
    ];
    assert_eq!(trace, expected.map(|(path, value)| (path.to_owned(), value)));
}

#[test]
fn a_trace_stays_small() {
    use nebula_expression::Scope;
    use serde_json::Value;

    struct Large(Value);
    impl Scope for Large {
        fn input(&self) -> Option<&Value> {
            Some(&self.0)
        }
    }
    let list: Vec<u32> = (0..10_000).collect();
    let scope = Large(json!({"list": list, "text": "é".repeat(5_000)}));
    let trace =
        Expression::parse("$input.list == $input.text || $input == 1").unwrap().trace(&scope, &Limits::default());
    assert_eq!(trace[0].1, json!("(a list of 10000 elements)"));
    assert!(trace[1].1.as_str().is_some_and(|text| text.len() < 1_000));
    assert_eq!(trace[2].1, json!("(an object with 2 members)"));
}

#[test]
fn spelling_does_not_matter_for_equality() {
    let parse = |source: &str| Expression::parse(source).unwrap();
    assert_eq!(parse("$input.a+1"), parse("( $input['a'] ) + 1.0"));
    assert_eq!(parse("(1 - 2) - $input.x"), parse("1 - 2 - $input.x"));
    assert_ne!(parse("1 - (2 - $input.x)"), parse("1 - 2 - $input.x"));
    assert_ne!(parse("$input?.a.b"), parse("($input?.a).b"));
    assert_eq!(parse("$input['a b'] == \"x\"").to_canonical(), "$input[\"a b\"] == \"x\"");
    assert_eq!(parse("((a ? b : c))".replace(['a', 'b', 'c'], "$now").as_str()).to_canonical(), "$now ? $now : $now");
}

#[test]
fn a_clone_shares_and_debug_shows_the_source() {
    let expr = Expression::parse("$input.a").unwrap();
    assert_eq!(expr.clone().source().as_ptr(), expr.source().as_ptr());
    assert_eq!(format!("{expr:?}"), "Expression(\"$input.a\")");
    assert_eq!(expr.to_string(), "$input.a");
}

#[test]
fn backslashes_stay_single_in_the_canonical_spelling() {
    for (source, canonical) in [
        (r#"matches("a", "\\d+")"#, r#"matches("a", r"\d+")"#),
        (r#"r'say "\d"'"#, r#"r'say "\d"'"#),
        (r#""it's \"\\\"""#, r#""it's \"\\\"""#),
        (r#""a\\\n""#, r#""a\\\n""#),
    ] {
        let parsed = Expression::parse(source).unwrap();
        assert_eq!(parsed.to_canonical(), canonical);
        assert_eq!(Expression::parse(canonical).unwrap(), parsed, "{source}");
    }
}

#[test]
fn numbers_are_read_as_they_were_written() {
    let scope = Sample::new();
    let limits = Limits::default();
    for number in ["1000000000000000.5", "0.1", "5e-324", "1.7976931348623157e308"] {
        let expr = Expression::parse(&format!("parseJson('{number}')")).unwrap();
        let value = expr.evaluate(&scope, &limits).unwrap();
        assert_eq!(value.as_f64(), number.parse().ok(), "{number}");
    }
}
