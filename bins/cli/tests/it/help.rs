//! What `--help` says.

use crate::nebula::Folder;

#[test]
fn every_page_of_help_is_as_it_was_read_over() {
    let folder = Folder::new();
    let pages: [&[&str]; 28] = [
        &[],
        &["run"],
        &["plan"],
        &["check"],
        &["serve"],
        &["trigger"],
        &["trigger", "list"],
        &["trigger", "fire"],
        &["trigger", "remove"],
        &["execution"],
        &["execution", "list"],
        &["execution", "show"],
        &["execution", "journal"],
        &["execution", "verify"],
        &["execution", "resume"],
        &["execution", "cancel"],
        &["action"],
        &["action", "show"],
        &["secret"],
        &["secret", "set"],
        &["backup"],
        &["restore"],
        &["expr"],
        &["expr", "check"],
        &["expr", "eval"],
        &["expr", "explain"],
        &["expr", "functions"],
        &["expr", "repl"],
    ];
    for page in pages {
        let arguments: Vec<&str> = page.iter().copied().chain(["--help"]).collect();
        let outcome = folder.call(&arguments).ends_with(0);
        insta::assert_snapshot!(["nebula"].iter().chain(page).copied().collect::<Vec<_>>().join("_"), outcome.stdout);
    }
}

#[test]
fn the_version_is_the_package_s() {
    let outcome = Folder::new().call(&["--version"]).ends_with(0);
    assert_eq!(outcome.stdout.trim(), concat!("nebula ", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_mistyped_command_is_met_with_the_right_one() {
    Folder::new().call(&["exection"]).ends_with(2).says(&["execution"]);
}
