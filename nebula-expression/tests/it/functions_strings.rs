//! What the functions for text are worth, and what they refuse.

use nebula_expression::{Expression, Limits};

use crate::functions::{checked, expect, type_of};
use crate::scope::Sample;

#[test]
fn case_and_white_space() {
    expect(&[
        ("lower('ÀÉ')", "\"àé\""),
        ("lower('')", "\"\""),
        ("upper('straße')", "\"STRASSE\""),
        ("title('')", "\"\""),
        ("title('the quick-witted o\\'neil')", "\"The Quick-Witted O'neil\""),
        ("title('ÅSE')", "\"Åse\""),
        ("title(1)", "!E0506"),
        ("title($input.nothing)", "!E0301"),
        ("capitalize('')", "\"\""),
        ("capitalize('ünder ALL')", "\"Ünder ALL\""),
        ("capitalize('ßa')", "\"Ssa\""),
        ("capitalize('1a')", "\"1a\""),
        ("capitalize([])", "!E0506"),
        ("trimStart(' \\t a ')", "\"a \""),
        ("trimEnd(' a \\n')", "\" a\""),
        ("trimStart('')", "\"\""),
        ("trimEnd('   ')", "\"\""),
        ("trim('\\u00a0a\\u2003')", "\"a\""),
        ("trimEnd(null)", "!E0301"),
        ("upper(lower('A') + ' ').trim()", "\"A\""),
    ]);
}

#[test]
fn replacing() {
    expect(&[
        ("replace('aaa', 'a', 'b')", "\"baa\""),
        ("replaceAll('aaa', 'a', 'bb')", "\"bbbbbb\""),
        ("replaceAll('aaa', 'aa', 'b')", "\"ba\""),
        ("replaceAll('abc', 'x', 'y')", "\"abc\""),
        ("replaceAll('', 'x', 'y')", "\"\""),
        ("replaceAll('a.b', '.', '')", "\"ab\""),
        ("replace('Grüße', 'üß', 'u')", "\"Grue\""),
        ("replaceAll('abc', '', '-')", "!E0510"),
        ("replace('abc', '', '-')", "!E0510"),
        ("replace('abc', 'b', 1)", "!E0506"),
        ("replace('abc', null, 'x')", "!E0301"),
        ("replace('abc', 'b')", "!E0205"),
        ("$input.s.replaceAll('ß', 'ss')", "\"Grüsse\""),
        ("replaceAll(repeat('a', 1000), 'a', repeat('b', 2000))", "!E0704"),
    ]);
}

