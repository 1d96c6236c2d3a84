//! Code that is not there yet does not get in: `todo!` and `unimplemented!`, in tests as well.

use crate::{source, workspace::Package};

use super::{files::Files, finding::Finding};

const PLACEHOLDERS: [&str; 2] = ["todo", "unimplemented"];

pub(super) fn check(package: &Package, files: &Files) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in files.rust_in(&package.folder) {
        let code = source::code(text);
        for word in PLACEHOLDERS {
            for at in source::words(&code, word).filter(|at| code[at + word.len()..].starts_with('!')) {
                let what = format!("`{word}!` is a promise, not code");
                findings.push(Finding::error(
                    path,
                    source::line_at(&code, at),
                    what,
                    "write it, or leave the surface out until it works",
                ));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests;
