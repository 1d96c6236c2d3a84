//! What the functions from one type to another, and those about null, are worth and refuse.

use nebula_expression::{Expression, Limits};

use crate::functions::{checked, expect, type_of};
use crate::scope::Sample;

#[test]
fn numbers_and_truth() {
    expect(&[
        ("int(2.9)", "2"),
        ("int(-2.9)", "-2"),
        ("int(7)", "7"),
        ("int('42')", "42"),
        ("int(' -42 ')", "-42"),
        ("int('1e3')", "1000"),
        ("int('2.0')", "2"),
        ("int('2.5')", "!E0507"),
        ("int('')", "!E0507"),
        ("int('x')", "!E0507"),
        ("int(1e30)", "!E0601"),
        ("int(-1e30)", "!E0601"),
        ("int(9.3e18)", "9300000000000000000"),
        ("int(18446744073709551615)", "18446744073709551615"),
        ("int(18446744073709551615.0)", "!E0601"),
        ("int(-9223372036854775808.0)", "-9223372036854775808"),
        ("int(true)", "!E0506"),
        ("int(null)", "!E0301"),
        ("number('1.5')", "1.5"),
        ("number('٣')", "!E0507"),
        ("bool('true')", "true"),
        ("bool('false')", "false"),
        ("bool(true)", "true"),
        ("bool($input.no)", "false"),
        ("bool('True')", "!E0507"),
        ("bool('')", "!E0507"),
        ("bool(1)", "!E0506"),
        ("bool(null)", "!E0301"),
        ("string(now())", "\"2026-01-02T03:04:06Z\""),
        ("string(duration('2h'))", "\"PT2H\""),
        ("string(toBytes('a'))", "!E0506"),
    ]);
}

