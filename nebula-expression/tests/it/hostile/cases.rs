//! Texts made to take long, or much memory, and how each is answered. The benches measure the same ones.

/// A name, the text, and the code of the error; empty where there is a value.
pub(crate) type Case = (&'static str, String, &'static str);

const MAX_TEXT: usize = 16 * 1024;

/// As often as it fits into an expression.
fn full(part: &str) -> String {
    part.repeat(MAX_TEXT / part.len())
}

/// As often as it fits besides what comes after it.
fn full_and(part: &str, last: &str) -> String {
    format!("{}{last}", part.repeat((MAX_TEXT - last.len()) / part.len()))
}

/// Names that are each made of the one before it, twice.
fn doubled(first: &str, next: impl Fn(&str) -> String, body: &str) -> String {
    let mut text = format!("let a0 = {first} in ");
    for level in 1..=40 {
        text.push_str(&format!("let a{level} = {} in ", next(&format!("a{}", level - 1))));
    }
    text + body
}

fn nested(open: &str, inner: &str, close: &str, levels: usize) -> String {
    format!("{}{inner}{}", open.repeat(levels), close.repeat(levels))
}

pub(crate) fn cases() -> Vec<Case> {
    [parsing(), sharing(), loops(), text(), patterns(), data()].concat()
}

fn parsing() -> Vec<Case> {
    vec![
        ("arrows", full("x => "), "E0102"),
        ("arrows in a call", format!("[1].map({}", full_and("x => ", "x)").split_off(10)), "E0102"),
        ("lambdas in lambdas", full("[1].map(x => "), "E0702"),
        ("lambdas up to the limit", nested("[1].map(x => ", "x", ")", 15), ""),
        ("the form of CEL", full("[1].map(x, "), "E0702"),
        ("parameters without end", format!("[1].map(({}", full_and("a,", ")").split_off(12)), "E0202"),
        ("what looks like parameters", full("(a,"), "E0106"),
        ("names and commas", full("size(a,"), "E0202"),
        ("let after let", full_and("let a = 1 in ", "a"), ""),
        ("let in let", full("let a = let b = "), "E0702"),
        ("let without in", full("let a = 1 "), "E0102"),
        ("names that use all before them", doubled("1", |a| format!("{a} + {a}"), "a40"), ""),
        ("format strings in format strings", full("f'{{ "), "E0111"),
        ("open format strings", full("f\""), "E0102"),
        ("values in a format string", format!("f'{}'", full("{{ 1 }}").split_off(7)), ""),
        ("raw quotes", full("r'"), "E0102"),
        ("a long raw string", format!("r'{}'", "\\".repeat(MAX_TEXT - 4)), ""),
        ("functions that do not exist", full("siz(1)+"), "E0204"),
        ("names that do not exist", full("sise + "), "E0202"),
        ("members of members", full_and("{a: ", "1"), "E0702"),
        ("a choice of objects", full_and("$input.no ? {k: 1, l: 'x'} : ", "{k: 2}"), ""),
        ("optional members", format!("$input{}", full("?.a").split_off(9)), "E0503"),
        ("dynamic members", full("$input["), "E0702"),
    ]
}

fn sharing() -> Vec<Case> {
    vec![
        ("lists that double", doubled("[1, 1]", |a| format!("[{a}, {a}]"), "a40"), "E0703"),
        ("objects that double", doubled("{x: 1}", |a| format!("{{x: {a}, y: {a}}}"), "a40"), "E0703"),
        ("doubled lists compared", doubled("[1, 1]", |a| format!("[{a}, {a}]"), "a40 == [a39, a39]"), "E0703"),
        ("doubled lists in a list", doubled("[1, 1]", |a| format!("[{a}, {a}]"), "1 in [a40, a39]"), ""),
        ("doubled lists as JSON", doubled("[1, 1]", |a| format!("[{a}, {a}]"), "json(a40)"), "E0704"),
        ("doubled lists as keys", doubled("[1, 1]", |a| format!("[{a}, {a}]"), "unique([a40, a40])"), "E0703"),
        ("text that doubles", doubled("'ab'", |a| format!("{a} + {a}"), "size(a40)"), "E0704"),
        (
            "text that doubles in text",
            doubled("'ab'", |a| format!("f'{{{{ {a} }}}}{{{{ {a} }}}}'"), "size(a40)"),
            "E0704",
        ),
        ("lists joined that double", doubled("[1]", |a| format!("{a} + {a}"), "size(a40)"), "E0705"),
        ("objects merged", doubled("{x: 1}", |a| format!("merge({a}, {a}, {{y: {a}}})"), "size(a40)"), ""),
        ("flattened lists that double", doubled("[1]", |a| format!("flatten([{a}, {a}])"), "size(a40)"), "E0705"),
    ]
}

