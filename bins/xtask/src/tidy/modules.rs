//! Every source file says what it is for, and is part of the build: an undeclared file is never compiled.

use crate::{source, workspace::Package};

use super::{files::Files, finding::Finding};

pub(super) fn check(package: &Package, files: &Files) -> Vec<Finding> {
    let src = format!("{}/src", package.folder);
    let mut findings: Vec<_> = files
        .rust_in(&src)
        .filter(|(path, text)| !is_test(path, &src) && doc_lines(text).all(str::is_empty))
        .map(|(path, _)| {
            Finding::error(
                path,
                1,
                "no module doc",
                "start the file with `//!` and its purpose in 1-3 lines",
            )
        })
        .collect();
    findings.extend(undeclared(package, files, &src));
    findings
}

/// The text of the `//!` lines at the top of a file; attributes and plain comments may stand before them.
pub(super) fn doc_lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .map(str::trim)
        .take_while(|line| line.is_empty() || line.starts_with("//") || line.starts_with("#!["))
        .filter_map(|line| line.strip_prefix("//!"))
        .map(str::trim)
}

fn is_test(path: &str, src: &str) -> bool {
    path.ends_with("/tests.rs") || path[src.len()..].contains("/tests/")
}

fn undeclared<'a>(
    package: &'a Package,
    files: &'a Files,
    src: &str,
) -> impl Iterator<Item = Finding> + 'a {
    // Folders whose files are modules: src, and those of targets such as tests/it/main.rs. Files of
    // other folders (fixtures, golden expansions) are data.
    let mut folders = vec![src.to_owned()];
    folders.extend(
        package
            .targets
            .iter()
            .filter_map(|root| root.strip_suffix("/main.rs"))
            .map(str::to_owned),
    );
    folders.sort();
    folders.dedup();
    let flat = format!("{}/tests/", package.folder);
    files
        .rust_in(&package.folder)
        .map(|(path, _)| path)
        .filter(move |path| {
            let below = |folder: &String| {
                path.strip_prefix(folder.as_str())
                    .is_some_and(|rest| rest.starts_with('/'))
            };
            let in_flat = path
                .strip_prefix(&flat)
                .is_some_and(|name| !name.contains('/'));
            (folders.iter().any(below) || in_flat)
                && !package.targets.iter().any(|root| root == path)
        })
        .filter(|path| !declared(path, package, files))
        .map(|path| {
            Finding::error(
                path,
                1,
                "no module declares this file, so it is never compiled",
                "add `mod ...;` to its parent, or delete it",
            )
        })
}

fn declared(path: &str, package: &Package, files: &Files) -> bool {
    let Some((mut folder, file)) = path.rsplit_once('/') else {
        return false;
    };
    let mut name = file.trim_end_matches(".rs");
    if name == "mod" {
        let Some((above, own)) = folder.rsplit_once('/') else {
            return false;
        };
        (folder, name) = (above, own);
    }
    let roots = package.targets.iter().filter(|root| {
        root.rsplit_once('/')
            .is_some_and(|(root_folder, _)| root_folder == folder)
    });
    let parents = roots
        .cloned()
        .chain([format!("{folder}/mod.rs"), format!("{folder}.rs")]);
    parents
        .filter_map(|parent| files.get(&parent))
        .any(|parent| {
            source::declares(&source::code(parent), name)
                || (parent.contains("#[path") && parent.contains(&format!("{file}\"")))
        })
}

#[cfg(test)]
mod tests;
