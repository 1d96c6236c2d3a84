use super::*;
use crate::{tidy::finding::Severity, workspace::tests::package};

fn of(doc: &str, lines: usize) -> Vec<Severity> {
    let text = format!("{doc}\n{}", "fn f() {}\n".repeat(lines - 1));
    let files = Files::of(&[("nebula-ports/src/a.rs", &text)]);
    check(&package("nebula-ports", "nebula-ports", &[]), &files).iter().map(|finding| finding.severity).collect()
}

#[test]
fn lengths_are_judged_at_their_limits() {
    assert_eq!(of("//! A.", 450), []);
    assert_eq!(of("//! A.", 451), [Severity::Warning]);
    assert_eq!(of("//! A.", 800), [Severity::Warning]);
    assert_eq!(of("//! A.", 801), [Severity::Error]);
}

#[test]
fn a_reason_in_the_module_doc_makes_an_error_a_warning() {
    assert_eq!(of("//! budget: one table", 801), [Severity::Warning]);
}

#[test]
fn an_excuse_without_a_reason_or_outside_the_module_doc_does_not_count() {
    assert_eq!(of("//! budget:", 801), [Severity::Error]);
    assert_eq!(of("// budget: one table", 801), [Severity::Error]);
}

#[test]
fn files_outside_src_have_no_budget() {
    let files = Files::of(&[("nebula-ports/tests/a.rs", &"\n".repeat(900))]);
    assert_eq!(check(&package("nebula-ports", "nebula-ports", &[]), &files), []);
}