fn loops() -> Vec<Case> {
    let ranges = |n: usize| {
        let open: String = (0..n).map(|level| format!("range(200).map(v{level} => ")).collect();
        format!("{open}v0{}", ")".repeat(n))
    };
    let folds = |n: usize| {
        let open: String =
            (0..n).map(|level| format!("range(9).fold(0, (a{level}, x{level}) => a{level} + ")).collect();
        format!("{open}1{}", ")".repeat(n))
    };
    vec![
        ("200 to the fourth", ranges(4), "E0703"),
        ("200 to the twelfth", ranges(12), "E0703"),
        ("folds in folds", folds(10), "E0703"),
        ("a fold of a list", "range(1000).fold([1], (a, x) => a + a)".to_owned(), "E0705"),
        ("a fold of a text", "range(1000).fold('a', (a, x) => a + a)".to_owned(), "E0704"),
        ("a fold into depth", "range(1000).fold(0, (a, x) => [a])".to_owned(), "E0707"),
        ("a fold of shared objects", "range(200).fold(0, (a, x) => {a: a, b: a})".to_owned(), "E0706"),
        ("a fold that copies", "range(2000).fold([], (a, x) => a + [x])".to_owned(), "E0706"),
        ("a list too long", "range(1000000000)".to_owned(), "E0705"),
        ("a list too long by far", "range(0, 9223372036854775807, 1)".to_owned(), "E0705"),
        ("a list of all steps", "range(100000).map(x => x * 2).sum()".to_owned(), ""),
        ("groups of one", "range(100000).groupBy(x => string(x)).size()".to_owned(), "E0703"),
        ("parts of one", "range(100000).chunk(1).map(x => x[0]).size()".to_owned(), ""),
        ("flat lists of lists", "range(1000).flatMap(x => range(1000))".to_owned(), "E0705"),
        ("every one with every other", "range(1000).filter(x => x in range(1000))".to_owned(), "E0706"),
        ("positions", "range(3000).map(x => range(3000).position(x))".to_owned(), "E0703"),
        ("sorted backwards", "range(100000).reverse().sort().first()".to_owned(), "E0703"),
        ("sorted in a zigzag", "range(30000).sortBy(x => x * 7919 % 30011).first()".to_owned(), ""),
        ("sorted texts alike", "range(500).map(x => repeat('a', 1500) + string(x)).sort().size()".to_owned(), ""),
        ("all different", "unique(range(100000)).size()".to_owned(), "E0703"),
        ("what two lists share", "intersect(range(90000), range(90000)).size()".to_owned(), "E0703"),
        (
            "times",
            "range(100000).map(x => timestamp(x).plus('1 month').startOf('week').format('%Y')).size()".to_owned(),
            "E0703",
        ),
        ("zones", "range(100000).map(x => setZone(timestamp(x), 'Europe/Berlin').hour()).size()".to_owned(), "E0703"),
        ("a thousand mistakes caught", "range(100000).map(x => $input.list[x + 10] ?? 0).size()".to_owned(), "E0703"),
    ]
}

