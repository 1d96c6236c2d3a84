//! The name by which a package knows a dependency: its key in Cargo.toml, or in that of the workspace.
//!
//! Cargo has read these files before any macro runs, so what does not fit here is not told: the dependency then goes by
//! its own name, and rustc says so when that is not there. Nothing is kept between two calls: the file is small, and the
//! process of an editor outlives its changes.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::toml::{self, Entry, Value};

/// Tables of dependencies, the one that all targets of a package see first. Old editions write them with an underscore.
const TABLES: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// The name of a package in the crate whose manifest is in the folder; none when it does not depend on it.
pub(super) fn name_of(package: &str, folder: &Path) -> Option<String> {
    let manifest = read(folder)?;
    let mut workspace = None;
    for table in TABLES {
        let found = dependencies(&manifest, table).into_iter().find(|dependency| match dependency.package() {
            Package::Named(name) => name == package,
            Package::OfWorkspace => {
                let shared = workspace.get_or_insert_with(|| shared(&manifest, folder));
                let shared = shared.iter().find(|shared| shared.name == dependency.name);
                shared.is_some_and(|shared| matches!(shared.package(), Package::Named(name) if name == package))
            }
        });
        if let Some(found) = found {
            return Some(found.name);
        }
    }
    None
}

/// One dependency with what is written behind its name.
struct Dependency {
    name: String,
    /// The package, when it has another name.
    renamed: Option<String>,
    of_workspace: bool,
}

enum Package<'a> {
    Named(&'a str),
    /// The workspace says which it is.
    OfWorkspace,
}

// === impl Dependency ===

impl Dependency {
    fn package(&self) -> Package<'_> {
        if self.of_workspace {
            return Package::OfWorkspace;
        }
        Package::Named(self.renamed.as_deref().unwrap_or(&self.name))
    }
}

/// What stands in one kind of table, also in those for a target only.
fn dependencies(manifest: &[Entry], table: &str) -> Vec<Dependency> {
    collect(manifest.iter().filter_map(|entry| {
        let rest = match entry.path.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            [first, ..] if first.replace('_', "-") == table => &entry.path[1..],
            ["target", _, third, ..] if third.replace('_', "-") == table => &entry.path[3..],
            _ => return None,
        };
        Some((rest, &entry.value))
    }))
}

/// What the workspace of a package lends to its members.
fn shared(manifest: &[Entry], folder: &Path) -> Vec<Dependency> {
    let Some(root) = workspace(manifest, folder) else { return Vec::new() };
    collect(root.iter().filter_map(|entry| match &entry.path[..] {
        [first, second, rest @ ..] if first == "workspace" && second == "dependencies" => Some((rest, &entry.value)),
        _ => None,
    }))
}

fn collect<'a>(entries: impl Iterator<Item = (&'a [String], &'a Value)>) -> Vec<Dependency> {
    let mut found = Vec::<Dependency>::new();
    for (path, value) in entries {
        let Some((name, keys)) = path.split_first() else { continue };
        let at = found.iter().position(|dependency| dependency.name == *name).unwrap_or_else(|| {
            found.push(Dependency { name: name.clone(), renamed: None, of_workspace: false });
            found.len() - 1
        });
        match (keys, value) {
            ([key], Value::Text(package)) if key == "package" => found[at].renamed = Some(package.clone()),
            ([key], Value::Plain(word)) if key == "workspace" => found[at].of_workspace = word == "true",
            _ => {}
        }
    }
    found
}

/// The manifest of the workspace: this one, the one it names, or the first above it that is one.
fn workspace(manifest: &[Entry], folder: &Path) -> Option<Vec<Entry>> {
    let is_root = |entries: &[Entry]| entries.iter().any(|entry| entry.path[0] == "workspace");
    if is_root(manifest) {
        return read(folder);
    }
    let named = manifest.iter().find_map(|entry| match (&entry.path[..], &entry.value) {
        ([table, key], Value::Text(path)) if table == "package" && key == "workspace" => Some(path),
        _ => None,
    });
    if let Some(named) = named {
        return read(&folder.join(named));
    }
    folder.ancestors().skip(1).filter_map(read).find(|entries| is_root(entries))
}

fn read(folder: &Path) -> Option<Vec<Entry>> {
    let file: PathBuf = folder.join("Cargo.toml");
    Some(toml::entries(&fs::read_to_string(file).ok()?))
}

#[cfg(test)]
mod tests;
