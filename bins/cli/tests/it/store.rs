//! Data that cannot be read: named, untouched, exit code 6.

use std::fs;

use crate::nebula::Folder;

const QUICK: &str =
    "nebula: 1\nid: quick\nnodes:\n  - { id: only, action: data.set@1, parameters: { values: { a: 1 } } }\n";

#[test]
fn a_database_that_is_none_is_named_and_left_alone() {
    let folder = Folder::with_flow(QUICK);
    fs::create_dir(folder.path(".nebula")).unwrap();
    let junk = b"this was a database once ".repeat(200);
    folder.write(".nebula/nebula.db", &junk);
    for arguments in [
        &["run", "flow.yaml"][..],
        &["execution", "list"],
        &["execution", "show", "01890000-0000-7000-8000-000000000000"],
        &["execution", "resume", "--all"],
    ] {
        folder.call(arguments).ends_with(6).says(&["FOLDER/.nebula/nebula.db"]);
        assert_eq!(fs::read(folder.path(".nebula/nebula.db")).unwrap(), junk);
    }
}

#[test]
fn a_database_that_was_cut_off_is_named_and_left_alone() {
    let folder = Folder::with_flow(QUICK);
    folder.call(&["run", "flow.yaml"]).ends_with(0);
    let database = folder.path(".nebula/nebula.db");
    let whole = fs::read(&database).unwrap();
    let cut = &whole[..whole.len() / 2 / 4096 * 4096];
    fs::write(&database, cut).unwrap();
    folder.call(&["run", "flow.yaml"]).ends_with(6).says(&["damaged", "nebula.db"]);
    assert_eq!(fs::read(&database).unwrap(), cut);
}

#[test]
fn secrets_that_are_damaged_are_named_and_left_alone() {
    let folder = Folder::new();
    folder.call_with(&["secret", "set", "a"], "text").ends_with(0);
    let file = folder.path(".nebula/secrets.json");
    fs::write(&file, "{ broken").unwrap();
    folder.call(&["secret", "list"]).ends_with(6).says(&["secrets.json"]);
    assert_eq!(fs::read(&file).unwrap(), b"{ broken");
}

#[test]
fn a_data_folder_that_cannot_be_made_is_named() {
    let folder = Folder::with_flow(QUICK);
    folder.write("occupied", "a file");
    folder.call(&["run", "flow.yaml", "--data-dir", "occupied/x"]).ends_with(6).says(&["occupied/x", "--data-dir"]);
}
