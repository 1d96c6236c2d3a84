//! The part of the text that each error marks.

use nebula_expression::{Expression, Limits};

use crate::scope::Sample;

pub(super) const ROWS: &[(&str, &str, &str)] = &[
    ("$input.a + $input.missing", "E0203", "missing"),
    ("$input.user.nick.x", "E0203", "nick"),
    ("$input.list[9]", "E0304", "[9]"),
    ("$input.list[$input.list[2] + 9]", "E0304", "[$input.list[2] + 9]"),
    ("$input.list[-1]", "E0504", "-1"),
    ("$input.list[$input.s]", "E0504", "$input.s"),
    ("$input.nothing.x", "E0301", "x"),
    ("$input.nothing + 1", "E0301", "$input.nothing"),
    ("1 + $input.nothing", "E0301", "$input.nothing"),
    ("1 + (2 * $input.nothing)", "E0301", "$input.nothing"),
    ("$input.s.size() + $input.s", "E0501", "$input.s"),
    ("-$input.s", "E0501", "$input.s"),
    ("!$input.a", "E0502", "$input.a"),
    ("$input.yes && $input.a", "E0502", "$input.a"),
    ("$input.a ? 1 : 2", "E0502", "$input.a"),
    ("$input.a < $input.s", "E0501", "$input.a < $input.s"),
    ("1 in $input.a", "E0501", "$input.a"),
    ("1 in $input.s", "E0501", "1"),
    ("10 / ($input.a - 1)", "E0602", "($input.a - 1)"),
    ("$input.big + 1", "E0601", "$input.big + 1"),
    ("upper($input.a)", "E0506", "$input.a"),
    ("$input.a.upper()", "E0506", "$input.a"),
    ("$input.list.filter(x => x)", "E0502", "x"),
    ("$input.list.map(x => x + 'a')", "E0501", "'a'"),
    ("$input.items.map(i => i.name)", "E0203", "name"),
    ("let a = $input.s in a * 2", "E0501", "a"),
    ("let a = $input.user in a.nick", "E0203", "nick"),
    ("f'a {{ $input.list }} b'", "E0505", "$input.list"),
    ("f'ü {{ $input.missing }} b'", "E0203", "missing"),
    ("'ü' + $input.nothing", "E0301", "$input.nothing"),
    ("number('x')", "E0507", "'x'"),
    ("timestamp('x')", "E0510", "'x'"),
    ("$input.s.matches('(')", "E0511", "("),
    ("$input.s.matches(r'a(')", "E0511", "("),
    ("$item", "E0302", "$item"),
    ("$nodes.skipped.result.a", "E0303", "$nodes.skipped.result.a"),
    ("first([]).x", "E0301", "x"),
    // --- while parsing ---
    ("1 + ", "E0102", ""),
    ("1 # 2", "E0101", "#"),
    ("$imput", "E0201", "$imput"),
    ("foo + 1", "E0202", "foo"),
    ("siz($input.s)", "E0204", "siz"),
    ("size()", "E0205", "size"),
    ("$nodes.fetch", "E0206", "$nodes.fetch"),
    ("$nodes.fetch.output", "E0207", "output"),
    ("$workflow.name", "E0208", "name"),
    ("$nodes[$input.a].result", "E0209", "[$input.a]"),
    ("(1 + 2", "E0106", "("),
    ("{a: 1, a: 2}", "E0110", "a"),
    ("1 < 2 < 3", "E0108", "<"),
    ("'a\\q'", "E0104", "\\q"),
    ("'open", "E0103", "'"),
    ("12abc", "E0105", "12abc"),
    ("$input.s?.size()", "E0113", "size"),
    ("let a = 1 in b", "E0202", "b"),
    ("[1].map(x => y)", "E0202", "y"),
    ("let in = 1 in 2", "E0102", "in"),
    ("f'{{ foo }}'", "E0202", "foo"),
    ("f'{{ 1'", "E0111", "{{"),
];

#[test]
fn errors_mark_the_part_that_is_wrong() {
    let mut wrong = Vec::new();
    for (source, code, part) in ROWS {
        let error = match Expression::parse(source) {
            Ok(expr) => expr.evaluate(&Sample::new(), &Limits::default()).expect_err(source),
            Err(errors) => errors[0].clone(),
        };
        let found = error.span.slice(source);
        if (error.code, found) != (*code, *part) {
            wrong.push(format!("{source}\n    expected {code} at {part}\n    found    {} at {found}", error.code));
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), ROWS.len(), wrong.join("\n"));
}
