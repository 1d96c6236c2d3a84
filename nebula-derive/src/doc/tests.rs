use syn::{DeriveInput, parse_str};

use super::*;

fn of(comment: &str) -> Option<String> {
    let input: DeriveInput = parse_str(&format!("{comment}\nstruct X;")).unwrap();
    text(&input.attrs)
}

#[test]
fn lines_are_joined_and_paragraphs_and_lists_stay() {
    let comment = "/// One\n/// line.\n///\n/// Another:\n/// - a\n/// - b";
    assert_eq!(of(comment).unwrap(), "One line.\n\nAnother:\n- a\n- b");
    assert_eq!(of("/** Degrees Celsius. */").unwrap(), "Degrees Celsius.");
    assert_eq!(of("/**\n * One\n * line.\n */").unwrap(), "One line.");
}

#[test]
fn code_between_fences_keeps_its_lines_and_indent() {
    let comment = "/// As in\n/// ```yaml\n/// a:\n///   - b\n///\n///   - c\n/// ```\n///\n/// And\n/// more.";
    assert_eq!(of(comment).unwrap(), "As in\n```yaml\na:\n  - b\n\n  - c\n```\n\nAnd more.");
}

#[test]
fn an_empty_comment_is_none() {
    assert_eq!(of("///"), None);
    assert_eq!(of("// not a doc comment"), None);
}