#[test]
fn cutting() {
    expect(&[
        ("split('a,b,,c', ',')", r#"["a", "b", "", "c"]"#),
        ("split('', ',')", r#"[""]"#),
        ("split('', '')", "[]"),
        ("split('añ😀', '')", r#"["a", "ñ", "😀"]"#),
        ("split('abc', '', 2)", r#"["a", "bc"]"#),
        ("split('abc', '', 1)", r#"["abc"]"#),
        ("split('abc', '', 3)", r#"["a", "b", "c"]"#),
        ("split('abc', '', 9)", r#"["a", "b", "c"]"#),
        ("split('a, b, c', ', ', 2)", r#"["a", "b, c"]"#),
        ("split('a, b', ', ', 1)", r#"["a, b"]"#),
        ("split('a,b', ',', null)", r#"["a", "b"]"#),
        ("split('a,b', ',', 0)", "!E0510"),
        ("split('a,b', ',', -1)", "!E0510"),
        ("split('a,b', ',', 1.5)", "!E0510"),
        ("split('a,b', ',', '1')", "!E0506"),
        ("split('a,b')", "!E0205"),
        ("split(['a'], ',')", "!E0506"),
        ("split($input.s, 'ü')", r#"["Gr", "ße"]"#),
        ("split('a-b' + '-c', '-')", r#"["a", "b", "c"]"#),
        ("split(repeat('a', 200000), '')", "!E0705"),
        ("split(repeat(',', 200000), ',')", "!E0705"),
        ("split(repeat('a', 200000), '', 2).map(part => size(part))", "[1, 199999]"),
        ("lines('a\\r\\nb\\n\\nc')", r#"["a", "b", "", "c"]"#),
        ("lines('')", "[]"),
        ("lines(null)", "!E0301"),
        ("words(' a\\tb \\n c ')", r#"["a", "b", "c"]"#),
        ("words('   ')", "[]"),
        ("words(5)", "!E0506"),
        ("words(repeat('a ', 150000))", "!E0705"),
    ]);
}

#[test]
fn slices() {
    expect(&[
        ("slice('workflow', 0, 4)", "\"work\""),
        ("slice('workflow', 4)", "\"flow\""),
        ("slice('workflow', -4, -2)", "\"fl\""),
        ("slice('workflow', 2, 2)", "\"\""),
        ("slice('workflow', 5, 2)", "\"\""),
        ("slice('workflow', 99)", "\"\""),
        ("slice('workflow', -99, 2)", "\"wo\""),
        ("slice('workflow', 0, 99)", "\"workflow\""),
        ("slice('workflow', 0, -99)", "\"\""),
        ("slice('Grüße', 2, 4)", "\"üß\""),
        ("slice('Grüße', -2)", "\"ße\""),
        ("slice('a😀b', 1, 2)", "\"😀\""),
        ("slice('', 0, 5)", "\"\""),
        ("slice('abc' + 'def', 1, -1)", "\"bcde\""),
        ("slice('abc', 1, null)", "\"bc\""),
        ("slice('abc', -9223372036854775808, 9223372036854775807)", "\"abc\""),
        ("slice('abc', 18446744073709551615)", "!E0510"),
        ("slice('abc', 0.5)", "!E0510"),
        ("slice('abc', 1.0)", "\"bc\""),
        ("slice('abc', '1')", "!E0506"),
        ("slice('abc')", "!E0205"),
        ("slice([1, 2, 3, 4], 1, 3)", "[2, 3]"),
        ("slice([1, 2, 3, 4], -2)", "[3, 4]"),
        ("slice([1, 2, 3], 2, 1)", "[]"),
        ("slice([], 0, 5)", "[]"),
        ("$input.list.slice(-99, 99)", "[1, 2, 3]"),
        ("slice({a: 1}, 0)", "!E0506"),
        ("slice(null, 0)", "!E0301"),
        ("slice(12, 0)", "!E0506"),
    ]);
    assert_eq!(type_of("slice('abc', 1)"), "string");
    assert_eq!(type_of("$input.list.slice(1)"), "list<integer>");
    assert_eq!(checked("slice(1, 2)"), ["E0506"]);
}

#[test]
fn finding_and_filling() {
    expect(&[
        ("indexOf('Grüße', 'ß')", "3"),
        ("indexOf('abc', 'x')", "null"),
        ("indexOf('abc', '')", "0"),
        ("indexOf('', 'a')", "null"),
        ("indexOf('abc', 'x') ?? -1", "-1"),
        ("indexOf('abc', 1)", "!E0506"),
        ("indexOf([1], 1)", "!E0506"),
        ("padStart('7', 3, 'ab')", "\"ab7\""),
        ("padStart('7', 6, 'ab')", "\"ababa7\""),
        ("padEnd('7', 4, '→')", "\"7→→→\""),
        ("padStart('ß', 3)", "\"  ß\""),
        ("padStart('abc', 2)", "\"abc\""),
        ("padStart('abc', -5)", "\"abc\""),
        ("padStart('abc', 3, '')", "\"abc\""),
        ("padStart('abc', 4, '')", "!E0510"),
        ("padStart('a', 9223372036854775807)", "!E0704"),
        ("padEnd('a', 9223372036854775807, '😀😀')", "!E0704"),
        ("padEnd('a', 2000000)", "!E0704"),
        ("size(padEnd('a', 900000))", "900000"),
        ("padStart('a', 2.5)", "!E0510"),
        ("padStart(7, 3)", "!E0506"),
        ("repeat('ab', 0)", "\"\""),
        ("repeat('', 9223372036854775807)", "\"\""),
        ("repeat('ab', -1)", "!E0510"),
        ("repeat('ab', 9223372036854775807)", "!E0704"),
        ("repeat('ab', 500001)", "!E0704"),
        ("repeat('ab', '3')", "!E0506"),
        ("repeat(null, 3)", "!E0301"),
    ]);
}

#[test]
fn what_types_show() {
    assert_eq!(checked("indexOf('abc', 'b') + 1"), ["E0301"]);
    assert_eq!(checked("split($input.s, ',', 'x')"), ["E0506"]);
    assert_eq!(checked("repeat($input.nick, 2)"), ["E0305"]);
    assert_eq!(type_of("words($input.s)"), "list<string>");
    assert_eq!(type_of("title('a')"), "string");
}

#[test]
fn a_part_of_borrowed_text_is_not_copied() {
    // The list of the parts is all there is room for.
    let limits = Limits { alloc_bytes: 100, ..Limits::default() };
    let first = Expression::parse("words($input.s)[0].slice(1)").unwrap();
    assert_eq!(*first.evaluate(&Sample::new(), &limits).unwrap(), serde_json::json!("rüße"));
}

#[test]
fn work_is_paid_for_before_it_is_done() {
    let limits = Limits { cost: 2_000, ..Limits::default() };
    for source in [
        "repeat('a', 900000)",
        "padEnd('a', 900000)",
        "replaceAll($input.s.repeat(200), 'ß', $input.s.repeat(60))",
        "split($input.s.repeat(1000), '')",
        "words(repeat('a ', 10000))",
    ] {
        let error = Expression::parse(source).unwrap().evaluate(&Sample::new(), &limits).unwrap_err();
        assert_eq!(error.code, "E0703", "{source}");
    }
}
