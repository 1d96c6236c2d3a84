//! Binaries for one machine stay light: what they link holds no server's client and no WASM engine.

use crate::{console, error::Result, process::Program, workspace::Workspace};

use super::finding::Finding;

const LIGHT: [&str; 2] = ["nebula-cli", "nebula-desktop"];
/// Words of crate names that must not occur in their trees.
const HEAVY: [&str; 4] = ["postgres", "redis", "s3", "wasmtime"];

pub(super) fn check(workspace: &Workspace) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for light in LIGHT {
        let Some(package) = workspace.packages.iter().find(|package| package.name == light) else {
            console::line(format_args!("note: there is no package `{light}` yet, so its purity is not checked"));
            continue;
        };
        let args = ["tree", "--package", light, "--edges", "normal,build", "--prefix", "none", "--format", "{p}|{f}"];
        let tree = Program::cargo(&workspace.root, args).output()?;
        findings.extend(heavy(&tree).into_iter().map(|name| {
            Finding::error(
                &package.manifest(),
                1,
                format!("`{light}` contains {name}"),
                format!("find the way in with `cargo tree --package {light} --invert {name}` and cut it"),
            )
        }));
    }
    Ok(findings)
}

/// Crates in `cargo tree`'s answer that are too heavy; object_store counts when it speaks S3.
fn heavy(tree: &str) -> Vec<&str> {
    let mut names: Vec<_> = tree
        .lines()
        .filter_map(|line| {
            let (package, features) = line.split_once('|')?;
            let name = package.split_whitespace().next()?;
            let by_name = name.split(['-', '_']).any(|word| HEAVY.contains(&word));
            let by_feature = name == "object_store" && features.split(',').any(|feature| feature.starts_with("aws"));
            (by_name || by_feature).then_some(name)
        })
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
mod tests;