#[test]
fn json() {
    expect(&[
        ("json(null)", "\"null\""),
        ("json('a\"\\n😀')", r#""\"a\\\"\\n😀\"""#),
        ("json([1.0, 2.5, true])", "\"[1,2.5,true]\""),
        ("json({})", "\"{}\""),
        ("json({b: {d: 1, c: []}, a: null})", r#""{\"a\":null,\"b\":{\"c\":[],\"d\":1}}""#),
        ("json($input.user.address)", r#""{\"city\":\"Paris\"}""#),
        ("json(now())", r#""\"2026-01-02T03:04:06Z\"""#),
        ("json([duration('1h'), toBytes('a')])", r#""[\"PT1H\",\"YQ==\"]""#),
        ("json(18446744073709551615)", "\"18446744073709551615\""),
        ("json(1e300)", "\"1e+300\""),
        ("json()", "!E0205"),
        ("jsonPretty([])", "\"[]\""),
        ("jsonPretty({a: {}})", r#""{\n  \"a\": {}\n}""#),
        ("jsonPretty([[1]])", r#""[\n  [\n    1\n  ]\n]""#),
        ("jsonPretty('a')", r#""\"a\"""#),
        ("json(repeat('\"', 600000))", "!E0704"),
        ("parseJson('null')", "null"),
        ("parseJson(' [1, -2, 3.5, 1e2] ')", "[1, -2, 3.5, 100.0]"),
        ("parseJson('{\"a\": {\"b\": \"ü\"}}').a.b", "\"ü\""),
        ("parseJson('{\"a\": 1, \"a\": 2}')", r#"{"a": 2}"#),
        ("parseJson('18446744073709551615')", "18446744073709551615"),
        ("parseJson('\"\\\\ud83d\\\\ude00\"')", "\"😀\""),
        ("parseJson('')", "!E0507"),
        ("parseJson('{')", "!E0507"),
        ("parseJson('1 2')", "!E0507"),
        ("parseJson('[1,]')", "!E0507"),
        ("parseJson('NaN')", "!E0507"),
        ("parseJson('1e999')", "!E0507"),
        ("parseJson(\"{'a': 1}\")", "!E0507"),
        ("parseJson(repeat('[', 100000))", "!E0507"),
        ("parseJson(repeat('[', 100) + repeat(']', 100)).size()", "1"),
        ("parseJson('[' + repeat('1,', 150000) + '1]')", "!E0705"),
        ("parseJson('[' + repeat('{\"a\":[]},', 90000) + '1]').size()", "90001"),
        ("parseJson(1)", "!E0506"),
        ("parseJson(null)", "!E0301"),
        ("parseJson(json($input.user)) == $input.user", "true"),
        ("parseJson(jsonPretty($input.items)) == $input.items", "true"),
        ("toBytes('')", "\"\""),
        ("toBytes('ü')", "\"w7w=\""),
        ("toBytes(1)", "!E0506"),
        ("fromBytes(toBytes('ü'))", "\"ü\""),
        ("fromBytes('ü')", "!E0506"),
        ("fromBytes(hexDecode('ff'))", "!E0510"),
    ]);
}

#[test]
fn presence() {
    expect(&[
        ("default($input.missing, 5)", "5"),
        ("default($input.missing.deeper, 5)", "5"),
        ("default($input.nothing, 'x')", "\"x\""),
        ("default($input.a, 5)", "1"),
        ("default($input.no, true)", "false"),
        ("$input.missing.default([])", "[]"),
        ("default($input.a, $input.missing)", "1"),
        ("default($input.missing, $input.gone)", "!E0203"),
        ("default($input.missing)", "!E0205"),
        ("default(1 / 0, 5)", "!E0602"),
        ("isEmpty('')", "true"),
        ("isEmpty(' ')", "false"),
        ("isEmpty([])", "true"),
        ("isEmpty($input.list)", "false"),
        ("isEmpty({})", "true"),
        ("isEmpty($input.nothing)", "true"),
        ("isEmpty($input.missing)", "!E0203"),
        ("isEmpty($input?.missing)", "true"),
        ("isEmpty(0)", "!E0506"),
        ("isEmpty(false)", "!E0506"),
        ("type(null)", "\"null\""),
        ("type(true)", "\"bool\""),
        ("type(1.5)", "\"number\""),
        ("type($input.s)", "\"string\""),
        ("type($input.items)", "\"list\""),
        ("type($input.user)", "\"object\""),
        ("type(now())", "\"timestamp\""),
        ("type(duration('1h'))", "\"duration\""),
        ("type(toBytes('a'))", "\"bytes\""),
        ("type($input.missing)", "!E0203"),
    ]);
}

#[test]
fn types() {
    assert_eq!(type_of("default($input.nick, 5)"), "integer | string");
    assert_eq!(type_of("int(2.5)"), "integer");
    assert_eq!(type_of("parseJson('1')"), "any");
    assert_eq!(checked("type($input.a) == 'nubmer'"), ["E0509"]);
    assert_eq!(checked("type($input.a) == 'number'"), Vec::<&str>::new());
    assert_eq!(checked("isEmpty(5)"), ["E0506"]);
    assert_eq!(checked("bool(1)"), ["E0506"]);
    assert_eq!(checked("default($input.nick, '').size()"), Vec::<&str>::new());
}

#[test]
fn json_is_read_within_the_limits() {
    let answer = |source: &str, limits: Limits| {
        Expression::parse(source).unwrap().evaluate(&Sample::new(), &limits).map_err(|error| error.code).err()
    };
    let all = Limits::default();
    let small = Limits { alloc_bytes: 10_000, ..all };
    assert_eq!(answer("parseJson('[' + repeat('0,', 1000) + '0]')", small), Some("E0706"));
    assert_eq!(answer("parseJson('[' + repeat('{},', 2000) + '0]')", small), Some("E0706"));
    assert_eq!(answer("parseJson('[' + repeat('0,', 2000) + '0]')", Limits { cost: 1_000, ..all }), Some("E0703"));
    assert_eq!(answer("json([$input, $input, $input])", Limits { cost: 50, ..all }), Some("E0703"));
    assert_eq!(answer("json($input)", Limits { string_bytes: 50, ..all }), Some("E0704"));
    assert_eq!(answer("jsonPretty($input)", Limits { alloc_bytes: 50, ..all }), Some("E0706"));
}
