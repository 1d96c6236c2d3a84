//! Every mistake one can make with the macros: see `tests/ui/README.md`.

use std::{
    collections::BTreeSet,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

/// The folders of mistakes, by what they are made with.
const AREAS: [&str; 10] =
    ["action", "credential", "expr", "flow", "function", "parameters", "resource", "test", "trigger", "workflow"];

/// How many mistakes are promised.
const MISTAKES: usize = 120;

#[test]
fn mistakes_are_explained_at_the_place_where_they_are() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    for area in AREAS {
        cases.compile_fail(format!("tests/ui/{area}/*.rs"));
    }
}

#[test]
fn there_are_as_many_mistakes_as_promised_each_with_its_message() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let mut mistakes = 0;
    for area in AREAS {
        let code = stems(&folder.join(area), "rs");
        assert_eq!(code, stems(&folder.join(area), "stderr"), "`{area}`: code and messages belong together");
        assert!(!code.is_empty(), "`{area}` has mistakes");
        mistakes += code.len();
    }
    assert!(mistakes >= MISTAKES, "{mistakes} mistakes, and there are to be {MISTAKES}");
    assert!(!stems(&folder.join("pass"), "rs").is_empty(), "there is code that compiles");

    // A folder that is not in the list would never be looked at.
    let folders: BTreeSet<_> =
        files(&folder).into_iter().filter(|file| file.is_dir()).filter_map(|file| stem(&file)).collect();
    assert_eq!(folders, AREAS.iter().chain(&["pass"]).map(|area| (*area).to_owned()).collect());
}

/// The names of the files of one kind.
fn stems(folder: &Path, kind: &str) -> BTreeSet<String> {
    files(folder)
        .iter()
        .filter(|file| file.extension() == Some(OsStr::new(kind)))
        .filter_map(|file| stem(file))
        .collect()
}

fn stem(file: &Path) -> Option<String> {
    Some(file.file_stem()?.to_str()?.to_owned())
}

fn files(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}
