//! Functions on lists: what each is worth.

use nebula_expression::Limits;

use crate::table::{holds, message, outcome};

#[test]
fn parts_of_lists() {
    holds(&[
        ("$input.list.at(0)", "1"),
        ("$input.list.at(-1)", "3"),
        ("$input.list.at(-3)", "1"),
        ("$input.list.at(-4)", "null"),
        ("$input.list.at(3)", "null"),
        ("$input.list.at(9223372036854775807)", "null"),
        ("$input.list.at(-9223372036854775808)", "null"),
        ("[].at(0)", "null"),
        ("[[1], [2]].at(1)", "[2]"),
        ("$input.list.at(1.5)", "!E0510"),
        ("$input.list.at('1')", "!E0506"),
        ("$input.user.at(0)", "!E0506"),
        ("$input.nothing.at(0)", "!E0301"),
        ("$input.list.take(2)", "[1, 2]"),
        ("$input.list.take(0)", "[]"),
        ("$input.list.take(99)", "[1, 2, 3]"),
        ("$input.none.take(1)", "[]"),
        ("$input.list.take(-1)", "!E0510"),
        ("'abc'.take(1)", "!E0506"),
        ("$input.list.skip(1)", "[2, 3]"),
        ("$input.list.skip(0)", "[1, 2, 3]"),
        ("$input.list.skip(3)", "[]"),
        ("$input.list.skip(9223372036854775807)", "[]"),
        ("$input.list.skip(-1)", "!E0510"),
        ("$input.list.skip(1).take(1)", "[2]"),
        ("reverse($input.list)", "[3, 2, 1]"),
        ("reverse([])", "[]"),
        ("reverse(['é', null, {a: [1]}])", r#"[{"a": [1]}, null, "é"]"#),
        ("$input.s.reverse()", "!E0506"),
        ("flatten([[1], [], [2, [3]]])", "[1, 2, [3]]"),
        ("flatten([])", "[]"),
        ("flatten([$input.list, [4]])", "[1, 2, 3, 4]"),
        ("flatten($input.mixed)", "!E0506"),
        ("flatten([null])", "!E0506"),
        ("compact([null, 0, false, '', null, []])", "[0, false, \"\", []]"),
        ("compact([])", "[]"),
        ("compact([$input.nothing, $input.a])", "[1]"),
        ("compact($input.nothing)", "!E0301"),
        ("$input.list.chunk(2)", "[[1, 2], [3]]"),
        ("$input.list.chunk(3)", "[[1, 2, 3]]"),
        ("$input.list.chunk(9223372036854775807)", "[[1, 2, 3]]"),
        ("[].chunk(2)", "[]"),
        ("$input.list.chunk(0)", "!E0510"),
        ("$input.list.chunk(-2)", "!E0510"),
        ("zip($input.list, ['a', 'b'])", r#"[[1, "a"], [2, "b"]]"#),
        ("zip([], $input.list)", "[]"),
        ("zip([1], [null])", "[[1, null]]"),
        ("zip($input.list, 1)", "!E0506"),
        ("range(3)", "[0, 1, 2]"),
        ("range(0)", "[]"),
        ("range(-2)", "[]"),
        ("range(2, 5)", "[2, 3, 4]"),
        ("range(5, 2)", "[]"),
        ("range(5, 2, -1)", "[5, 4, 3]"),
        ("range(0, 7, 3)", "[0, 3, 6]"),
        ("range(0, 6, 3)", "[0, 3]"),
        ("range(-1, 1)", "[-1, 0]"),
        ("range(0, 5, 0)", "!E0510"),
        ("range(2, 5, 1.5)", "!E0510"),
        ("range(9223372036854775806, 9223372036854775807)", "[9223372036854775806]"),
        (
            "range(-9223372036854775808, 9223372036854775807, 9223372036854775807)",
            "[-9223372036854775808, -1, 9223372036854775806]",
        ),
        ("range(9223372036854775807, -9223372036854775808, -9223372036854775808)", "[9223372036854775807, -1]"),
        ("range(100001)", "!E0705"),
        ("range(9223372036854775807)", "!E0705"),
        ("range(-9223372036854775808, 9223372036854775807)", "!E0705"),
        ("range(100000).size()", "100000"),
    ]);
}

#[test]
fn lists_in_order() {
    holds(&[
        ("sort([3, 1, 2])", "[1, 2, 3]"),
        ("sort([])", "[]"),
        ("sort([1])", "[1]"),
        ("sort(['b', 'B', 'a', 'é', ''])", r#"["", "B", "a", "b", "é"]"#),
        ("sort([2.5, -1, 2, 18446744073709551615, -0.5])", "[-1, -0.5, 2, 2.5, 18446744073709551615]"),
        ("sort([9007199254740993, 9007199254740992.0])", "[9007199254740992, 9007199254740993]"),
        ("sort([true, false, true])", "[false, true, true]"),
        ("$input.words.sort() == $input.words", "true"),
        ("reverse($input.list).sort()", "[1, 2, 3]"),
        ("sort([$now]).size()", "1"),
        ("sort([1, 'a'])", "!E0506"),
        ("sort([1, null])", "!E0506"),
        ("sort([[1], [2]])", "!E0506"),
        ("sort($input.mixed)", "!E0506"),
        ("sort($input.nothing)", "!E0301"),
        ("sort({a: 1})", "!E0506"),
        ("range(1000).map(x => (x * 7919) % 1009).sort().take(3)", "[0, 1, 2]"),
        (
            "range(1000).map(x => mod(x * 7919, 1009)).sort() == range(1000).map(x => mod(x * 7919, 1009)).sortBy(x => x)",
            "true",
        ),
        ("['ccc', 'a', 'bb'].sortBy(x => size(x))", r#"["a", "bb", "ccc"]"#),
        ("['bb', 'a', 'cc', 'd'].sortBy(x => size(x))", r#"["a", "d", "bb", "cc"]"#),
        ("['bb', 'a', 'cc', 'd'].sortBy(x => size(x), 'desc')", r#"["bb", "cc", "a", "d"]"#),
        ("[{k: 2}, {k: null}, {k: 1}].sortBy(x => x.k)", r#"[{"k": 1}, {"k": 2}, {"k": null}]"#),
        ("[{k: 2}, {k: null}, {k: 1}].sortBy(x => x.k, 'desc')", r#"[{"k": 2}, {"k": 1}, {"k": null}]"#),
        ("$input.items.sortBy(x => x.name ?? null).map(x => x.id)", "[1, 2]"),
        ("$input.items.sortBy(x => x.id, 'desc').map(x => x.id)", "[2, 1]"),
        ("$input.list.sortBy((x, i) => -i)", "[3, 2, 1]"),
        ("$input.list.sortBy(x => 0)", "[1, 2, 3]"),
        ("[].sortBy(x => x)", "[]"),
        ("[null, 1].sortBy(x => x)", "[1, null]"),
        ("$input.list.sortBy(x => x, 'down')", "!E0510"),
        ("$input.list.sortBy(x => [x])", "!E0506"),
        ("$input.mixed.sortBy(x => x)", "!E0506"),
        ("$input.list.sortBy(x => x == 2 ? 'a' : 1)", "!E0506"),
        ("$input.list.sortBy(x => $input.missing)", "!E0203"),
        ("min([3, 1, 2])", "1"),
        ("max([3, 1, 2])", "3"),
        ("min([])", "null"),
        ("max([])", "null"),
        ("min(['b', 'a'])", "\"a\""),
        ("max([1, 1.5])", "1.5"),
        ("max([18446744073709551615, 1e30])", "1e30"),
        ("min([1, 'a'])", "!E0506"),
        ("min([null])", "!E0506"),
        ("max([[1]])", "!E0506"),
        ("max(1)", "!E0506"),
        ("sum([1, 2, 3])", "6"),
        ("sum([])", "0"),
        ("sum([0.1, 0.2, 0.3])", "0.6"),
        ("sum([0.5, 1, 0.5])", "2"),
        ("sum([1e100, 1, -1e100])", "1"),
        ("sum([9223372036854775807, 1])", "9223372036854775808"),
        ("sum([18446744073709551615, 1])", "!E0601"),
        ("sum([18446744073709551615, 1, -1])", "18446744073709551615"),
        ("sum([1e308, 1e308])", "!E0603"),
        ("sum(['a'])", "!E0506"),
        ("sum([1, null])", "!E0506"),
        ("$input.items.map(x => x.id).sum()", "3"),
        ("avg([1, 2])", "1.5"),
        ("avg([1, 2, 6])", "3"),
        ("avg([])", "null"),
        ("avg([18446744073709551615, 18446744073709551615])", "18446744073709551615"),
        ("avg([0.5, 1, 0.75])", "0.75"),
        ("avg([true])", "!E0506"),
    ]);
}

#[test]
fn lists_as_sets() {
    holds(&[
        ("unique([1, 2, 1, 1.0, '1'])", "[1, 2, \"1\"]"),
        ("unique([])", "[]"),
        ("unique([null, null, false, 0, ''])", "[null, false, 0, \"\"]"),
        ("unique([[1], [1.0], [2], {a: 1}, {a: 1}])", r#"[[1], [2], {"a": 1}]"#),
        ("unique(['é', 'e\\u0301', 'é'])", "[\"é\", \"e\u{301}\"]"),
        ("unique([0.0, -0.0, 0])", "[0]"),
        ("unique([18446744073709551615, 18446744073709551616.0]).size()", "2"),
        ("unique([9007199254740993, 9007199254740992.0, 9007199254740992]).size()", "2"),
        ("unique([1e300, 1e300, 1e301]).size()", "2"),
        ("unique($input.list) == $input.list", "true"),
        ("unique($input.mixed + $input.mixed)", "[1, [2]]"),
        ("unique('aab')", "!E0506"),
        ("range(1000).map(x => x % 7).unique().size()", "7"),
        ("$input.items.uniqueBy(x => x.name ?? null)", r#"[{"id": 1, "name": "one"}, {"id": 2}]"#),
        ("$input.items.uniqueBy(x => 1).map(x => x.id)", "[1]"),
        ("[1, 5, 12].uniqueBy((x, i) => i % 2)", "[1, 5]"),
        ("[[1, 2], [1, 3]].uniqueBy(x => [x[0]])", "[[1, 2]]"),
        ("[].uniqueBy(x => x)", "[]"),
        ("$input.list.position(2)", "1"),
        ("$input.list.position(2.0)", "1"),
        ("$input.list.position('2')", "null"),
        ("[[1], [2]].position([2])", "1"),
        ("[null].position(null)", "0"),
        ("[].position(1)", "null"),
        ("'abc'.position('b')", "!E0506"),
        ("[1, 2, 3, 1].intersect([3, 1])", "[1, 3, 1]"),
        ("[1, 2].intersect([])", "[]"),
        ("[[1], {a: 2}].intersect([{a: 2}])", r#"[{"a": 2}]"#),
        ("$input.list.intersect($input.mixed)", "[1]"),
        ("$input.list.intersect(1)", "!E0506"),
        ("[1, 2, 3].difference([3, 1])", "[2]"),
        ("[1, 2, 1].difference([2])", "[1, 1]"),
        ("[1, 2].difference([])", "[1, 2]"),
        ("[null, 1].difference([null])", "[1]"),
        ("$input.words.difference(['y', 'z'])", "[\"x\"]"),
    ]);
}

#[test]
fn lists_by_what_a_function_says() {
    holds(&[
        ("[1, 5, 9].groupBy(x => x > 3 ? 'large' : 'small')", r#"{"large": [5, 9], "small": [1]}"#),
        ("[].groupBy(x => 'a')", "{}"),
        ("$input.items.groupBy(x => string(x.id))", r#"{"1": [{"id": 1, "name": "one"}], "2": [{"id": 2}]}"#),
        ("$input.words.groupBy((x, i) => string(i))", r#"{"0": ["x"], "1": ["y"]}"#),
        ("['ä', 'Ä', 'b'].groupBy(x => lower(x))", r#"{"b": ["b"], "ä": ["ä", "Ä"]}"#),
        ("$input.list.groupBy(x => x)", "!E0506"),
        ("$input.list.groupBy(x => null)", "!E0506"),
        ("$input.list.groupBy(x => '').values().flatten().sum()", "6"),
        ("[1, 5, 2].takeWhile(x => x < 3)", "[1]"),
        ("[1, 5, 2].takeWhile(x => true)", "[1, 5, 2]"),
        ("[1, 5, 2].takeWhile(x => false)", "[]"),
        ("[].takeWhile(x => x)", "[]"),
        ("[1].takeWhile(x => x)", "!E0502"),
        ("[1, 5, 2].skipWhile(x => x < 3)", "[5, 2]"),
        ("[1, 5, 2].skipWhile(x => true)", "[]"),
        ("[1, 5, 2].skipWhile((x, i) => i < 2)", "[2]"),
        ("[].skipWhile(x => true)", "[]"),
        ("$input.s.skipWhile(x => true)", "!E0506"),
    ]);
}

#[test]
fn an_error_names_the_element() {
    assert_eq!(message("sort([1, 'a', null])"), "element 1 is a string and the first is a number: they have no order");
    assert_eq!(
        message("sort([[1]])"),
        "element 0 is a list, and `sort` needs numbers, strings, timestamps, durations or true and false"
    );
    assert_eq!(
        message("$input.items.sortBy(x => x)"),
        "the key of element 0 is an object, and `sortBy` needs numbers, strings, timestamps, durations or true and false"
    );
    assert_eq!(message("sum([1, 2, '3'])"), "element 2 is a string, and `sum` needs numbers");
    assert_eq!(message("flatten([[], 1])"), "element 1 is a number, and `flatten` needs a list of lists");
    assert_eq!(message("[1].groupBy(x => x)"), "the key of element 0 is a number, and `groupBy` needs a string");
}

#[test]
fn every_step_is_paid_for() {
    let small = Limits { cost: 20_000, ..Limits::default() };
    for source in [
        "range(5000).sort()",
        "range(3000).unique()",
        "range(300).map(x => [x]).unique()",
        "range(8000).reverse().intersect([1])",
        "range(4000).sortBy(x => -x)",
        "range(4000).groupBy(x => string(x))",
        "range(19000).chunk(2)",
        "zip(range(9000), range(9000))",
    ] {
        assert_eq!(outcome(source, &small), "!E0703", "{source}");
    }
    let little = Limits { alloc_bytes: 4_000, ..Limits::default() };
    for source in [
        "range(1000)",
        "[1, 2, 3].map(x => $input.s + 'x').map(x => [x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x])",
    ] {
        assert_eq!(outcome(source, &little), "!E0706", "{source}");
    }
    let short = Limits { list_len: 3, ..Limits::default() };
    for source in [
        "range(4)",
        "flatten([[1, 2], [3, 4]])",
        "zip($input.list, $input.list) + [1]",
        "merge({a: 1, b: 2}, {c: 3, d: 4})",
        "$input.list.groupBy(x => string(x)).merge({a: 1})",
    ] {
        assert_eq!(outcome(source, &short), "!E0705", "{source}");
    }
}

#[test]
fn durations_without_an_order_are_an_error_and_no_panic() {
    holds(&[
        ("size(sort([duration('P1M'), duration('P30D'), duration('P2M'), duration('P29D')]))", "!E0510"),
        ("string(min([duration('PT90S'), duration('PT1M')]))", "\"PT1M\""),
        ("string(greatest(duration('P1D'), duration('PT25H')))", "\"PT25H\""),
        ("unique([duration('P1D'), duration('PT24H'), duration('P1M')]).size()", "2"),
        ("least(duration('P1M'), duration('P30D'))", "!E0510"),
    ]);
}
