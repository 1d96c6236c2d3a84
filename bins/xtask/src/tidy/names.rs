//! Package name = `nebula-` + folder name; two binaries keep the name that people type.

use crate::workspace::Package;

use super::{files::Files, finding::Finding};

const KEEP_THEIR_OWN: [&str; 2] = ["bins/cargo-nebula", "bins/xtask"];

pub(super) fn check(packages: &[Package], files: &Files) -> Vec<Finding> {
    packages
        .iter()
        .filter_map(|package| {
            let wanted = wanted(&package.folder);
            (package.name != wanted).then(|| {
                Finding::error(
                    &package.manifest(),
                    files.manifest_line(package, "name"),
                    format!("the package in `{}` is named `{}`", package.folder, package.name),
                    format!("name it `{wanted}`"),
                )
            })
        })
        .collect()
}

fn wanted(folder: &str) -> String {
    let last = folder.rsplit('/').next().unwrap_or(folder);
    if KEEP_THEIR_OWN.contains(&folder) || last.starts_with("nebula-") {
        last.to_owned()
    } else {
        format!("nebula-{last}")
    }
}

#[cfg(test)]
mod tests;