fn text() -> Vec<Case> {
    vec![
        ("a text too long", "repeat('a', 1000000000)".to_owned(), "E0704"),
        ("a text too long by far", "repeat('abc', 9223372036854775807)".to_owned(), "E0704"),
        ("padding", "padStart('a', 9000000000000000000)".to_owned(), "E0704"),
        ("padding with much", "padEnd('a', 1000000000, repeat('b', 1000))".to_owned(), "E0704"),
        ("replacing", "replaceAll(repeat('a', 1000), 'a', repeat('b', 2000))".to_owned(), "E0704"),
        ("every character", "split(repeat('a', 900000), '')".to_owned(), "E0705"),
        ("words", "words(repeat('a ', 400000))".to_owned(), "E0705"),
        ("lines", "lines(repeat('\\n', 90000)).size()".to_owned(), ""),
        ("digests", "let t = repeat('a', 900000) in range(1000).map(x => sha256(t)).size()".to_owned(), "E0703"),
        ("capitals", "let t = repeat('ß', 400000) in range(1000).map(x => size(upper(t))).size()".to_owned(), "E0703"),
        ("titles", "let t = repeat('a ', 400000) in range(1000).map(x => size(title(t))).size()".to_owned(), "E0703"),
        ("tags", "stripTags(repeat('<', 900000)).size()".to_owned(), ""),
        ("open tags", "stripTags(repeat('<a ', 300000)).size()".to_owned(), ""),
        ("entities", "htmlEscape(repeat('&', 300000))".to_owned(), "E0704"),
        ("searching", "repeat('a', 500000).contains(repeat('a', 250000) + 'b')".to_owned(), ""),
        ("positions in text", "repeat('a', 500000).indexOf(repeat('a', 250000) + 'b') == null".to_owned(), ""),
        ("text compared", "let t = repeat('a', 900000) in range(1000).all(x => t == t)".to_owned(), "E0703"),
        ("percent signs", "urlEncode(repeat('ü', 200000))".to_owned(), "E0704"),
        ("bytes of bytes", "base64(base64(base64(repeat('a', 300000))))".to_owned(), ""),
        ("digits", "formatNumber(1e300, 300, ',').size()".to_owned(), "E0510"),
        ("powers", "pow(2, 1000000000)".to_owned(), "E0601"),
        ("joined", "join(range(100000), repeat('x', 100))".to_owned(), "E0704"),
    ]
}

fn patterns() -> Vec<Case> {
    vec![
        ("repeated repetitions", "repeat('a', 100000).matches(r'^(a+)+$') || true".to_owned(), ""),
        ("alternatives that overlap", "(repeat('a', 100000) + 'b').matches(r'^(a|aa)*$')".to_owned(), ""),
        ("a pattern too large", "'a'.matches(r'((a{100}){100}){100}')".to_owned(), "E0511"),
        ("a pattern nested deeply", format!("'a'.matches(r'{}')", nested("(", "a", ")", 4_000)), "E0511"),
        ("all letters", "repeat('ü', 50000).extractAll(r'\\p{L}+').size()".to_owned(), ""),
        ("many matches", "repeat('ab', 200000).extractAll(r'[ab]').size()".to_owned(), "E0705"),
        ("patterns that are made", "range(10000).map(x => 'a'.matches(string(x))).size()".to_owned(), "E0703"),
        ("too many patterns", full_and("'a'.matches(r'a{9}') || ", "true"), "E0709"),
        ("a pattern for every end", "repeat('a', 20000).replacePattern(r'a*?$', 'b').size()".to_owned(), ""),
    ]
}

fn data() -> Vec<Case> {
    vec![
        ("JSON into depth", "parseJson(repeat('[', 100000))".to_owned(), "E0507"),
        ("JSON of objects into depth", "parseJson(repeat('{\"a\":', 100000))".to_owned(), "E0507"),
        ("much JSON", "parseJson('[' + repeat('[],', 300000) + '1]').size()".to_owned(), "E0705"),
        ("JSON of a long list", "json(range(100000)).size()".to_owned(), ""),
        (
            "members that are many",
            "fromEntries(range(50000).map(x => {key: string(x), value: x})).size()".to_owned(),
            "",
        ),
        ("a path of dots", "get($input, repeat('.', 900000))".to_owned(), ""),
        ("a path of names", "get({a: 1}, repeat('a.', 400000))".to_owned(), ""),
        ("a long query", "queryString({a: range(100000)})".to_owned(), ""),
        ("lists in step", "zip(range(90000), range(90000)).flatten().sum()".to_owned(), "E0705"),
    ]
}
