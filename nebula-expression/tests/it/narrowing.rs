//! What a condition says of the paths in it.

use nebula_expression::Expression;

use crate::scope::SampleTypes;

fn codes(source: &str) -> Vec<&'static str> {
    let checked = Expression::parse(source).unwrap_or_else(|errors| panic!("{source}: {errors:?}")).check(&SampleTypes);
    checked.errors.iter().map(|error| error.code).collect()
}

#[test]
fn a_test_makes_what_it_tested_safe() {
    for source in [
        "has($input.nick) ? upper($input.nick) : ''",
        "has($input.nick) && size($input.nick) > 2",
        "isNull($input.nick) || size($input.nick) > 2",
        "!isNull($input.nick) && $input.nick.upper() == 'A'",
        "!has($input.nick) ? '' : $input.nick",
        "$nodes.skipped.success ? $nodes.skipped.result.a : null",
        "$nodes.skipped.status == 'completed' ? $nodes.skipped.result.a : null",
        "$nodes.skipped.success && $nodes.skipped.result.a == 1",
        "!$nodes.skipped.success || $nodes.skipped.result.a == 1",
        "let nick = $input.nick ?? null in nick != null ? nick.upper() : ''",
        "[$input.nick ?? null].filter(n => n != null && n.upper() == 'A')",
    ] {
        assert_eq!(codes(source), Vec::<&str>::new(), "{source}");
    }
}

#[test]
fn another_branch_and_another_path_are_not_made_safe() {
    for (source, code) in [
        ("has($input.nick) ? '' : upper($input.nick)", "E0305"),
        ("has($input.nick) || size($input.nick) > 2", "E0305"),
        ("has($input.a) && size($input.nick) > 2", "E0305"),
        ("(has($input.nick) ? 1 : 2) + size($input.nick)", "E0305"),
        ("$nodes.skipped.success ? 1 : $nodes.skipped.result.a", "E0303"),
        ("$nodes.failed.success ? $nodes.skipped.result.a : 1", "E0303"),
        ("$nodes.skipped.status == 'failed' ? $nodes.skipped.result.a : 1", "E0303"),
        ("let nick = $input.nick ?? null in nick == null ? nick.upper() : ''", "E0301"),
        ("[$input.nick ?? null].filter(n => n != null).map(n => let n = $input.nick ?? null in n.upper())", "E0301"),
    ] {
        assert_eq!(codes(source), [code], "{source}");
    }
}
