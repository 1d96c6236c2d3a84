use super::*;
use crate::workspace::tests::package;

#[test]
fn right_names_are_left_alone() {
    let packages = [
        package("nebula-ports", "nebula-ports", &[]),
        package("drivers/storage-sqlite", "nebula-storage-sqlite", &[]),
        package("bins/cli", "nebula-cli", &[]),
        package("bins/xtask", "xtask", &[]),
        package("bins/cargo-nebula", "cargo-nebula", &[]),
        package("tests", "nebula-tests", &[]),
    ];
    assert_eq!(check(&packages, &Files::default()), []);
}

#[test]
fn a_wrong_name_is_found_at_its_line_with_the_right_one() {
    let packages = [package("drivers/storage-sqlite", "nebula-sqlite", &[])];
    let files = Files::of(&[("drivers/storage-sqlite/Cargo.toml", "[package]\nname = \"nebula-sqlite\"\n")]);
    let findings = check(&packages, &files);
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].line, 2);
    assert_eq!(findings[0].repair, "name it `nebula-storage-sqlite`");
}

#[test]
fn only_the_two_named_binaries_keep_their_own_name() {
    assert_eq!(check(&[package("bins/server", "server", &[])], &Files::default()).len(), 1);
}
