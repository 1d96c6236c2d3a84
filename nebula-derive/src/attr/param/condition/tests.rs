use super::parse;
use crate::model::{Comparison, Condition, KeywordValue};

/// The condition in prefix form.
fn read(source: &str) -> String {
    parse(source).map_or_else(|problem| format!("error: {problem}"), |condition| show(&condition))
}

fn show(condition: &Condition) -> String {
    let list = |parts: &[Condition]| parts.iter().map(show).collect::<Vec<_>>().join(" ");
    match condition {
        Condition::Compare(name, how, value) => {
            let sign = match how {
                Comparison::Equal => "==",
                Comparison::Unequal => "!=",
                Comparison::Less => "<",
                Comparison::AtMost => "<=",
                Comparison::More => ">",
                Comparison::AtLeast => ">=",
            };
            format!("({name} {sign} {})", value_of(value))
        }
        Condition::OneOf(name, values) => {
            format!("({name} in {})", values.iter().map(value_of).collect::<Vec<_>>().join(","))
        }
        Condition::Not(inner) => format!("(not {})", show(inner)),
        Condition::All(parts) => format!("(all {})", list(parts)),
        Condition::Any(parts) => format!("(any {})", list(parts)),
    }
}

fn value_of(value: &KeywordValue) -> String {
    match value {
        KeywordValue::Text(text) => format!("{text:?}"),
        KeywordValue::Integer(int) => int.to_string(),
        KeywordValue::Float(float) => float.to_string(),
        KeywordValue::Flag(flag) => flag.to_string(),
        KeywordValue::Null => "null".to_owned(),
        _ => unreachable!("no value of a condition"),
    }
}

#[test]
fn and_binds_tighter_than_or_and_brackets_bind_tightest() {
    assert_eq!(read("a || b && !c"), "(any (a == true) (all (b == true) (not (c == true))))");
    assert_eq!(read("(a || b) && c"), "(all (any (a == true) (b == true)) (c == true))");
}

#[test]
fn values_are_texts_numbers_flags_and_null() {
    assert_eq!(read(r#"a == 'x\'y' && b != "z""#), r#"(all (a == "x'y") (b != "z"))"#);
    assert_eq!(read("a >= -3 && b < 1.5"), "(all (a >= -3) (b < 1.5))");
    assert_eq!(read("a == null || b == false"), "(any (a == null) (b == false))");
    assert_eq!(read("a in ['x', 'y']"), r#"(a in "x","y")"#);
}

#[test]
fn what_is_no_condition_is_told_in_words() {
    assert_eq!(read("mode = 'a'"), "error: write `==` to compare");
    assert_eq!(
        read("mode == custom"),
        "error: a value is wanted where `custom` stands: a text is put in quotes, as in `'custom'`"
    );
    assert_eq!(read("mode == 'a"), "error: a text has no end: `'` is missing");
    assert_eq!(read("mode < 'a'"), "error: only numbers are smaller or larger");
    assert_eq!(read("(mode == 'a'"), "error: `)` is missing");
    assert_eq!(read("mode == 'a' 'b'"), "error: `b` is too much");
    assert_eq!(read("mode ~ 'a'"), "error: `~` means nothing here");
    assert_eq!(read("a.b == 1"), "error: only fields beside this one can be looked at");
    assert_eq!(read(""), "error: the name of a field is wanted, as in `mode == 'custom'`");
    assert_eq!(read(&"!".repeat(100)), "error: it is nested too deeply");
}
