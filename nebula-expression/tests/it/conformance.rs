//! What each expression is worth: JSON, or the code of the error after a `!`.

mod names;
mod spans;
mod text;
mod times;
mod values;

use nebula_expression::{Expression, Limits, Scope};
use serde_json::Value;

use crate::scope::Sample;

const CASES: &[(&str, &str)] = &[
    // --- literals ---
    ("null", "null"),
    ("true", "true"),
    ("false", "false"),
    ("0", "0"),
    ("42", "42"),
    ("1.5", "1.5"),
    ("3.0", "3"),
    ("1e3", "1000"),
    ("1E3", "1000"),
    ("1.5e+2", "150"),
    ("25e-1", "2.5"),
    ("9223372036854775807", "9223372036854775807"),
    ("18446744073709551615", "18446744073709551615"),
    ("-9223372036854775808", "-9223372036854775808"),
    ("18446744073709551616", "!E0105"),
    ("1e999", "!E0105"),
    ("12abc", "!E0105"),
    ("\"text\"", "\"text\""),
    ("'text'", "\"text\""),
    ("'say \"hi\"'", r#""say \"hi\"""#),
    (r#""tab\tline\nquote\"back\\""#, r#""tab\tline\nquote\"back\\""#),
    (r"'it\'s'", "\"it's\""),
    (r#""\u00e9\u{1F600}""#, "\"é😀\""),
    (r#""\ud83d\ude00""#, "\"😀\""),
    (r#""\ud83d""#, "!E0104"),
    (r#""\u{110000}""#, "!E0104"),
    (r#""\x41""#, "!E0104"),
    ("'open", "!E0103"),
    ("[]", "[]"),
    ("[1, 'a', [true]]", "[1, \"a\", [true]]"),
    ("[1, 2,]", "[1, 2]"),
    ("[$input.a, 2]", "[1, 2]"),
    ("{}", "{}"),
    ("{a: 1, \"b c\": [2],}", r#"{"a": 1, "b c": [2]}"#),
    ("{a: $input.a, true: null}", r#"{"a": 1, "true": null}"#),
    ("{a: 1, a: 2}", "!E0110"),
    // --- roots ---
    ("$input.a", "1"),
    ("$trigger.kind", "\"webhook\""),
    ("$execution.id", "\"e1\""),
    ("$execution.started_at", "\"2026-01-02T03:04:05Z\""),
    ("$workflow.version", "3"),
    ("$workflow", r#"{"id": "w1", "version": 3}"#),
    ("$vars.region", "\"eu\""),
    ("$vars['limit']", "10"),
    ("$now", "\"2026-01-02T03:04:06Z\""),
    ("$item", "!E0302"),
    ("$index + 1", "!E0302"),
    ("$item ?? 'outside'", "\"outside\""),
    ("$item?.id", "null"),
    ("$imput", "!E0201"),
    ("$env.HOME", "!E0201"),
    ("$secrets.key", "!E0201"),
    ("$", "!E0201"),
    ("input.a", "!E0202"),
    ("foo", "!E0202"),
    ("$execution.started", "!E0208"),
    ("$workflow['name']", "!E0208"),
    ("$now.year", "!E0503"),
    // --- nodes ---
    ("$nodes.fetch.result.status", "200"),
    ("$nodes.fetch.status", "\"completed\""),
    ("$nodes.fetch.success", "true"),
    ("$nodes.fetch.skipped", "false"),
    ("$nodes.fetch.attempts", "1"),
    ("$nodes.fetch.attempts - 1", "0"),
    ("$nodes.fetch.error", "null"),
    ("$nodes.fetch.error == null", "true"),
    ("$nodes.review.port", "\"approved\""),
    ("$nodes.review.port == 'approved'", "true"),
    ("$nodes.fetch.port", "null"),
    ("$nodes.skipped.port == 'approved'", "false"),
    ("$nodes.review.port.name", "!E0503"),
    ("$nodes.my-node.result.ok", "true"),
    ("$nodes['my-node'].result.ok", "true"),
    ("$nodes.my-node['result'].ok", "true"),
    ("$nodes[\"two words\"].result.ok", "true"),
    ("$nodes.fetch.attempts-1", "0"),
    ("$nodes.fetch.result.body.items[0].id", "\"i1\""),
    ("$nodes.failed.error.code", "\"timeout\""),
    ("$nodes.failed.status == 'failed' && !$nodes.failed.success", "true"),
    ("$nodes.failed.result", "!E0303"),
    ("$nodes.skipped.skipped", "true"),
    ("$nodes.skipped.result", "!E0303"),
    ("$nodes.skipped.result.a.b", "!E0303"),
    ("$nodes.skipped.result?.a.b", "null"),
    ("$nodes.skipped?.result", "null"),
    ("$nodes.skipped?.result.a.b", "null"),
    ("$nodes.skipped.result.a ?? 5", "5"),
    ("$nodes.unknown.result ?? 'later'", "\"later\""),
    ("$nodes.unknown.status", "!E0303"),
    ("$nodes", "!E0206"),
    ("$nodes.fetch", "!E0206"),
    ("$nodes.fetch + 1", "!E0206"),
    ("$nodes?.fetch.result", "!E0206"),
    ("$nodes.fetch.output", "!E0207"),
    ("$nodes.fetch.body.items", "!E0207"),
    ("$nodes.fetch.status.code", "!E0503"),
    ("$nodes[$input.key].result", "!E0209"),
    // --- members ---
    ("$input.user.name", "\"Ada\""),
    ("$input['user']['name']", "\"Ada\""),
    ("$input.user[$input.key]", "\"Ada\""),
    ("$input['two words']", "7"),
    ("$input.in", "\"keyword\""),
    ("$input.list[0]", "1"),
    ("$input.list[1 + 1]", "3"),
    ("$input.list[$input.whole - 1]", "3"),
    ("$input.items[0].name", "\"one\""),
    ("($input.user).name", "\"Ada\""),
    ("[1, 2][1]", "2"),
    ("{a: {b: 5}}.a.b", "5"),
    ("[$input.user][0].name", "\"Ada\""),
    ("$input.emial", "!E0203"),
    ("$input.user.nick", "!E0203"),
    ("$input.items[1].name", "!E0203"),
    ("$input.list[3]", "!E0304"),
    ("$input.list[-1]", "!E0504"),
    ("$input.list[$input.a - 2]", "!E0504"),
    ("$input.list[0.5]", "!E0504"),
    ("$input.list['x']", "!E0503"),
    ("$input.list[$input.s]", "!E0504"),
    ("$input.user[$input.a]", "!E0504"),
    ("$input.user[0]", "!E0503"),
    ("$input.a.b", "!E0503"),
    ("$input.s[0]", "!E0503"),
    ("$input.list.length", "!E0503"),
    ("$input.list.0", "!E0102"),
    ("$input.nothing", "null"),
    ("$input.nothing.x", "!E0301"),
    ("$input.user.email.domain", "!E0301"),
    // --- null safety ---
    ("$input.nothing?.x", "null"),
    ("$input.nothing?.x.y.z", "null"),
    ("$input.missing?.x", "null"),
    ("$input?.missing", "null"),
    ("$input?.missing.deeper", "!E0301"),
    ("$input?.missing?.deeper", "null"),
    ("$input.list?.[9]", "null"),
    ("$input.missing?.[0]", "null"),
    ("$input.user?.name", "\"Ada\""),
    ("($input.missing?.x).y", "!E0301"),
    ("($input.missing?.x)?.y", "null"),
    ("$input.a?.b", "!E0503"),
    ("$input.missing ?? 1", "1"),
    ("$input.missing.deeper.still ?? 1", "1"),
    ("$input.nothing ?? 1", "1"),
    ("$input.nothing.x ?? 1", "1"),
    ("$input.a ?? 2", "1"),
    ("$input.no ?? true", "false"),
    ("$input.empty ?? 'x'", "\"\""),
    ("$input.missing ?? $input.nothing ?? 3", "3"),
    ("$input.missing ?? $input.also", "!E0203"),
    ("($input.missing ?? $input.also) ?? 4", "4"),
    ("($input.yes ? $input.missing : 1) ?? 2", "2"),
    ("$input.list[9] ?? 0", "0"),
    ("$input.items[$input.a].name ?? 'no name'", "\"no name\""),
    ("[$input.missing][0] ?? 1", "!E0203"),
    ("($input.missing + 1) ?? 1", "!E0203"),
    ("$input.a.b ?? 1", "!E0503"),
    ("null ?? null", "null"),
    ("$input.missing == null", "!E0203"),
    ("$input?.missing == null", "true"),
    ("$input.nothing == null", "true"),
    ("$input.nothing != null", "false"),
    ("$input.a != null", "true"),
    // --- arithmetic ---
    ("1 + 2 * 3", "7"),
    ("(1 + 2) * 3", "9"),
    ("10 - 2 - 3", "5"),
    ("10 - (2 - 3)", "11"),
    ("2 * 3 % 4", "2"),
    ("7 / 2", "3.5"),
    ("6 / 2", "3"),
    ("6 / 2 == 3", "true"),
    ("1 / 3 * 3", "1"),
    ("7 % 3", "1"),
    ("-7 % 3", "-1"),
    ("7.5 % 2", "1.5"),
    ("0.5 + 0.5", "1"),
    ("$input.b * 2", "5"),
    ("-$input.a", "-1"),
    ("--1", "1"),
    ("- -$input.a", "1"),
    ("-(1 + 2)", "-3"),
    ("$input.big + 0", "18446744073709551615"),
    ("$input.big + 1", "!E0601"),
    ("$input.big - 1", "18446744073709551614"),
    ("$input.min - 1", "!E0601"),
    ("-$input.big", "!E0601"),
    ("9223372036854775807 + 1", "9223372036854775808"),
    ("4611686018427387904 * 4", "!E0601"),
    ("$input.big * 1.0", "18446744073709551615"),
    ("$input.big * 1.5", "2.7670116110564327e19"),
    ("1 / 0", "!E0602"),
    ("1 % 0", "!E0602"),
    ("0.0 / 0", "!E0602"),
    ("1e308 * 10", "!E0603"),
    ("'a' + 'b' + 'c'", "\"abc\""),
    ("$input.s + '!'", "\"Grüße!\""),
    ("1 + 'a'", "!E0501"),
    ("'a' + 1", "!E0501"),
    ("'a' - 'b'", "!E0501"),
    ("[1] + [2]", "[1, 2]"),
    ("[1] + 2", "!E0501"),
    ("[] + null", "!E0301"),
    ("true + 1", "!E0501"),
    ("-'a'", "!E0501"),
    ("$input.nothing + 1", "!E0301"),
    ("1 * $input.nothing", "!E0301"),
    ("-$input.nothing", "!E0301"),
    // --- comparison ---
    ("1 < 2", "true"),
    ("2 <= 2", "true"),
    ("2 > 2", "false"),
    ("2 >= 3", "false"),
    ("1 == 1.0", "true"),
    ("$input.whole == 3", "true"),
    ("$input.big > $input.min", "true"),
    ("9007199254740993 > 9007199254740992.0", "true"),
    ("'a' < 'b'", "true"),
    ("'B' < 'a'", "true"),
    ("'a' == \"a\"", "true"),
    ("1 == '1'", "false"),
    ("1 != '1'", "true"),
    ("true == 1", "false"),
    ("null == false", "false"),
    ("$input.list == [1, 2, 3.0]", "true"),
    ("$input.list == [1, 2]", "false"),
    ("{a: 1, b: [2]} == {b: [2.0], a: 1}", "true"),
    ("{a: 1} == {a: 1, b: null}", "false"),
    ("$input.user.address == {city: 'Paris'}", "true"),
    ("1 < 'a'", "!E0501"),
    ("true < false", "!E0501"),
    ("[1] < [2]", "!E0501"),
    ("$input.nothing > 1", "!E0301"),
    ("1 < 2 < 3", "!E0108"),
    ("1 == 1 == true", "!E0108"),
    ("(1 == 1) == true", "true"),
    // --- in ---
    ("2 in $input.list", "true"),
    ("2.0 in $input.list", "true"),
    ("'2' in $input.list", "false"),
    ("[2] in $input.mixed", "true"),
    ("null in [null]", "true"),
    ("'name' in $input.user", "true"),
    ("'nick' in $input.user", "false"),
    ("'rüß' in $input.s", "true"),
    ("'' in ''", "true"),
    ("!('x' in $input.words)", "false"),
    ("1 in $input.s", "!E0501"),
    ("1 in $input.user", "!E0501"),
    ("1 in 2", "!E0501"),
    ("1 in $input.nothing", "!E0301"),
    // --- booleans and choice ---
    ("true && false", "false"),
    ("true || false", "true"),
    ("!true", "false"),
    ("!!$input.yes", "true"),
    ("true || false && false", "true"),
    ("(true || false) && false", "false"),
    ("false && $input.missing", "false"),
    ("true || $input.missing", "true"),
    ("true && $input.missing", "!E0203"),
    ("$input.a && true", "!E0502"),
    ("true && 1", "!E0502"),
    ("!$input.s", "!E0502"),
    ("!$input.nothing", "!E0301"),
    ("$input.yes ? 1 : 2", "1"),
    ("$input.no ? 1 : 2", "2"),
    ("$input.no ? 1 : $input.yes ? 2 : 3", "2"),
    ("$input.no ? 1 : ($input.no ? 2 : 3)", "3"),
    ("$input.yes ? $input.no ? 1 : 2 : 3", "2"),
    ("$input.yes ? 1 : $input.missing", "1"),
    ("1 ? 2 : 3", "!E0502"),
    ("$input.missing ?? false ? 1 : 2", "2"),
    ("$input.missing ?? 1 == 2", "false"),
    ("($input.missing ?? 1) == 1", "true"),
    // --- functions ---
    ("size($input.list)", "3"),
    ("$input.list.size()", "3"),
    ("size($input.s)", "5"),
    ("size({a: 1})", "1"),
    ("size(1)", "!E0506"),
    ("size($input.nothing)", "!E0301"),
    ("size($input.missing)", "!E0203"),
    ("size()", "!E0205"),
    ("size(1, 2)", "!E0205"),
    ("siz([])", "!E0204"),
    ("$input.list.sze()", "!E0204"),
    ("$input.list?.size()", "!E0113"),
    ("has($input.a)", "true"),
    ("has($input.missing)", "false"),
    ("has($input.missing.deeper)", "false"),
    ("has($input.nothing)", "false"),
    ("has($nodes.skipped.result)", "false"),
    ("isNull($input.nothing)", "true"),
    ("isNull($input.missing)", "true"),
    ("isNull($input.a)", "false"),
    ("string(1.5)", "\"1.5\""),
    ("string($input.whole)", "\"3\""),
    ("string(true)", "\"true\""),
    ("string('x')", "\"x\""),
    ("string([])", "!E0506"),
    ("number('12')", "12"),
    ("number(' -1.5e1 ')", "-15"),
    ("number(3)", "3"),
    ("number('')", "!E0507"),
    ("number('0x10')", "!E0507"),
    ("number('1.')", "!E0507"),
    ("number('99999999999999999999')", "!E0507"),
    ("number('inf')", "!E0507"),
    ("number(true)", "!E0506"),
    ("lower('AbC')", "\"abc\""),
    ("$input.s.upper()", "\"GRÜSSE\""),
    ("'  x '.trim().size()", "1"),
    ("contains('abc', 'bc')", "true"),
    ("'abc'.startsWith('ab')", "true"),
    ("'abc'.endsWith('ab')", "false"),
    ("lower(1)", "!E0506"),
    ("contains([1], 1)", "!E0506"),
    ("join($input.words, '-')", "\"x-y\""),
    ("$input.list.join()", "\"123\""),
    ("join($input.mixed, ',')", "!E0506"),
    ("first($input.list)", "1"),
    ("last($input.list)", "3"),
    ("first([])", "null"),
    ("first($input.none) ?? 0", "0"),
    ("first($input.items).name", "\"one\""),
    ("last($input.items).name ?? 'none'", "\"none\""),
    ("first($input.none)?.name", "null"),
    ("first($input.none).name", "!E0301"),
    ("first($input.s)", "!E0506"),
    ("last([$input.a, $input.b])", "2.5"),
    ("keys({b: 1, a: 2})", "[\"a\", \"b\"]"),
    ("values({b: 1, a: 2})", "[2, 1]"),
    ("keys($input.list)", "!E0506"),
    ("'name' in keys($input.user)", "true"),
];

#[test]
fn every_expression_is_worth_what_the_table_says() {
    let scope = Sample::new();
    let mut wrong = Vec::new();
    for (source, expected) in CASES {
        let found = outcome(source, &scope);
        let expected: String = match expected.strip_prefix('!') {
            Some(code) => format!("!{code}"),
            None => expected.parse::<Value>().expect("the table holds JSON").to_string(),
        };
        if found != expected {
            wrong.push(format!("{source}\n    expected {expected}\n    found    {found}"));
        }
    }
    assert!(CASES.len() >= 200, "the table has shrunk to {}", CASES.len());
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), CASES.len(), wrong.join("\n"));
}

#[test]
fn there_are_many_rows() {
    let here = [CASES, names::ROWS, text::ROWS, times::ROWS, values::ROWS];
    let here: usize = here.iter().map(|rows| rows.len()).sum();
    // The tables of the functions are written where they are used.
    let functions = [
        include_str!("functions_conversion.rs"),
        include_str!("functions_encoding.rs"),
        include_str!("functions_lists.rs"),
        include_str!("functions_objects.rs"),
        include_str!("functions_patterns.rs"),
        include_str!("functions_strings.rs"),
        include_str!("functions_time.rs"),
    ];
    let is_row = |line: &&str| line.trim_start().starts_with("(\"") && line.trim_end().ends_with("),");
    let functions: usize = functions.iter().map(|text| text.lines().filter(is_row).count()).sum();
    let all = here + functions + spans::ROWS.len();
    assert!(all >= 600, "the tables have shrunk to {all}: {here}, {functions} of functions");
}

#[test]
fn what_the_table_holds_is_the_same_in_its_canonical_spelling() {
    let scope = Sample::new();
    for (source, _) in CASES {
        let Ok(expr) = Expression::parse(source) else {
            continue;
        };
        let canonical = expr.to_canonical();
        let again = Expression::parse(&canonical).unwrap_or_else(|e| panic!("{source} -> {canonical}: {e:?}"));
        assert_eq!(again, expr, "{source} -> {canonical}");
        assert_eq!(again.to_canonical(), canonical, "{source}");
        assert_eq!(outcome(&canonical, &scope), outcome(source, &scope), "{source} -> {canonical}");
    }
}

#[test]
fn inside_a_loop_the_item_is_there() {
    let mut scope = Sample::new();
    scope.in_loop = true;
    assert_eq!(outcome("$item.id + $index", &scope), "11");
    assert_eq!(outcome("$item.tags[$index] ?? 'none'", &scope), "\"none\"");
    assert_eq!(outcome("$input.list[$index - 3]", &scope), "2");
}

#[test]
fn without_a_scope_only_constants_are_worth_something() {
    struct Nothing;
    impl Scope for Nothing {}
    for source in ["$input", "$trigger", "$execution.id", "$workflow", "$vars.x", "$now", "$item", "$index"] {
        assert_eq!(outcome(source, &Nothing), "!E0302", "{source}");
    }
    assert_eq!(outcome("$nodes.a.result", &Nothing), "!E0303");
    assert_eq!(outcome("1 + 1", &Nothing), "2");
}

#[test]
fn a_path_is_borrowed_from_the_scope() {
    let scope = Sample::new();
    let expr = Expression::parse("$input.missing ?? $input.user").unwrap();
    let value = expr.evaluate(&scope, &Limits::default()).unwrap();
    let original = scope.input().unwrap().get("user").unwrap();
    assert!(matches!(value, std::borrow::Cow::Borrowed(found) if std::ptr::eq(found, original)));
}

#[test]
fn a_condition_must_be_true_or_false() {
    let scope = Sample::new();
    let ask = |source: &str| {
        Expression::parse(source)
            .unwrap()
            .evaluate_bool(&scope, &Limits::default())
            .map_err(|e| (e.code, e.help.unwrap_or_default()))
    };
    assert_eq!(ask("$input.a > 0"), Ok(true));
    assert_eq!(ask("$input.no"), Ok(false));
    assert_eq!(ask("$input.missing ?? $input.yes"), Ok(true));
    assert_eq!(ask("$input.list"), Err(("E0502", "compare its size: `size($input.list) > 0`".into())));
    assert_eq!(ask("$input.nothing"), Err(("E0301", "give a default: `($input.nothing ?? false)`".into())));
}

/// The value as JSON text, or `!` and the code of the first error.
fn outcome(source: &str, scope: &dyn Scope) -> String {
    let expr = match Expression::parse(source) {
        Ok(expr) => expr,
        Err(errors) => return format!("!{}", errors[0].code),
    };
    match expr.evaluate(scope, &Limits::default()) {
        Ok(value) => value.to_string(),
        Err(error) => format!("!{}", error.code),
    }
}
