//! Secrets cannot be read, alone or inside of something else.

use nebula_expression::{Expression, Template};

use crate::scope::SampleTypes;

fn codes(source: &str) -> Vec<&'static str> {
    let checked = Expression::parse(source).unwrap_or_else(|errors| panic!("{source}: {errors:?}")).check(&SampleTypes);
    checked.errors.iter().map(|error| error.code).collect()
}

#[test]
fn no_way_to_a_secret_is_open() {
    for source in [
        "$input.password",
        "$input?.password ?? ''",
        "has($input.password)",
        "$input",
        "[$input]",
        "{all: $input}",
        "$input[$input.key]",
        "values($input)",
        "entries($input)",
        "json($input)",
        "$input.get($input.key)",
        "$input.get('password')",
        "get({in: $input}, 'in.password')",
        "get({in: $input}, 'in')",
        "merge($input, {a: 1})",
        "let all = $input in all",
        "let all = $input in all.password",
        "[$input].map(i => i.password)",
        "[$input].filter(i => i.a == 1)",
        "[$input].map(i => json(i))",
        "pick($input, ['password'])",
        "mapValues($input, v => v)",
    ] {
        assert!(codes(source).contains(&"E0401"), "{source}: {:?}", codes(source));
    }
    let template = Template::parse("{{ $input }}").unwrap().check(&SampleTypes);
    assert_eq!(template.errors[0].code, "E0401");
}

#[test]
fn what_is_beside_a_secret_is_open() {
    for source in [
        "$input.a",
        "size($input) > 0",
        "[$input].map(i => i.a)",
        "[$input].filter(i => i.a == 1).map(i => i.s)",
        "{id: $input.a}",
        "$input.get('user.name')",
        "omit($input, ['password']).a",
        "let all = $input in all.s",
    ] {
        assert_eq!(codes(source), Vec::<&str>::new(), "{source}");
    }
}
