use nebula_expression::Expression;

use super::are_opposite;

#[test]
fn opposite_conditions_are_recognised() {
    let cases = [
        ("$input.a > 100", "$input.a <= 100", true),
        ("$input.a<=100", "$input.a   >   100", true),
        ("$input.a >= 1", "$input.a < 1", true),
        ("$input.a == 'x'", "$input.a != 'x'", true),
        ("$input.a", "!$input.a", true),
        ("!($input.a && $input.b)", "$input.a && $input.b", true),
        ("$input.a + 1 > $input.b", "$input.a + 1 <= $input.b", true),
        ("$input.a > 100", "$input.a < 100", false),
        ("$input.a > 100", "$input.a <= 101", false),
        ("$input.a > 100", "$input.b <= 100", false),
        ("$input.a > 1 && $input.b", "$input.a <= 1 && $input.b", false),
        ("$input.b || $input.a > 1", "$input.b || $input.a <= 1", false),
        ("$input.b ?? $input.a > 1", "$input.b ?? $input.a <= 1", false),
        ("!$input.a && $input.b", "$input.a && $input.b", false),
        ("!($input.a) || ($input.b)", "$input.a) || ($input.b", false),
        ("!$input.a", "!$input.a", false),
        ("$input.a", "$input.a", false),
    ];
    let canonical =
        |text: &str| Expression::parse(text).map_or_else(|_| text.to_owned(), |parsed| parsed.to_canonical());
    for (one, other, expected) in cases {
        assert_eq!(are_opposite(&canonical(one), &canonical(other)), expected, "{one} | {other}");
        assert_eq!(are_opposite(&canonical(other), &canonical(one)), expected, "{other} | {one}");
    }
}
