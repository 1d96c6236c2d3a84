//! Every source file says what it is for, and is part of the build: an undeclared file is never compiled.

use crate::{source, workspace::Package};

use super::{files::Files, finding::Finding};

pub(super) fn check(package: &Package, files: &Files) -> Vec<Finding> {
    let src = format!("{}/src", package.folder);
    let mut findings: Vec<_> = files
        .rust_in(&src)
        .filter(|(path, text)| !is_test(path, &src) && doc_lines(text).all(str::is_empty))
        .map(|(path, _)| {
            Finding::error(path, 1, "no module doc", "start the file with `//!` and its purpose in 1-3 lines")
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

fn undeclared<'a>(package: &'a Package, files: &'a Files, src: &str) -> impl Iterator<Item = Finding> + 'a {
    // Below these every file is a module: src, and the folders of targets such as tests/it/main.rs.
    let mut whole = vec![format!("{src}/")];
    // Directly in these every file is a target or a module of one. Deeper folders are data there:
    // fixtures, golden expansions.
    let mut flat = vec![format!("{}/tests", package.folder)];
    for root in &package.targets {
        let Some((folder, file)) = root.rsplit_once('/') else {
            continue;
        };
        if file == "main.rs" {
            whole.push(format!("{folder}/"));
        } else {
            flat.push(folder.to_owned());
        }
    }
    files
        .rust_in(&package.folder)
        .map(|(path, _)| path)
        .filter(move |path| {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let is_module =
                whole.iter().any(|above| path.starts_with(above.as_str())) || flat.iter().any(|flat| flat == folder);
            is_module && !package.targets.iter().any(|root| root == path)
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
    let roots = package
        .targets
        .iter()
        .filter(|root| root.rsplit_once('/').is_some_and(|(root_folder, _)| root_folder == folder));
    let parents = roots.cloned().chain([format!("{folder}/mod.rs"), format!("{folder}.rs")]);
    parents.filter_map(|parent| files.get(&parent)).any(|parent| {
        source::declares(&source::code(parent), name)
            || (parent.contains("#[path") && parent.contains(&format!("{file}\"")))
    })
}

#[cfg(test)]
mod tests;
