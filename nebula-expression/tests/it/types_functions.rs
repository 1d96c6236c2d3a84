//! Functions before the run: the type of what comes out, or the code of the first mistake after a `!`.

use nebula_expression::ty::Fit;
use nebula_expression::{Expression, Limits, Type};

use crate::scope::{Sample, SampleTypes};

const TYPES: &[(&str, &str)] = &[
    ("$input.list.at(-1)", "integer?"),
    ("$input.list.at('1')", "!E0506"),
    ("$input.list.take(1)", "list<integer>"),
    ("$input.words.skip(1)", "list<string>"),
    ("$input.s.take(1)", "!E0506"),
    ("reverse($input.words)", "list<string>"),
    ("flatten([$input.list, [0.5]])", "list<number>"),
    ("flatten($input.list)", "!E0506"),
    ("compact([1, null])", "list<integer>"),
    ("compact([$input.user.email, $input.name])", "list<string>"),
    ("$input.list.chunk(2)", "list<list<integer>>"),
    ("zip($input.list, $input.words)", "list<list<integer | string>>"),
    ("range(3)", "list<integer>"),
    ("range('3')", "!E0506"),
    ("sort($input.list)", "list<integer>"),
    ("sort([[1]])", "!E0506"),
    ("sort([1, null])", "!E0506"),
    ("sort($input.nothing)", "!E0301"),
    ("sum($input.list)", "integer"),
    ("sum([$input.b])", "number"),
    ("sum([])", "integer"),
    ("sum($input.words)", "!E0506"),
    ("sum($input.list) + 'a'", "!E0501"),
    ("avg($input.list)", "number?"),
    ("avg($input.list) + 1", "!E0301"),
    ("min($input.list)", "integer?"),
    ("max($input.words) ?? ''", "string"),
    ("max($input.items)", "!E0506"),
    ("unique($input.list)", "list<integer>"),
    ("$input.list.position(1)", "integer?"),
    ("$input.list.position(1) + 1", "!E0301"),
    ("$input.list.intersect($input.words)", "list<integer>"),
    ("$input.items.sortBy(x => x.id)", "list<{id: integer, name?: string}>"),
    ("$input.items.sortBy(x => x.name)", "!E0305"),
    ("$input.items.sortBy(x => x?.name)", "list<{id: integer, name?: string}>"),
    ("$input.items.sortBy(x => x)", "!E0506"),
    ("$input.items.uniqueBy(x => x.id).map(x => x.id)", "list<integer>"),
    ("$input.items.groupBy(x => string(x.id))", "{[name]: list<{id: integer, name?: string}>}"),
    ("$input.items.groupBy(x => x.id)", "!E0506"),
    ("$input.list.takeWhile(x => x)", "!E0502"),
    ("$input.list.skipWhile(x => x > 1)", "list<integer>"),
    ("$input.user.address.entries()", "list<{key: string, value: string}>"),
    ("$input.user.address.entries().map(e => e.valeu)", "!E0203"),
    ("fromEntries($input.list.map(x => {key: string(x), value: x}))", "{[name]: integer}"),
    ("$input.get('user.address.city')", "string"),
    ("$input.get('items.0.id')", "integer?"),
    ("$input.get('items.0.id', 0)", "integer"),
    ("$input.get('user.email', '')", "string"),
    ("$input.get($input.key)", "!E0401"),
    ("$input.get('no.such.thing')", "null"),
    ("merge({a: 1, b: 'x'}, {b: 2})", "{a: integer, b: integer}"),
    ("merge($input.user.address, {zip: 1}).zip", "integer"),
    ("merge($input.user.address, {zip: 1}).zap", "!E0203"),
    ("merge($input.user, $input.list)", "!E0506"),
    ("$input.user.pick(['name'])", "{name: string}"),
    ("$input.user.pick(['name']).email", "!E0203"),
    ("$input.user.omit(['address', 'email'])", "{name: string}"),
    ("$input.user.address.pick($input.words)", "{city?: string}"),
    ("$input.user.address.mapValues(x => size(x))", "{city: integer}"),
    ("$input.user.address.filterEntries(x => x != '')", "{city?: string}"),
    ("$input.user.address.filterEntries(x => x != '').city", "!E0305"),
    ("abs($input.a)", "integer"),
    ("abs($input.b)", "number"),
    ("abs($input.s)", "!E0506"),
    ("floor($input.b)", "integer"),
    ("round($input.b)", "integer"),
    ("round($input.b, 2)", "number"),
    ("round($input.a, 2)", "integer"),
    ("$input.list.at(round($input.b))", "integer?"),
    ("div($input.a, 2)", "integer"),
    ("mod($input.b, 2)", "number"),
    ("pow(2, 3)", "number"),
    ("clamp($input.a, 0, 10)", "integer"),
    ("clamp($input.a, 0, 1.5)", "number"),
    ("isInteger($input.s)", "bool"),
    ("least($input.a, $input.b)", "number"),
    ("greatest($input.a, $input.list)", "!E0506"),
    ("least($input.a, $input.user.email)", "!E0301"),
    ("formatNumber($input.a)", "string"),
    ("formatNumber($input.a, '2')", "!E0506"),
];

#[test]
fn every_call_has_the_type_the_table_says() {
    let mut wrong = Vec::new();
    for (source, expected) in TYPES {
        let checked = Expression::parse(source).unwrap_or_else(|e| panic!("{source}: {e:?}")).check(&SampleTypes);
        let found = match checked.errors.first() {
            Some(error) => format!("!{}", error.code),
            None => checked.ty.widen().to_string(),
        };
        if found != *expected {
            wrong.push(format!("{source}\n    expected {expected}\n    found    {found}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), TYPES.len(), wrong.join("\n"));
}

#[test]
fn a_secret_member_stays_one() {
    for source in [
        "$input.pick(['password']).password",
        "merge({a: 1}, $input).password",
        "$input.omit(['a']).password",
        "$input.filterEntries(x => true)?.password",
    ] {
        let checked = Expression::parse(source).unwrap().check(&SampleTypes);
        assert!(checked.errors.iter().any(|error| error.code == "E0401"), "{source}: {:?}", checked.errors);
    }
}

#[test]
fn every_value_is_of_the_type_that_was_found() {
    let mut seen = 0;
    for (source, _) in TYPES {
        let expr = Expression::parse(source).unwrap();
        let checked = expr.check(&SampleTypes);
        if !checked.errors.is_empty() {
            continue;
        }
        let (scope, limits) = (Sample::new(), Limits::default());
        let value = expr.evaluate(&scope, &limits).unwrap_or_else(|error| panic!("{source}: {error}"));
        let fit = Type::of_value(&value).fits(&checked.ty);
        assert!(matches!(fit, Fit::Yes), "{source}: {value} is no {}: {fit:?}", checked.ty);
        seen += 1;
    }
    assert!(seen > 40, "{seen}");
}
