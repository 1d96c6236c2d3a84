use serde_json::json;

use super::*;

/// A package with normal dependencies, for graphs in tests.
pub(crate) fn package(folder: &str, name: &str, dependencies: &[&str]) -> Package {
    let dependencies = dependencies
        .iter()
        .map(|name| Dependency { name: (*name).to_owned(), kind: Kind::Normal, optional: false })
        .collect();
    Package {
        name: name.to_owned(),
        folder: folder.to_owned(),
        dependencies,
        features: Vec::new(),
        targets: vec![format!("{folder}/src/lib.rs")],
    }
}

#[test]
fn metadata_is_read_relative_to_the_root() {
    let json = json!({
        "workspace_root": "/somewhere/nebula",
        "packages": [{
            "name": "nebula-storage-sqlite",
            "manifest_path": "/somewhere/nebula/drivers/storage-sqlite/Cargo.toml",
            "dependencies": [
                { "name": "nebula-ports", "kind": null, "optional": false },
                { "name": "tempfile", "kind": "dev", "optional": false },
                { "name": "cc", "kind": "build", "optional": true },
            ],
            "features": { "default": [], "fast": ["dep:cc"] },
            "targets": [{ "src_path": "/somewhere/nebula/drivers/storage-sqlite/src/lib.rs" }],
        }],
    });
    let workspace = Workspace::read(&json).unwrap();
    let package = &workspace.packages[0];
    assert_eq!(package.folder, "drivers/storage-sqlite");
    assert_eq!(package.manifest(), "drivers/storage-sqlite/Cargo.toml");
    assert_eq!(package.targets, ["drivers/storage-sqlite/src/lib.rs"]);
    let kinds: Vec<_> = package.dependencies.iter().map(|d| (d.name.as_str(), d.kind, d.optional)).collect();
    assert_eq!(
        kinds,
        [("nebula-ports", Kind::Normal, false), ("tempfile", Kind::Dev, false), ("cc", Kind::Build, true)]
    );
    assert!(package.features.contains(&("fast".to_owned(), vec!["dep:cc".to_owned()])));
}

#[test]
fn an_answer_without_packages_names_what_is_missing() {
    let json = json!({ "workspace_root": "/somewhere" });
    assert_eq!(Workspace::read(&json).unwrap_err(), "`packages`");
}
