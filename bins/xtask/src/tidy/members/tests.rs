use super::*;
use crate::workspace::tests::package;

#[test]
fn a_package_that_no_glob_names_is_found() {
    let files = Files::of(&[
        ("Cargo.toml", ""),
        ("bins/cli/Cargo.toml", ""),
        ("drivers/blob-fs/Cargo.toml", ""),
        ("templates/action/content/Cargo.toml", ""),
        ("tests/Cargo.toml", ""),
        ("tests/ui/renamed/Cargo.toml", ""),
    ]);
    let found = check(&[package("bins/cli", "nebula-cli", &[])], &files);
    let repairs: Vec<_> = found.iter().map(|finding| finding.repair.as_str()).collect();
    assert_eq!(
        repairs,
        ["add \"drivers/*\" to `members` in the root Cargo.toml", "add \"tests\" to `members` in the root Cargo.toml"]
    );
}
