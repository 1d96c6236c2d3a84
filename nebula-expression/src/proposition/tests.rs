use crate::{Expression, Proposition};

fn said(text: &str) -> Proposition {
    Expression::parse(text).unwrap().proposition()
}

#[test]
fn opposite_comparisons_are_each_others_negation() {
    for (one, other) in [
        ("$input.a > 100", "$input.a <= 100"),
        ("$input.a<=100", "$input.a   >   100"),
        ("$input.a >= 1", "$input.a < 1"),
        ("$input.a == 'x'", "$input.a != 'x'"),
        ("'x' == $input.a", "$input.a != 'x'"),
        ("$input.a", "!$input.a"),
        ("$input.a && $input.b", "!($input.a && $input.b)"),
        ("$input.a + 1 > $input.b", "$input.a + 1 <= $input.b"),
        ("$input.xs.exists(x => x > 1)", "!$input.xs.exists(x => x > 1)"),
        ("true", "false"),
    ] {
        assert_eq!(said(one), said(other).negated(), "{one} | {other}");
    }
}

#[test]
fn other_conditions_are_told_apart() {
    for (one, other) in [
        ("$input.a > 100", "$input.a < 100"),
        ("$input.a > 100", "$input.a <= 101"),
        ("$input.a > 100", "$input.b <= 100"),
        ("$input.b ?? $input.a > 1", "$input.b ?? $input.a <= 1"),
        ("$input.a", "$input.b"),
    ] {
        assert_ne!(said(one), said(other).negated(), "{one} | {other}");
    }
}

#[test]
fn nothing_is_said_of_what_depends_on_the_place() {
    for text in ["$now > timestamp('2026-01-01T00:00:00Z')", "$input.xs.filter(x => x == $now) == 'a'", "$now in ['a']"]
    {
        assert!(matches!(said(text), Proposition::Unknown | Proposition::Any(_)), "{text}: {:?}", said(text));
        assert!(!format!("{:?}", said(text)).contains("Holds"), "{text}");
        assert!(!format!("{:?}", said(text)).contains("Is"), "{text}");
    }
}

#[test]
fn what_is_said_of_an_item_is_known_to_be_of_one() {
    for text in ["$item.a", "$input.xs[$index] == 'a'", "!($item in ['a'])", "$input.a && $item > 1"] {
        assert!(said(text).is_of_item(), "{text}: {:?}", said(text));
    }
    for text in ["$input.item", "$nodes.a.success", "$nodes.a.port == 'item'", "$input.a && true"] {
        assert!(!said(text).is_of_item(), "{text}: {:?}", said(text));
    }
}

#[test]
fn the_opposite_is_read_as_the_negation() {
    for text in [
        "$input.a > 1",
        "$input.a == null",
        "$input.a",
        "!$input.a",
        "$input.a in [1]",
        "$input.a && $input.b || $input.c",
        "$input.a ?? true",
        "$input.a ? true : $input.b",
        "let a = $input.a in a",
        "$input.a.startsWith('x')",
        "has($input.a)",
        "true",
    ] {
        let opposite = Expression::parse(text).unwrap().opposite();
        let twice = Expression::parse(&opposite).unwrap().opposite();
        assert_eq!(said(&opposite), said(text).negated(), "{text}: {opposite}");
        assert_eq!(Expression::parse(&twice).unwrap().to_canonical(), Expression::parse(text).unwrap().to_canonical());
    }
}
