//! What is kept of what was typed.

use std::{ffi::OsString, path::PathBuf};

use tempfile::TempDir;

use super::{History, LONGEST, MOST, state_folder};

#[test]
fn entries_come_back_with_their_lines() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("below").join("expr_history");
    let mut history = History::at(path.clone());
    for entry in ["1 +\n2", "'ü'", "'ü'", " secret", "", &"1".repeat(LONGEST + 1)] {
        history.add(entry);
    }
    assert_eq!(History::at(path).entries(), ["1 +\n2", "'ü'"]);
}

#[test]
fn the_oldest_go_first() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("expr_history");
    let mut history = History::at(path.clone());
    for number in 0..MOST + 5 {
        history.add(&number.to_string());
    }
    assert_eq!(History::at(path.clone()).entries().first().map(String::as_str), Some("5"));
    assert_eq!(std::fs::read_to_string(path).unwrap().lines().count(), MOST);
}

#[test]
fn a_damaged_file_gives_what_can_be_read() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("expr_history");
    std::fs::write(&path, b"\"a\"\n\xFF\n{\n\"b\"\n\"c").unwrap();
    assert_eq!(History::at(path).entries(), ["a", "b"]);
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("expr_history");
    History::at(path.clone()).add("1");
    assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn without_a_place_nothing_is_kept() {
    let mut history = History::none();
    assert!(history.add("1"));
    assert_eq!(history.entries(), ["1"]);
}

#[cfg(unix)]
#[test]
fn the_state_folder_is_the_platform_s() {
    let at = |xdg: Option<&'static str>, home: Option<&'static str>| {
        state_folder(|name| match name {
            "XDG_STATE_HOME" => xdg.map(OsString::from),
            "HOME" => home.map(OsString::from),
            _ => None,
        })
    };
    assert_eq!(at(Some("/state"), Some("/ada")), Some(PathBuf::from("/state/nebula")));
    assert_eq!(at(Some("relative"), Some("/ada")), Some(PathBuf::from("/ada/.local/state/nebula")));
    assert_eq!(at(None, None), None);
}
