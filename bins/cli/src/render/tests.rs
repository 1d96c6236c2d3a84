//! Drawing findings at hostile places.

use nebula_ports::diagnostic::{ByteSpan, Diagnostic, Severity};

use super::{SourceText, summary};

fn at(start: usize, end: usize) -> Diagnostic {
    Diagnostic { span: Some(ByteSpan { start, end }), ..Diagnostic::error("T0001", "/a", "wrong").with_help("mend it") }
}

#[test]
fn a_place_in_the_middle_of_a_character_or_behind_the_text_is_drawn_all_the_same() {
    for text in ["", "ü", "a: ü\r\nb: 2", "\u{feff}a", "\t\u{202e}x\u{0}y"] {
        let source = SourceText { name: "flow.yaml", text };
        for start in 0..text.len() + 3 {
            for end in [start, start + 1, usize::MAX, 0] {
                let drawn = source.draw(&at(start, end), false, 80);
                assert!(drawn.contains("error[T0001]: wrong") && drawn.contains("help: mend it"), "{drawn}");
                let finding = source.finding(&at(start, end));
                assert!(finding.line.is_some_and(|line| line >= 1) && finding.column.is_some_and(|column| column >= 1));
            }
        }
    }
}

#[test]
fn a_block_that_is_meant_is_marked_on_its_first_line_only() {
    let source = SourceText { name: "flow.yaml", text: "a:\n  b: 1\n  c: 2\n" };
    let drawn = source.draw(&at(0, 17), false, 80);
    assert!(!drawn.contains("c: 2"), "{drawn}");
}

#[test]
fn a_finding_without_a_place_names_the_file_and_the_pointer() {
    let source = SourceText { name: "flow.yaml", text: "a: 1" };
    let drawn = source.draw(&Diagnostic::error("T0001", "/nodes/0", "wrong"), false, 80);
    assert!(drawn.contains("flow.yaml, at /nodes/0"), "{drawn}");
    assert_eq!(source.finding(&Diagnostic::error("T0001", "", "wrong")).line, None);
}

#[test]
fn a_summary_counts_in_words() {
    use Severity::{Error, Note, Warning};
    assert_eq!(summary([]), None);
    assert_eq!(summary([Error]).as_deref(), Some("1 error"));
    assert_eq!(summary([Note, Error, Warning, Error]).as_deref(), Some("2 errors, 1 warning, 1 note"));
}
