//! Functions on text and time, and the extensions.

use super::{Fact, Why, differs, same};

pub(super) const FACTS: &[(&str, &[Fact])] = &[
    (
        "string",
        &[
            same("size('')", "0"),
            same("size('hello')", "5"),
            same("'hello'.size()", "5"),
            same("size('πέντε')", "5"),
            same("size('😀')", "1"),
            same("'foobar'.startsWith('foo')", "true"),
            same("'foobar'.startsWith('bar')", "false"),
            same("'foobar'.endsWith('bar')", "true"),
            same("'завтра'.endsWith('тра')", "true"),
            same("'foobar'.contains('oba')", "true"),
            same("'foobar'.contains('')", "true"),
            same("'he' + 'llo'", r#""hello""#),
            same("'' + ''", r#""""#),
            same("'hubba'.matches('ubb')", "true"),
            same("'hubba'.matches('^ubb')", "false"),
            same("'hubba'.matches('(h|b)u.*')", "true"),
            same("matches('πέντε', '^.{5}$')", "true"),
            same("'x'.matches('(')", "!"),
        ],
    ),
    (
        "string_ext",
        &[
            differs("'tacocat'.charAt(3)", r#""o""#, "!E0204", Why::Names).instead("'tacocat'.slice(3, 4)"),
            same("'tacocat'.indexOf('ac')", "1"),
            same("'tacocat'.indexOf('')", "0"),
            same("'ta©o©αT'.indexOf('©')", "2"),
            differs("'tacocat'.indexOf('none')", "-1", "null", Why::Text).instead("'tacocat'.indexOf('none') ?? -1"),
            differs("'tacocat'.indexOf('a', 3)", "5", "!E0205", Why::Text)
                .instead("'tacocat'.slice(3).indexOf('a') + 3"),
            differs("'tacocat'.lastIndexOf('at')", "5", "!E0204", Why::Names),
            differs("'TacoCÆt'.lowerAscii()", r#""tacocÆt""#, "!E0204", Why::Names),
            differs(
                "'{0} days {0} hours'.replace('{0}', '2')",
                r#""2 days 2 hours""#,
                r#""2 days {0} hours""#,
                Why::Text,
            )
            .instead("'{0} days {0} hours'.replaceAll('{0}', '2')"),
            differs("'{0} days {0} hours'.replace('{0}', '2', 1)", r#""2 days {0} hours""#, "!E0205", Why::Text)
                .instead("'{0} days {0} hours'.replace('{0}', '2')"),
            same("'hello world'.split(' ')", r#"["hello", "world"]"#),
            differs("'hello world events'.split(' ', 0)", "[]", "!E0510", Why::Text),
            same("'hello world events'.split(' ', 1)", r#"["hello world events"]"#),
            differs("'tacocat'.substring(4)", r#""cat""#, "!E0204", Why::Names).instead("'tacocat'.slice(4)"),
            differs("'tacocat'.substring(0, 4)", r#""taco""#, "!E0204", Why::Names).instead("'tacocat'.slice(0, 4)"),
            same(r"' \n text  '.trim()", r#""text""#),
            same(r"'\u00a0\u2003text\u3000'.trim()", r#""text""#),
            same(r"'\u200btext'.trim()", "\"\u{200B}text\""),
            same("['x', 'y'].join()", r#""xy""#),
            same("['x', 'y'].join('-')", r#""x-y""#),
            same("[].join('-')", r#""""#),
            differs("'gums'.reverse()", r#""smug""#, "!E0506", Why::Text).instead("'gums'.split('').reverse().join()"),
            differs(r#"strings.quote('a"b')"#, r#""\"a\\\"b\"""#, "!E0202", Why::Names).instead(r#"json('a"b')"#),
            differs("'%d of %s'.format([1, 'a'])", r#""1 of a""#, "!E0510", Why::Text)
                .instead(r#"f"{{ 1 }} of {{ 'a' }}""#),
        ],
    ),
    (
        "timestamps",
        &[
            same("timestamp('2009-02-13T23:31:30Z')", r#""2009-02-13T23:31:30Z""#),
            same("string(timestamp('2009-02-13T23:31:30Z'))", r#""2009-02-13T23:31:30Z""#),
            differs(
                "string(timestamp('9999-12-31T23:59:59.999999999Z'))",
                r#""9999-12-31T23:59:59.999999999Z""#,
                "!E0510",
                Why::Instants,
            ),
            same("timestamp('2009-02-13T23:31:30Z') == timestamp('2009-02-14T00:31:30+01:00')", "true"),
            same("timestamp('2000-01-01T00:00:00Z') != timestamp('2001-01-01T00:00:00Z')", "true"),
            same("timestamp('2009-02-13T23:00:00Z') < timestamp('2009-03-13T23:00:00Z')", "true"),
            same("timestamp('2009-02-13T23:00:00Z') >= timestamp('2009-02-13T23:00:01Z')", "false"),
            same("timestamp('2009-02-13T23:00:00Z') + duration('240s') == timestamp('2009-02-13T23:04:00Z')", "true"),
            same("duration('120s') + timestamp('2009-02-13T23:01:00Z') == timestamp('2009-02-13T23:03:00Z')", "true"),
            same("timestamp('2009-02-13T23:10:00Z') - duration('600s') == timestamp('2009-02-13T23:00:00Z')", "true"),
            same("timestamp('2009-02-13T23:31:00Z') - timestamp('2009-02-13T23:29:00Z') == duration('120s')", "true"),
            same("duration('600s') + duration('50s') == duration('650s')", "true"),
            same("duration('900s') - duration('42s') == duration('858s')", "true"),
            same("duration('60s') == duration('3600s')", "false"),
            same("duration('3600s') == duration('1h')", "true"),
            same("duration('1h30m') == duration('5400s')", "true"),
            same("duration('200s') < duration('300s')", "true"),
            same("duration('-1.5s') < duration('0s')", "true"),
            differs("string(duration('1000000s'))", r#""1000000s""#, r#""PT277H46M40S""#, Why::Instants)
                .instead("string(duration('1000000s').total('seconds')) + 's'"),
            differs("timestamp('2009-02-13T23:31:30Z').getDate()", "13", "!E0204", Why::Names)
                .instead("timestamp('2009-02-13T23:31:30Z').day()"),
            differs("timestamp('2009-02-13T23:31:30Z').getDayOfMonth()", "12", "!E0204", Why::Names)
                .instead("timestamp('2009-02-13T23:31:30Z').day() - 1"),
            differs("timestamp('2009-02-13T23:31:30Z').getDayOfWeek()", "5", "!E0204", Why::Names)
                .instead("timestamp('2009-02-13T23:31:30Z').weekday() % 7"),
            differs("timestamp('2009-02-13T23:31:30Z').getDayOfYear()", "43", "!E0204", Why::Names)
                .instead("timestamp('2009-02-13T23:31:30Z').dayOfYear() - 1"),
            differs("timestamp('2009-02-13T23:31:30Z').getFullYear()", "2009", "!E0204", Why::Names)
                .instead("timestamp('2009-02-13T23:31:30Z').year()"),
            differs("timestamp('2009-02-13T23:31:30Z').getHours()", "23", "!E0204", Why::Names)
                .instead("timestamp('2009-02-13T23:31:30Z').hour()"),
            differs("timestamp('2009-02-13T23:31:30Z').getMonth()", "1", "!E0204", Why::Names)
                .instead("timestamp('2009-02-13T23:31:30Z').month() - 1"),
            differs("timestamp('2009-02-13T23:31:30Z').getMinutes('Asia/Kathmandu')", "16", "!E0204", Why::Names)
                .instead("timestamp('2009-02-13T23:31:30Z').setZone('Asia/Kathmandu').minute()"),
            differs("duration('3730s').getMinutes()", "62", "!E0204", Why::Names)
                .instead("floor(duration('3730s').total('minutes'))"),
            differs("timestamp('0000-01-01T00:00:00Z')", "!", r#""0000-01-01T00:00:00Z""#, Why::Instants),
            same("timestamp('10000-01-01T00:00:00Z')", "!"),
            same("timestamp('9999-12-01T00:00:00Z') + duration('8760h')", "!"),
            same("timestamp('yesterday')", "!"),
            same("timestamp('2009-02-13T23:31:30Z') + 1", "!"),
            differs(
                "timestamp('9999-12-01T00:00:00Z') - timestamp('0001-01-01T00:00:00Z')",
                "!",
                r#""PT87648672H""#,
                Why::Instants,
            ),
            same("duration('320000000000s')", "!"),
            same("duration('200000000000s') + duration('200000000000s')", "!"),
        ],
    ),
    (
        "optionals",
        &[
            differs("{'a': 1}.?a.orValue(0)", "1", "!E0102", Why::Optionals).instead("{'a': 1}.a ?? 0"),
            differs("{'a': 1}.?b.orValue(0)", "0", "!E0102", Why::Optionals).instead("{'a': 1}.b ?? 0"),
            differs("optional.of(3).value()", "3", "!E0202", Why::Optionals),
            differs("optional.none().hasValue()", "false", "!E0202", Why::Optionals),
            differs("[?optional.none(), 1]", "[1]", "!E0102", Why::Optionals).instead("compact([null, 1])"),
            differs("{'a': {'b': 1}}.?x.b.hasValue()", "false", "!E0102", Why::Optionals)
                .instead("has({'a': {'b': 1}}.x.b)"),
        ],
    ),
    (
        "bindings_ext",
        &[
            differs("cel.bind(t, 2, t * t)", "4", "!E0202", Why::Let).instead("let t = 2 in t * t"),
            differs("cel.bind(a, 'x', cel.bind(b, 'y', a + b))", r#""xy""#, "!E0202", Why::Let)
                .instead("let a = 'x' in let b = 'y' in a + b"),
        ],
    ),
    (
        "encoders_ext",
        &[
            differs("base64.encode(b'hello')", r#""aGVsbG8=""#, "!E0202", Why::Names).instead("base64('hello')"),
            differs("base64.decode('aGVsbG8=')", r#""aGVsbG8=""#, "!E0202", Why::Names)
                .instead("base64Decode('aGVsbG8=')"),
        ],
    ),
    (
        "math_ext",
        &[
            differs("math.greatest(1, 2.5)", "2.5", "!E0202", Why::Names).instead("greatest(1, 2.5)"),
            differs("math.least([3, 1, 2])", "1", "!E0202", Why::Names).instead("min([3, 1, 2])"),
            differs("math.abs(-3)", "3", "!E0202", Why::Names).instead("abs(-3)"),
            differs("math.ceil(1.2)", "2", "!E0202", Why::Names).instead("ceil(1.2)"),
            differs("math.floor(-1.2)", "-2", "!E0202", Why::Names).instead("floor(-1.2)"),
            differs("math.round(-2.5)", "-3", "!E0202", Why::Names).instead("round(-2.5)"),
            differs("math.trunc(-2.5)", "-2", "!E0202", Why::Names).instead("trunc(-2.5)"),
            differs("math.sign(-4)", "-1", "!E0202", Why::Names).instead("sign(-4)"),
            differs("math.sqrt(9)", "3", "!E0202", Why::Names).instead("sqrt(9)"),
            differs("math.bitAnd(6, 3)", "2", "!E0202", Why::Names),
        ],
    ),
];
