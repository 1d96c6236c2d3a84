//! The name of a dependency, in all places where Cargo lets one write it.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

/// Manifests in a folder that is gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("nebula-derive-{}-{number}", std::process::id()));
        for (path, text) in files {
            let file = folder.join(path).join("Cargo.toml");
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        Self(folder)
    }

    fn name_at(&self, path: &str) -> Option<String> {
        name_of("nebula-sdk", &self.0.join(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The name in a package that stands alone.
fn name(manifest: &str) -> Option<String> {
    Folder::new(&[("", manifest)]).name_at("")
}

#[test]
fn a_dependency_goes_by_its_own_name_or_by_another() {
    assert_eq!(name("[dependencies]\nnebula-sdk = '1'").as_deref(), Some("nebula-sdk"));
    assert_eq!(name("[dependencies.nebula-sdk]\nversion = '1'").as_deref(), Some("nebula-sdk"));
    assert_eq!(name("[dependencies]\nnebula = { package = 'nebula-sdk' }").as_deref(), Some("nebula"));
    assert_eq!(name("[dependencies.nebula]\nversion = '1'\npackage = 'nebula-sdk'").as_deref(), Some("nebula"));
    assert_eq!(name("[dependencies]\nother = '1'\nnebula.package = 'nebula-sdk'").as_deref(), Some("nebula"));
}

#[test]
fn none_is_found_where_there_is_none() {
    assert_eq!(name("[package]\nname = 'nebula-sdk'"), None);
    assert_eq!(name("[dependencies]\nnebula-sdk = { package = 'other' }"), None);
    assert_eq!(name("[patch.crates-io]\nnebula = { package = 'nebula-sdk' }"), None);
    assert_eq!(name("[package.metadata.dependencies]\nnebula = { package = 'nebula-sdk' }"), None);
    assert_eq!(name_of("nebula-sdk", Path::new("there is no such folder")), None);
}

#[test]
fn tables_of_targets_tests_and_build_scripts_count_too() {
    for table in [
        "dev-dependencies",
        "dev_dependencies",
        "build-dependencies",
        "target.'cfg(unix)'.dependencies",
        "target.x86_64-unknown-linux-gnu.dev-dependencies",
    ] {
        assert_eq!(name(&format!("[{table}]\nnebula.package = 'nebula-sdk'")).as_deref(), Some("nebula"), "{table}");
    }
}

#[test]
fn the_name_that_all_targets_see_comes_first() {
    let manifest = "[dev-dependencies]\ntests.package = 'nebula-sdk'\n[dependencies]\nall.package = 'nebula-sdk'";
    assert_eq!(name(manifest).as_deref(), Some("all"));
}

#[test]
fn a_workspace_may_give_the_name() {
    let root = "[workspace]\nmembers = ['*']\n[workspace.dependencies]\nnebula = { package = 'nebula-sdk', path = 'x' }\n\
                nebula-sdk.path = 'x'\nother = '1'";
    let folder = Folder::new(&[
        ("", root),
        ("near", "[dependencies]\nother.workspace = true\nnebula = { workspace = true, features = ['testing'] }"),
        ("deep/er", "[dependencies]\nnebula.workspace = true"),
        ("own", "[dev-dependencies]\nnebula-sdk.workspace = true"),
        ("none", "[dependencies]\nother.workspace = true\nunknown.workspace = true"),
    ]);
    assert_eq!(folder.name_at("near").as_deref(), Some("nebula"));
    assert_eq!(folder.name_at("deep/er").as_deref(), Some("nebula"));
    assert_eq!(folder.name_at("own").as_deref(), Some("nebula-sdk"));
    assert_eq!(folder.name_at("none"), None);
}

#[test]
fn the_workspace_may_be_named_or_be_the_same_file() {
    let root = "[workspace.dependencies]\nnebula.package = 'nebula-sdk'";
    let folder = Folder::new(&[
        ("root", root),
        ("member", "[package]\nworkspace = '../root'\n[dependencies]\nnebula.workspace = true"),
        ("both", "[workspace.dependencies]\nsdk.package = 'nebula-sdk'\n[dependencies]\nsdk.workspace = true"),
    ]);
    assert_eq!(folder.name_at("member").as_deref(), Some("nebula"));
    assert_eq!(folder.name_at("both").as_deref(), Some("sdk"));
}
