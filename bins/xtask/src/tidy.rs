//! `cargo xtask tidy`: the rules of the house that a compiler does not know. All findings, then the verdict.

mod budgets;
mod files;
mod finding;
mod graph;
mod machine_paths;
mod members;
mod modules;
mod names;
mod placeholders;
mod purity;
mod trees;

use crate::{
    console,
    error::{Error, Result},
    workspace::{self, Workspace},
};
use files::Files;
use finding::Severity;

pub(crate) fn run() -> Result<()> {
    let root = workspace::root()?;
    let workspace = Workspace::load(&root)?;
    let files = Files::load(&root)?;

    let mut findings = graph::check(&workspace.packages, &files);
    findings.extend(names::check(&workspace.packages, &files));
    findings.extend(members::check(&workspace.packages, &files));
    findings.extend(machine_paths::check(&files, &root));
    for package in &workspace.packages {
        findings.extend(budgets::check(package, &files));
        findings.extend(modules::check(package, &files));
        findings.extend(placeholders::check(package, &files));
    }
    findings.extend(purity::check(&workspace)?);
    findings.extend(trees::check(&workspace)?);

    findings.sort();
    findings.dedup();
    findings.iter().for_each(console::line);
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    console::line(format_args!(
        "tidy: {} files, {} packages, {errors} errors, {} warnings",
        files.len(),
        workspace.packages.len(),
        findings.len() - errors
    ));
    if errors == 0 { Ok(()) } else { Err(Error::Found { errors }) }
}
