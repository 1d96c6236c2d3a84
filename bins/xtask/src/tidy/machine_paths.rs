//! Nothing in the repository names a place on one person's machine.

use std::path::Path;

use crate::source;

use super::{files::Files, finding::Finding};

/// Folders where people and build machines keep their homes, in pieces so that this file passes itself.
const HOMES: [&str; 4] =
    [concat!("/ho", "me/"), concat!("/Use", "rs/"), concat!("/ro", "ot/"), concat!(r"C:\Use", r"rs\")];

pub(super) fn check(files: &Files, root: &Path) -> Vec<Finding> {
    let mut places: Vec<&str> = HOMES.to_vec();
    // A checkout directly below `/` has a name that may be an ordinary word.
    let own = root.to_str().filter(|path| path.matches(['/', '\\']).count() >= 2);
    places.extend(own);

    let mut findings = Vec::new();
    for (path, text) in files.iter() {
        for place in &places {
            for (at, _) in text.match_indices(place).filter(|&(at, _)| starts_path(text, at)) {
                findings.push(Finding::error(
                    path,
                    source::line_at(text, at),
                    format!("`{place}` is a place on one machine"),
                    "write the path relative to the repository, or take it from the environment",
                ));
            }
        }
    }
    findings
}

/// Whether the path that stands at `at` begins there: `https://host/home/` and `$BASE/home/` do not.
fn starts_path(text: &str, at: usize) -> bool {
    !text[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || "_-./~}*:".contains(c))
}

#[cfg(test)]
mod tests;
