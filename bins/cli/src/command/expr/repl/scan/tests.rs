//! Texts that are half written.

use super::{Kind, is_open, words};

#[test]
fn an_open_bracket_asks_for_more_and_one_too_many_does_not() {
    for text in ["(", "f(1, ", "[1,", "{a: [1], ", "(\n1 +", "f('a)', "] {
        assert!(is_open(text), "{text}");
    }
    for text in ["", "1 +", "(1)", "'('", "\"a\\\"(\"", "r\"\\\"", "f\"a {{ b['x'] }} (\"", "1)", "(1))(", "'(", "$x"] {
        assert!(!is_open(text), "{text}");
    }
}

#[test]
fn words_cover_every_text_without_gaps() {
    for text in
        ["", "$", "$ü.größe", "r", "f", "r'", "f\"{{", "f\"{{ '", "'\\", "1e+5.", "a.r\"", "\u{202e}(\0", "f\"\\", "👩‍💻"]
    {
        let mut at = 0;
        for (_, range) in words(text) {
            assert_eq!(range.start, at, "{text}");
            assert!(range.end > at, "{text}");
            at = range.end;
        }
        assert_eq!(at, text.len(), "{text}");
    }
}

#[test]
fn words_are_told_apart() {
    let text = "$input.in ?? size('a') + 1.5e-3 in null";
    let kinds: Vec<(Kind, &str)> = words(text)
        .into_iter()
        .filter(|(kind, _)| !matches!(kind, Kind::Other))
        .map(|(kind, range)| (kind, &text[range]))
        .collect();
    assert_eq!(
        kinds,
        [
            (Kind::Root, "$input"),
            (Kind::Call, "size"),
            (Kind::Open, "("),
            (Kind::String, "'a'"),
            (Kind::Close, ")"),
            (Kind::Number, "1.5e-3"),
            (Kind::Keyword, "in"),
            (Kind::Keyword, "null"),
        ]
    );
}
