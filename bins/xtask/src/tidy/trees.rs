//! How many packages come with the crates that users build: a promise that is easily broken unnoticed.

use std::collections::BTreeSet;

use super::finding::Finding;
use crate::{error::Result, process::Program, workspace::Workspace};

/// Package and the most packages in its tree, itself included. A crate that depends on the SDK alone is its sixtieth.
const BUDGETS: [(&str, usize); 2] = [("nebula-expression", 25), ("nebula-sdk", 59)];

pub(super) fn check(workspace: &Workspace) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (name, budget) in BUDGETS {
        let Some(package) = workspace.packages.iter().find(|package| package.name == name) else { continue };
        let args = ["tree", "--package", name, "--edges", "normal,build", "--prefix", "none", "--locked"];
        let text = Program::cargo(&workspace.root, args).output()?;
        findings.extend(finding(&package.manifest(), count(&text), budget));
    }
    Ok(findings)
}

fn finding(manifest: &str, count: usize, budget: usize) -> Option<Finding> {
    let what = format!("{count} packages in its tree, and it may have {budget}");
    (count > budget).then(|| Finding::error(manifest, 1, what, "do without one, or turn off a feature"))
}

/// Packages by name and version; `cargo tree` names those again that it does not repeat.
fn count(tree: &str) -> usize {
    let packages = tree.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        Some((words.next()?, words.next()?))
    });
    packages.collect::<BTreeSet<_>>().len()
}

#[cfg(test)]
mod tests;
