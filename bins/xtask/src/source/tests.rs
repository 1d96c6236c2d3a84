use super::*;

#[test]
fn comments_are_blanked_and_lines_stay() {
    let text = "a // b\n/* c /* d */ e\n*/ f";
    assert_eq!(code(text).split_whitespace().collect::<String>(), "af");
    assert_eq!(code(text).len(), text.len());
    assert_eq!(code(text).lines().count(), text.lines().count());
}

#[test]
fn strings_of_every_kind_are_blanked() {
    for literal in [r#""x\"y""#, r##"r#"x"y"#"##, r#"b"x""#, r##"br#"x"#"##, r#"c"x""#, r#"r"x\""#] {
        let blanked = code(&format!("let a = {literal}; let b;"));
        assert!(!blanked.contains(['x', 'y', '"']), "{literal} left {blanked}");
        assert!(blanked.ends_with("; let b;"), "{literal} left {blanked}");
    }
}

#[test]
fn characters_are_blanked_and_lifetimes_kept() {
    assert_eq!(code("'a' 'b x"), "    'b x");
    assert_eq!(code(r"'\'' x '\u{41}' y"), "     x          y");
    assert_eq!(code("f::<'a>('\"') + z"), "f::<'a>(   ) + z");
}

#[test]
fn an_identifier_that_ends_in_r_does_not_start_a_raw_string() {
    assert_eq!(code(r##"var"x""##), "var   ");
}

#[test]
fn unfinished_literals_end_with_the_file() {
    for text in ["\"abc", "/* abc", "r#\"abc", "'\\", "'", "\"\\"] {
        assert_eq!(code(text).lines().count(), 1, "{text}");
    }
}

#[test]
fn words_are_whole_identifiers() {
    assert_eq!(words("todo todos my_todo todo!", "todo").collect::<Vec<_>>(), [0, 19]);
}

#[test]
fn a_module_is_declared_with_a_semicolon() {
    assert!(declares("#[cfg(test)]\npub(crate) mod  tests ;", "tests"));
    assert!(declares("mod r#try;", "try"));
    assert!(!declares("mod tests { }", "tests"));
    assert!(!declares("mod tests_of_others;", "tests"));
}
