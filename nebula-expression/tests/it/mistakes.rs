//! The words of errors: place, label and help, as people see them.

use nebula_expression::{Expression, Limits};

use crate::scope::Sample;

/// The first error of parsing or evaluating, rendered.
fn rendered(source: &str) -> String {
    let error = match Expression::parse(source) {
        Ok(expr) => expr.evaluate(&Sample::new(), &Limits::default()).expect_err(source),
        Err(errors) => errors[0].clone(),
    };
    error.render(source)
}

fn help(source: &str) -> String {
    let text = rendered(source);
    text.split("= help: ").nth(1).unwrap_or_default().to_owned()
}

#[test]
fn a_missing_member_shows_the_way() {
    assert_eq!(
        rendered("1 + $input.user.nmae"),
        "error[E0203]: `$input.user.nmae` does not exist\n  \
           at 1:17\n  \
           | 1 + $input.user.nmae\n  \
           |                 ^^^^ it has: address, email, name\n  \
           = help: did you mean `name`? If it may be missing, write `$input.user?.nmae` for null, \
           or `$input.user.nmae ?? default`"
    );
}

#[test]
fn a_skipped_node_is_named() {
    assert_eq!(
        rendered("$nodes.skipped.result.total + 1"),
        "error[E0303]: node `skipped` was skipped, so it has no result\n  \
           at 1:1\n  \
           | $nodes.skipped.result.total + 1\n  \
           | ^^^^^^^^^^^^^^^^^^^^^^^^^^^ skipped\n  \
           = help: write `$nodes.skipped.result?.total` or `$nodes.skipped.result.total ?? default`"
    );
}

#[test]
fn the_place_is_right_on_later_lines() {
    let text = rendered("$input.a +\n  größe");
    assert!(text.contains("at 2:3\n  |   größe\n  |   ^^^^^ unknown name"), "{text}");
}

#[test]
fn helps_say_what_to_write() {
    for (source, expected) in [
        ("$input.a = 1", "write `==` to compare"),
        ("$input.a === 1", "write `==`: it never converts"),
        ("$input.a <> 1", "write `!=`"),
        ("$input.yes and $input.no", "write `&&`"),
        ("$input.yes or $input.no", "write `||`, or `??` for a default"),
        ("not $input.yes", "write `!`"),
        ("1 not in $input.list", "write `!(a in b)`"),
        ("1 < $input.a < 3", "write `1 < $input.a && $input.a < 3`"),
        ("$input.list.0", "write `[0]` without the dot"),
        ("input.a", "did you mean `$input`?"),
        ("True", "did you mean `true`?"),
        ("undefined", "did you mean `null`?"),
        ("$json.a", "did you mean `$input`?"),
        ("$node.x.result", "did you mean `$nodes`?"),
        ("$nodes.fetch.results", "did you mean `result`?"),
        ("$nodes.fetch", "write for example `$nodes.fetch.result`"),
        ("$workflow.versoin", "did you mean `version`?"),
        ("$input.list.lenght()", "write `size(x)`"),
        ("$input.words.jion(',')", "did you mean `join`?"),
        (
            "join()",
            "it is written `join(list: list<string | number | bool | timestamp | duration>, separator: string = \"\"): string`",
        ),
        ("{{ $input.a }}", "write `$input.a` without the braces"),
        ("$input.list[-1]", "for the last element write `last(list)`"),
        ("$input.list.length", "write `size($input.list)`"),
        ("$input.items.name", "read an element first: `$input.items[0].name`"),
        ("$input.a + 'x'", "write `string($input.a)` for text, `number(…)` for arithmetic, or a template"),
        ("$input.s > 1", "convert one side, for example `number($input.s)`"),
        ("$input.nothing + 1", "give a default: `($input.nothing ?? 0)`"),
        ("$input.nothing + 'x'", "give a default: `($input.nothing ?? \"\")`"),
        ("$input.s * 2", "convert it: `number($input.s)`"),
        ("lower($input.a)", "convert it: `string($input.a)`"),
        ("$input.yes ? 1", "write `condition ? value : other`, or `value ?? other` for a default"),
        ("`x`", "strings are written in `\"` or `'`"),
    ] {
        assert_eq!(help(source), expected, "{source}");
    }
}

#[test]
fn several_mistakes_come_back_together() {
    for (source, expected) in [
        ("$imput.a + $nodes.x", vec![("E0201", "$imput"), ("E0206", "$nodes.x")]),
        ("[1 2, , foo]", vec![("E0102", "2"), ("E0102", ","), ("E0202", "foo")]),
        ("(a + $b", vec![("E0106", "("), ("E0202", "a"), ("E0201", "$b")]),
        ("a && && b", vec![("E0202", "a"), ("E0102", "&&"), ("E0202", "b")]),
        ("{a: , b: $c, 1: 2}", vec![("E0102", ","), ("E0201", "$c"), ("E0102", "1")]),
        ("1 # + @ $x", vec![("E0101", "#"), ("E0101", "@"), ("E0201", "$x")]),
        ("size($x, lowr('A')) )", vec![("E0205", "size"), ("E0201", "$x"), ("E0204", "lowr"), ("E0106", ")")]),
        ("$nodes[$x].result + 'a\\q'", vec![("E0209", "[$x]"), ("E0201", "$x"), ("E0104", "\\q")]),
    ] {
        let errors = Expression::parse(source).unwrap_err();
        let found: Vec<(&str, &str)> = errors.iter().map(|e| (e.code, e.span.slice(source))).collect();
        assert_eq!(found, expected, "{source}: {errors:#?}");
    }
}

#[test]
fn errors_print_and_serialise() {
    let error = Expression::parse("$input.a = 1").unwrap_err().remove(0);
    assert_eq!(error.to_string(), "E0107: there is no operator `=` (help: write `==` to compare)");
    assert_eq!(
        serde_json::to_value(&error).unwrap(),
        serde_json::json!({
            "code": "E0107",
            "message": "there is no operator `=`",
            "span": {"start": 9, "end": 10},
            "label": "not an operator here",
            "help": "write `==` to compare",
        })
    );
}
