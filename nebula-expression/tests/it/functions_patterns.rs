//! What the functions for patterns are worth, and what they refuse.

use nebula_expression::{Expression, Limits};

use crate::functions::{checked, expect, type_of};
use crate::scope::Sample;

#[test]
fn matching() {
    expect(&[
        ("matches('order-42', r'\\d+')", "true"),
        ("matches('order-42', r'^\\d+$')", "false"),
        ("matches('', '')", "true"),
        ("matches('', 'a')", "false"),
        ("matches('Grüße', 'ü.e')", "true"),
        ("matches('GRÜSSE', '(?i)grüsse')", "true"),
        ("$input.email.matches(r'^[^@\\s]+@[^@\\s]+$')", "true"),
        ("$input.words.filter(w => w.matches('x'))", "[\"x\"]"),
        ("matches('ada', $input.name.lower())", "true"),
        ("matches('a', '(')", "!E0511"),
        ("matches('a', '(' + '')", "!E0511"),
        ("matches('a', r'(?=a)')", "!E0511"),
        ("matches('a', r'(a)\\1')", "!E0511"),
        ("matches('a', repeat('a', 1001))", "!E0511"),
        ("matches('a', r'(\\w{50}){50}')", "!E0511"),
        ("matches(1, 'a')", "!E0506"),
        ("matches('a', 1)", "!E0506"),
        ("matches(null, 'a')", "!E0301"),
        ("matches('a', null)", "!E0301"),
        ("matches('a')", "!E0205"),
    ]);
}

#[test]
fn extracting() {
    expect(&[
        ("extract('a1b22', r'\\d+')", "\"1\""),
        ("extract('key=value', r'(\\w+)=(\\w+)')", "\"key\""),
        ("extract('ab', 'x')", "null"),
        ("extract('ab', '(x)?b')", "null"),
        ("extract('', '^$')", "\"\""),
        ("extract('Grüße' + '!', '[üß]+')", "\"üß\""),
        ("extract('v' + '1.2', r'v(\\d)')", "\"1\""),
        ("extract('ab', '[') ?? 'none'", "!E0511"),
        ("extract([], 'a')", "!E0506"),
        ("extractAll('a1b22', r'\\d+')", r#"["1", "22"]"#),
        ("extractAll('a=1;b=2', r'(\\w)=\\d')", r#"["a", "b"]"#),
        ("extractAll('axbb', '(x)|b')", "[\"x\"]"),
        ("extractAll('none', r'\\d')", "[]"),
        ("extractAll('', 'a*')", "[\"\"]"),
        ("extractAll(repeat('a', 150000), 'a')", "!E0705"),
        ("extractAll(repeat('ab', 75000), '(a|b)')", "!E0705"),
        ("captures('2026-03', r'(?<year>\\d+)-(?<month>\\d+)')?.month", "\"03\""),
        ("captures('2026-03', r'(\\d+)-(\\d+)')", r#"{"0": "2026-03", "1": "2026", "2": "03"}"#),
        ("captures('b', '(?<a>a)?b')", r#"{"0": "b", "1": null, "a": null}"#),
        ("captures('x', 'y')", "null"),
        ("captures('x', 'y')?.a", "null"),
        ("captures('x' + 'y', 'y')", r#"{"0": "y"}"#),
        ("captures('x', $input.nothing)", "!E0301"),
    ]);
}

#[test]
fn replacing_and_splitting() {
    expect(&[
        ("replacePattern('a1b22', r'\\d+', '#')", "\"a#b#\""),
        ("replacePattern('Ada Lovelace', r'(\\w+) (\\w+)', '$2, $1')", "\"Lovelace, Ada\""),
        ("replacePattern('a', '(?<x>a)', '${x}${x}')", "\"aa\""),
        ("replacePattern('5', '5', '$$')", "\"$\""),
        ("replacePattern('abc', '', '-')", "\"-a-b-c-\""),
        ("replacePattern('', 'a', 'b')", "\"\""),
        ("replacePattern('a', 'a', '$1')", "!E0511"),
        ("replacePattern('a', 'a', '${')", "!E0511"),
        ("replacePattern('a', '(?<name>a)', '${nam}')", "!E0511"),
        ("replacePattern('a', 'a', 1)", "!E0506"),
        ("replacePattern('a', 'a')", "!E0205"),
        ("replacePattern(repeat('a', 5000), 'a', repeat('b', 1000))", "!E0704"),
        ("splitPattern('a1b22c', r'\\d+')", r#"["a", "b", "c"]"#),
        ("splitPattern('abc', '')", r#"["a", "b", "c"]"#),
        ("splitPattern('', ',')", "[\"\"]"),
        ("splitPattern(' a  b ', r'\\s+')", r#"["", "a", "b", ""]"#),
        ("splitPattern(repeat(',', 150000), ',')", "!E0705"),
        ("splitPattern('a', '*')", "!E0511"),
        ("splitPattern({}, ',')", "!E0506"),
    ]);
}

#[test]
fn a_mistake_in_a_pattern_is_shown_before_the_run_and_at_its_place() {
    for source in ["$input.s.matches(r'a(b')", "$input.s.matches('a(b')"] {
        assert_eq!(checked(source), ["E0511"], "{source}");
        let expr = Expression::parse(source).unwrap();
        let error = expr.evaluate(&Sample::new(), &Limits::default()).unwrap_err();
        assert_eq!(error.span, expr.check(&crate::scope::SampleTypes).errors[0].span);
        assert_eq!(&source[error.span.start as usize..error.span.end as usize], "(", "{source}");
    }
    // Of a pattern in the data the place is the expression that reads it.
    let source = "'a'.matches($input.s + '(')";
    let error = Expression::parse(source).unwrap().evaluate(&Sample::new(), &Limits::default()).unwrap_err();
    assert_eq!(&source[error.span.start as usize..error.span.end as usize], "$input.s + '('");
}

#[test]
fn the_groups_of_a_constant_pattern_are_known() {
    assert_eq!(type_of("$input.s.captures(r'(?<year>a)')"), r#"{"0": string, "1": string?, year: string?}?"#);
    assert_eq!(type_of("$input.s.captures($input.name)"), "{[name]: string?}?");
    assert_eq!(type_of("$input.s.captures(r'(?<year>a)')?.year"), "string?");
    assert_eq!(checked("$input.s.captures(r'(?<year>\\d+)')?.year ?? ''"), Vec::<&str>::new());
    assert_eq!(checked("$input.s.captures(r'(?<year>\\d+)').year"), ["E0301"]);
    assert_eq!(type_of("extract('a', 'a')"), "string?");
    assert_eq!(type_of("extractAll('a', 'a')"), "list<string>");
}

#[test]
fn patterns_are_paid_for() {
    let limits = Limits { cost: 20_000, ..Limits::default() };
    for source in [
        // Building one again for every element.
        "range(150).map(n => 'a'.matches('b' + string(n)))",
        "repeat('a', 200000).matches('b')",
        "repeat('a', 10000).extractAll('a.*b|a')",
        "repeat('a', 10000).replacePattern('a.*b|a', 'c')",
        "repeat('a', 10000).splitPattern('a.*b|a')",
        "repeat('a', 10000).extractAll('(a)')",
    ] {
        let error = Expression::parse(source).unwrap().evaluate(&Sample::new(), &limits).unwrap_err();
        assert_eq!(error.code, "E0703", "{source}");
    }
}
