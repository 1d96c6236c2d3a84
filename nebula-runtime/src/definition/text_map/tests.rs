use proptest::prelude::*;

use super::file_range;

/// The part `wanted` of the string, found in `text` between the marks `«` and `»`.
fn check(text: &str, string: &str, wanted: &str, expected: Option<&str>) {
    let start = text.find('«').unwrap();
    let end = text.find('»').unwrap() - '«'.len_utf8();
    let text = text.replace(['«', '»'], "");
    let at = string.find(wanted).unwrap();
    let range = file_range(&text, &(start..end), string, at..at + wanted.len());
    assert_eq!(range.map(|range| &text[range]), expected, "{text:?} {wanted:?}");
}

#[test]
fn parts_are_found_in_every_style() {
    check("a: «$input.x» # c", "$input.x", "input", Some("input"));
    check("a: «'it''s $x'»", "it's $x", "$x", Some("$x"));
    check("a: «'it''s $x'»", "it's $x", "'s", Some("''s"));
    check(r#"a: «"say \"hi\" to $x"»"#, "say \"hi\" to $x", "$x", Some("$x"));
    check(r#"a: «"\u00e9\x41 $x"»"#, "éA $x", "$x", Some("$x"));
    check(r#"a: «"\ud83d\ude00 $x"»"#, "😀 $x", "$x", Some("$x"));
    check("a: «\"one \\\n   $x\"»", "one $x", "$x", Some("$x"));
    check("a: «one\n   two\n   $x»", "one two $x", "$x", Some("$x"));
    check("a: «\"one\n\n   $x\"»", "one\n$x", "$x", Some("$x"));
    check("a: «|\n  one\n    $x\n  two»", "one\n  $x\ntwo\n", "$x", Some("$x"));
    check("a: «|\n  one\n    $x\n  two»", "one\n  $x\ntwo\n", "two", Some("two"));
    check("a: «|\n  one\n    $x\n  two»", "one\n  $x\ntwo\n", "  $x", Some("  $x"));
    check("a: «>-\n  one\n  two $x»", "one two $x", "$x", Some("$x"));
}

#[test]
fn what_does_not_match_is_not_guessed() {
    check("a: «something»", "else", "else", None);
}

proptest! {
    #[test]
    fn any_place_in_any_text_is_answered(
        text in "(?s).{0,40}", string in "(?s).{0,20}", start in 0_usize..60, end in 0_usize..60, from in 0_usize..60, to in 0_usize..60
    ) {
        if let Some(range) = file_range(&text, &(start..end), &string, from..to) {
            prop_assert!(text.get(range).is_some());
        }
    }
}
