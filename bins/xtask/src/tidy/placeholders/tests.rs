use super::*;
use crate::workspace::tests::package;

fn lines(text: &str) -> Vec<usize> {
    let files = Files::of(&[("nebula-ports/src/lib.rs", text)]);
    check(&package("nebula-ports", "nebula-ports", &[]), &files).iter().map(|finding| finding.line).collect()
}

#[test]
fn placeholders_are_found_at_their_lines() {
    assert_eq!(lines("fn a() {\n    todo!()\n}\nfn b() { core::unimplemented!(\"later\") }"), [2, 4]);
}

#[test]
fn the_words_in_comments_strings_and_names_are_fine() {
    assert_eq!(lines("// todo!()\nconst A: &str = \"unimplemented!\";\nfn todo() {}\nlet b = todo != 1;"), [0; 0]);
}
