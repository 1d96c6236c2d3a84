use std::os::unix::fs::PermissionsExt;

use nebula_ports::model::Permissions;

use super::*;

fn script(folder: &Path, name: &str) {
    fs::write(folder.join(name), "#!/bin/sh\n").unwrap();
    fs::set_permissions(folder.join(name), fs::Permissions::from_mode(0o755)).unwrap();
}

fn granted(grants: &[&str]) -> Permit {
    let items = grants.iter().map(|text| text.parse().unwrap()).collect();
    Permit::new(Permissions { items, ..Permissions::default() })
}

#[test]
fn a_name_is_looked_up_once_in_absolute_folders() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    script(second.path(), "tool");
    let relative = ["", ".", "bin"].map(PathBuf::from);
    let absolute = [first.path().to_owned(), second.path().to_owned()];
    let programs = Programs::in_folders(relative.into_iter().chain(absolute));
    assert_eq!(programs.folders.len(), 2);

    let permit = granted(&["exec:tool"]);
    let found = programs.locate(&permit, "tool").unwrap();
    assert_eq!(found.name, second.path().join("tool"));
    // One that appears before it later is another program.
    script(first.path(), "tool");
    assert_eq!(programs.locate(&permit, "tool").unwrap().name, found.name);
}

#[test]
fn what_cannot_be_executed_is_no_program() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("data"), "#!/bin/sh\n").unwrap();
    fs::create_dir(folder.path().join("folder")).unwrap();
    let programs = Programs::in_folders([folder.path().to_owned()].into_iter());
    for name in ["data", "folder", "missing"] {
        let failure = programs.locate(&granted(&[&format!("exec:{name}")]), name).unwrap_err();
        assert_eq!(failure.code, "exec.not_found", "{name}");
    }
}
