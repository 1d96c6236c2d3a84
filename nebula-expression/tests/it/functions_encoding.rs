//! What the functions for encodings, digests and identifiers are worth, and what they refuse.

use nebula_expression::{Expression, Limits};

use crate::functions::{checked, expect, type_of};
use crate::scope::Sample;

#[test]
fn bytes_as_text() {
    expect(&[
        ("base64('')", "\"\""),
        ("base64('a')", "\"YQ==\""),
        ("base64Url('a')", "\"YQ\""),
        ("base64(toBytes('ü'))", "\"w7w=\""),
        ("base64(1)", "!E0506"),
        ("base64(null)", "!E0301"),
        ("base64(now())", "!E0506"),
        ("base64Decode('YQ==').fromBytes()", "\"a\""),
        ("base64Decode('YQ').fromBytes()", "\"a\""),
        ("base64Decode('YT4_').fromBytes()", "\"a>?\""),
        ("base64Decode('YT4/').fromBytes()", "\"a>?\""),
        ("base64Decode(' Y Q = = ').fromBytes()", "\"a\""),
        ("base64Decode('')", "\"\""),
        ("base64Decode('+_')", "!E0510"),
        ("base64Decode('a!')", "!E0510"),
        ("base64Decode(1)", "!E0506"),
        ("base64Decode('/w==').fromBytes()", "!E0510"),
        // Bytes leave as base64.
        ("base64Decode('YQ')", "\"YQ==\""),
        ("base64Decode(base64('Grüße')) == toBytes('Grüße')", "true"),
        ("hex('')", "\"\""),
        ("hex('Ā')", "\"c480\""),
        ("hexDecode('C480').fromBytes()", "\"Ā\""),
        ("hexDecode('c')", "!E0510"),
        ("hexDecode('0g')", "!E0510"),
        ("hexDecode('é0')", "!E0510"),
        ("hex([])", "!E0506"),
        ("hexDecode('00').hex()", "\"00\""),
        ("size(base64(repeat('a', 600000)))", "800000"),
        ("base64(repeat('a', 900000))", "!E0704"),
        ("hex(repeat('a', 900000))", "!E0704"),
    ]);
}

#[test]
fn urls_and_pages() {
    expect(&[
        ("urlEncode('')", "\"\""),
        ("urlEncode('A-z_0.~')", "\"A-z_0.~\""),
        ("urlEncode('a&b=c+d')", "\"a%26b%3Dc%2Bd\""),
        ("urlEncode('😀')", "\"%F0%9F%98%80\""),
        ("urlEncode(1)", "!E0506"),
        ("urlDecode('%F0%9F%98%80')", "\"😀\""),
        ("urlDecode('a%2fb')", "\"a/b\""),
        ("urlDecode('%')", "!E0510"),
        ("urlDecode('%zz')", "!E0510"),
        ("urlDecode('%ff')", "!E0510"),
        ("urlDecode(null)", "!E0301"),
        ("queryString({})", "\"\""),
        ("queryString({b: 2, a: 'x y'})", "\"a=x%20y&b=2\""),
        ("queryString({\"a b\": '&'})", "\"a%20b=%26\""),
        ("queryString({a: [], b: [true, 'x'], c: null})", "\"b=true&b=x\""),
        ("queryString({at: now()})", "\"at=2026-01-02T03%3A04%3A06Z\""),
        ("queryString({a: ''})", "\"a=\""),
        ("queryString({\"\": 'x', b: 1})", "\"=x&b=1\""),
        ("queryString({a: {}})", "!E0506"),
        ("queryString({a: [null]})", "!E0506"),
        ("queryString({a: [[1]]})", "!E0506"),
        ("queryString([1])", "!E0506"),
        ("queryString(null)", "!E0301"),
        ("queryString($input.user.address)", "\"city=Paris\""),
        ("queryString({a: repeat('ü', 200000)})", "!E0704"),
        ("htmlEscape('<a href=\"x\">&\\'</a>')", "\"&lt;a href=&quot;x&quot;&gt;&amp;&#39;&lt;/a&gt;\""),
        ("htmlEscape('')", "\"\""),
        ("htmlEscape(1)", "!E0506"),
        ("htmlEscape(repeat('\"', 300000))", "!E0704"),
        ("stripTags('a<br/>b<!-- c -->d')", "\"abd\""),
        ("stripTags('1 < 2')", "\"1 < 2\""),
        ("stripTags('a<script>b</script>c')", "\"ac\""),
        ("stripTags('a<b')", "\"a\""),
        ("stripTags([])", "!E0506"),
    ]);
}

#[test]
fn digests_and_identifiers() {
    expect(&[
        ("sha256('')", "\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\""),
        ("sha256(toBytes('abc')) == sha256('abc')", "true"),
        ("sha1('')", "\"da39a3ee5e6b4b0d3255bfef95601890afd80709\""),
        ("md5('')", "\"d41d8cd98f00b204e9800998ecf8427e\""),
        ("md5(1)", "!E0506"),
        ("sha256(null)", "!E0301"),
        ("sha1([])", "!E0506"),
        ("uuid5('url', 'http://python.org/')", "\"4c565f0d-3f5a-5890-b41b-20cf47701c5e\""),
        ("uuid5('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'python.org') == uuid5('dns', 'python.org')", "true"),
        ("uuid5('mine', 'x')", "!E0510"),
        ("uuid5('', '')", "!E0510"),
        ("uuid5('dns', 1)", "!E0506"),
        ("size(uuid5('dns', ''))", "36"),
    ]);
}

#[test]
fn types_and_bounds() {
    assert_eq!(type_of("base64Decode('YQ')"), "bytes");
    assert_eq!(type_of("sha256('a')"), "string");
    assert_eq!(checked("base64Decode('YQ').lower()"), ["E0506"]);
    assert_eq!(checked("fromBytes('YQ')"), ["E0506"]);
    assert_eq!(checked("sha1(5)"), ["E0506"]);
    let limits = Limits { cost: 1_000, ..Limits::default() };
    for source in ["sha256($input.s.repeat(5000))", "hex($input.s.repeat(5000))", "stripTags($input.s.repeat(5000))"] {
        let error = Expression::parse(source).unwrap().evaluate(&Sample::new(), &limits).unwrap_err();
        assert_eq!(error.code, "E0703", "{source}");
    }
    let small = Limits { alloc_bytes: 1_000, ..Limits::default() };
    let decoding = Expression::parse("hexDecode(repeat('00', 490))").unwrap();
    assert_eq!(decoding.evaluate(&Sample::new(), &small).unwrap_err().code, "E0706");
}
