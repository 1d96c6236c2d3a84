//! One idea per file: long files are listed, very long ones fail unless their module doc says why.

use crate::workspace::Package;

use super::{files::Files, finding::Finding, modules};

const LONG: usize = 450;
const TOO_LONG: usize = 800;
/// In a module doc, followed by the reason: `//! budget: one table, useless when cut`.
const EXCUSE: &str = "budget:";

pub(super) fn check(package: &Package, files: &Files) -> Vec<Finding> {
    files
        .rust_in(&format!("{}/src", package.folder))
        .filter_map(|(path, text)| {
            let lines = text.lines().count();
            let what = format!("{lines} lines");
            if lines > TOO_LONG && !excused(text) {
                let repair = format!("cut it below {TOO_LONG}, or give the reason in its module doc after `{EXCUSE}`");
                Some(Finding::error(path, 1, what, repair))
            } else if lines > LONG {
                Some(Finding::warning(path, 1, what, format!("one idea per file, {LONG} lines at most")))
            } else {
                None
            }
        })
        .collect()
}

fn excused(text: &str) -> bool {
    modules::doc_lines(text).any(|line| line.split_once(EXCUSE).is_some_and(|(_, reason)| !reason.trim().is_empty()))
}

#[cfg(test)]
mod tests;
