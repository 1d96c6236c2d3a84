use std::ops::Range;

use syn::LitStr;

use super::Literal;

fn read(spelled: &str) -> (LitStr, String) {
    let literal: LitStr = syn::parse_str(spelled).unwrap_or_else(|error| panic!("{spelled}: {error}"));
    let token = literal.token().to_string();
    (literal, token)
}

/// The part of the literal that spells the part of its text that is `what`.
fn spelling(spelled: &str, what: &str) -> String {
    let (literal, token) = read(spelled);
    let start = literal.value().find(what).unwrap_or_else(|| panic!("{spelled} has no {what}"));
    token[Literal::new(&literal).bytes(start..start + what.len())].to_owned()
}

#[test]
fn plain_texts_and_raw_texts_are_spelled_as_they_are() {
    for spelled in [r#""$a + 'é' - q""#, r#"r"$a + 'é' - q""#, r###"r#"$a + 'é' - q"#"###, r###"r##"$a + 'é' - q"##"###]
    {
        for what in ["$a", "'é'", "+", "q", "$a + 'é' - q"] {
            assert_eq!(spelling(spelled, what), what, "{spelled}");
        }
    }
    assert_eq!(spelling("r#\"say \"hi\" \\n now\"#", "\"hi\" \\n"), "\"hi\" \\n");
    assert_eq!(spelling("\"one\n two\"", "two"), "two");
}

#[test]
fn escapes_are_longer_than_what_they_stand_for() {
    let spelled = r#""\t\"a\" == \u{e9}\x41\\ && \u{1F_600}b \
                     next""#;
    for (what, found) in [
        ("\t", r"\t"),
        ("\"a\"", r#"\"a\""#),
        ("==", "=="),
        ("é", r"\u{e9}"),
        ("A", r"\x41"),
        ("éA", r"\u{e9}\x41"),
        ("\\", r"\\"),
        ("\u{1F600}", r"\u{1F_600}"),
        ("b", "b"),
        ("next", "next"),
        ("A\\ &&", r"\x41\\ &&"),
    ] {
        assert_eq!(spelling(spelled, what), found);
    }
}

#[test]
fn every_character_is_found_where_it_is_spelled() {
    for spelled in [r#""a\nb\u{1F600}é\\'\'\0\x7f\"""#, "\"a \\\n   é\\\n\n  \\tb\"", r##"r#"é"a\n"#"##, r#""""#] {
        let (literal, token) = read(spelled);
        let map = Literal::new(&literal);
        let text = literal.value();
        let mut last = 1;
        for (at, c) in text.char_indices() {
            let bytes = map.bytes(at..at + c.len_utf8());
            assert!(bytes.start >= last, "{spelled}: {c:?} at {bytes:?} after {last}");
            last = bytes.end;
            let alone =
                if token.starts_with('r') { format!("r#\"{}\"#", &token[bytes]) } else { quoted(&token, bytes) };
            assert_eq!(read(&alone).0.value(), c.to_string(), "{spelled}");
        }
        // The end of the text is shown as the closing quote.
        assert_eq!(&token[map.bytes(text.len()..text.len())], "\"", "{spelled}");
    }
}

fn quoted(token: &str, bytes: Range<usize>) -> String {
    format!("\"{}\"", &token[bytes])
}
