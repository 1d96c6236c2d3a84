use super::*;
use crate::workspace::tests::package;

fn findings(files: &[(&str, &str)], targets: &[&str]) -> Vec<String> {
    let mut package = package("nebula-ports", "nebula-ports", &[]);
    package.targets.extend(targets.iter().map(|target| (*target).to_owned()));
    check(&package, &Files::of(files))
        .into_iter()
        .map(|finding| format!("{}: {}", finding.path, finding.what))
        .collect()
}

#[test]
fn a_documented_and_declared_tree_has_no_findings() {
    let files = [
        ("nebula-ports/src/lib.rs", "//! Ports.\nmod clock;\npub mod model;"),
        ("nebula-ports/src/clock.rs", "//! Time.\n#[cfg(test)]\nmod tests;"),
        ("nebula-ports/src/clock/tests.rs", "use super::*;"),
        ("nebula-ports/src/model/mod.rs", "//! Model.\nmod id;"),
        ("nebula-ports/src/model/id.rs", "#![expect(x)]\n\n// plain\n//! Ids."),
        ("nebula-ports/tests/it/main.rs", "mod flow;"),
        ("nebula-ports/tests/it/flow.rs", ""),
        ("nebula-ports/tests/ui/fail/no-id.rs", "fn main() {}"),
    ];
    assert_eq!(findings(&files, &["nebula-ports/tests/it/main.rs"]), [""; 0]);
}

#[test]
fn a_missing_or_empty_module_doc_is_found() {
    for text in ["use a;\n//! Late.", "//!\nuse a;", "", "/// Outer.\nfn f() {}"] {
        let found = findings(&[("nebula-ports/src/lib.rs", text)], &[]);
        assert_eq!(found, ["nebula-ports/src/lib.rs: no module doc"], "{text:?}");
    }
}

#[test]
fn a_test_file_that_nobody_declares_is_found() {
    let files = [
        ("nebula-ports/src/lib.rs", "//! Ports.\nmod clock;"),
        ("nebula-ports/src/clock.rs", "//! Time. See `mod tests;`\n// mod tests;"),
        ("nebula-ports/src/clock/tests.rs", "use super::*;"),
    ];
    let found = findings(&files, &[]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("nebula-ports/src/clock/tests.rs: no module declares"), "{found:?}");
}

#[test]
fn an_undeclared_file_of_an_integration_test_is_found() {
    let files = [
        ("nebula-ports/src/lib.rs", "//! Ports."),
        ("nebula-ports/tests/it/main.rs", "mod flow;"),
        ("nebula-ports/tests/it/flow.rs", ""),
        ("nebula-ports/tests/it/lost.rs", ""),
        ("nebula-ports/tests/forgotten.rs", ""),
    ];
    let found = findings(&files, &["nebula-ports/tests/it/main.rs"]);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("nebula-ports/tests/forgotten.rs"), "{found:?}");
    assert!(found[1].starts_with("nebula-ports/tests/it/lost.rs"), "{found:?}");
}

#[test]
fn a_path_attribute_declares_a_file() {
    let files = [
        ("nebula-ports/src/lib.rs", "//! Ports.\n#[path = \"odd-name.rs\"]\nmod odd;"),
        ("nebula-ports/src/odd-name.rs", "//! Odd."),
    ];
    assert_eq!(findings(&files, &[]), [""; 0]);
}

#[test]
fn a_lost_file_beside_the_targets_of_the_tests_package_is_found() {
    let mut package = package("tests", "nebula-tests", &[]);
    package.targets = vec!["tests/ui.rs".to_owned(), "tests/it/main.rs".to_owned()];
    let files = Files::of(&[
        ("tests/ui.rs", ""),
        ("tests/lost.rs", ""),
        ("tests/it/main.rs", ""),
        ("tests/ui/action/fail/no-id.rs", ""),
    ]);
    let found = check(&package, &files);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].path, "tests/lost.rs");
}
