//! Secrets are set, listed and removed, and their text is never shown.

use std::fs;

use crate::nebula::{Folder, Outcome};

const CANARY: &str = "canary-7f3a9";

#[track_caller]
fn keeps_quiet(outcome: Outcome) -> Outcome {
    assert!(!outcome.stdout.contains(CANARY) && !outcome.stderr.contains(CANARY), "{outcome:#?}");
    outcome
}

#[test]
fn a_secret_is_set_listed_and_removed_without_being_shown() {
    let folder = Folder::new();
    keeps_quiet(folder.call_with(&["secret", "set", "weather", "--bearer"], CANARY).ends_with(0));
    let list = keeps_quiet(folder.call(&["secret", "list"]).ends_with(0));
    assert!(list.stdout.contains("weather"), "{list:#?}");
    let list = keeps_quiet(folder.call(&["secret", "list", "--json"]).ends_with(0));
    assert_eq!(list.json()[0]["name"], "weather");
    keeps_quiet(folder.call(&["secret", "delete", "weather"]).ends_with(0));
    keeps_quiet(folder.call(&["secret", "delete", "weather"]).ends_with(4));
    assert_eq!(folder.call(&["secret", "list", "--json"]).ends_with(0).json(), serde_json::json!([]));
}

#[test]
fn a_secret_is_nowhere_in_clear_in_the_data_folder() {
    let folder = Folder::new();
    folder.call_with(&["secret", "set", "plain"], CANARY).ends_with(0);
    for entry in fs::read_dir(folder.path(".nebula")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = fs::read(&path).unwrap();
            assert!(!bytes.windows(CANARY.len()).any(|part| part == CANARY.as_bytes()), "{}", path.display());
        }
    }
}

#[test]
fn a_secret_of_no_text_is_refused_and_nothing_is_made() {
    let folder = Folder::new();
    folder.call_with(&["secret", "set", "empty"], "\n").ends_with(2).says(&["has no text", "printf"]);
    folder.call_with(&["secret", "set", "two", "--bearer"], "a\nb").ends_with(2).says(&["more than one line"]);
    folder.call_with(&["secret", "set", "both", "--bearer", "--basic", "me"], CANARY).ends_with(2);
    folder.call_with(&["secret", "set", "bad name"], CANARY).ends_with(2).says(&["credential name"]);
    assert!(folder.is_untouched());
}

#[test]
fn the_text_is_never_an_argument() {
    let folder = Folder::new();
    folder.call(&["secret", "set", "weather", "--bearer", "token"]).ends_with(2);
    assert!(folder.is_untouched());
}

#[test]
fn a_passphrase_comes_from_the_named_variable() {
    let folder = Folder::new();
    folder
        .call_with(&["secret", "set", "weather", "--passphrase-env", "NEBULA_TEST_NO_SUCH_VARIABLE"], CANARY)
        .ends_with(2)
        .says(&["`NEBULA_TEST_NO_SUCH_VARIABLE` holds no passphrase"]);
    assert!(folder.is_untouched());
}
