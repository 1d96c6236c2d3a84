//! Types before the run: what each expression gives, or the code of the first mistake after a `!`, or of the first
//! warning after a `?`.

mod data;
mod functions;
mod narrowing;
mod operators;
mod world;

use nebula_expression::Expression;

use self::world::Shop;

/// How an expression is answered: its type, `!E0301`, or its type and `?E0306`.
fn answer(source: &str) -> String {
    let expr = match Expression::parse(source) {
        Ok(expr) => expr,
        Err(errors) => return format!("!{}", errors[0].code),
    };
    let checked = expr.check(&Shop);
    match (checked.errors.first(), checked.warnings.first()) {
        (Some(error), _) => format!("!{}", error.code),
        (None, Some(warning)) => format!("{} ?{}", checked.ty, warning.code),
        (None, None) => checked.ty.to_string(),
    }
}

#[track_caller]
fn hold(rows: &[(&str, &str)]) {
    let wrong: Vec<String> = rows
        .iter()
        .map(|(source, expected)| (source, expected, answer(source)))
        .filter(|(_, expected, found)| *expected != found)
        .map(|(source, expected, found)| format!("{source}\n    expected {expected}\n    found    {found}"))
        .collect();
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

#[test]
fn there_are_many_rows() {
    let rows = data::ROWS.len() + narrowing::ROWS.len() + operators::ROWS.len() + functions::ROWS.len();
    assert!(rows >= 200, "the tables have shrunk to {rows}");
}

#[test]
fn helps_name_what_was_meant() {
    for (source, expected) in [
        ("$input.status == 'shiped'", "did you mean \"shipped\"?"),
        ("'shiped' in ['x'] || $input.status == 'opne'", "did you mean \"open\"?"),
        ("$input.status in ['open', 'shiped']", "did you mean \"shipped\"?"),
        ("$input.statis", "did you mean `status`?"),
        ("$nodes.fetsh.result", "did you mean `fetch`?"),
        (
            "$input.note.upper()",
            "write `$input?.note` for null, `$input.note ?? default`, or test it with `has($input.note)`",
        ),
        ("$input.email.upper()", "give a default: `($input.email ?? \"\")`"),
        ("$input.address.zip", "write `$input.address?.zip` for null, or `$input.address.zip ?? default`"),
        (
            "$nodes.perhaps.result.total",
            "write `$nodes.perhaps.result?.total` or `$nodes.perhaps.result.total ?? default`",
        ),
        ("$input.password", "name the credential in the action that needs it"),
        ("sum($input.tags)", "it is written `sum(list: list<number>): number`"),
        ("sort([1, 'a'])", "convert them first, for example to text with `string(x)`"),
        ("$input.name ?? ''", "leave the default out"),
    ] {
        let checked = Expression::parse(source).unwrap().check(&Shop);
        let first = checked.errors.first().or(checked.warnings.first()).unwrap_or_else(|| panic!("{source}"));
        assert_eq!(first.help.as_deref(), Some(expected), "{source}: {first:?}");
    }
}

#[test]
fn places_are_those_of_the_mistake() {
    for (source, expected) in [
        ("$input.name + $input.note", "note"),
        ("[1, $input.nam]", "nam"),
        ("$input.items.map(i => i.qty + i.sku)", "i.qty + i.sku"),
        ("upper($input.email)", "$input.email"),
        ("$input.status == 'x'", "'x'"),
        ("let a = $input.total in a.upper()", "a"),
    ] {
        let checked = Expression::parse(source).unwrap().check(&Shop);
        assert_eq!(checked.errors[0].span.slice(source), expected, "{source}: {:?}", checked.errors);
    }
}
