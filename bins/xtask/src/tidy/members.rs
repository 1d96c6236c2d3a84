//! Every package in a room of the house is a member: cargo silently leaves out what no glob names.

use crate::workspace::Package;

use super::{files::Files, finding::Finding};

const ROOMS: [&str; 3] = ["drivers", "bins", "examples"];

pub(super) fn check(packages: &[Package], files: &Files) -> Vec<Finding> {
    files
        .iter()
        .filter_map(|(path, _)| {
            let folder = path.strip_suffix("/Cargo.toml")?;
            let glob = glob(folder)?;
            let member = packages.iter().any(|package| package.folder == folder);
            (!member).then(|| {
                let what = format!("`{folder}` is not a member, so nothing builds or tests it");
                let repair = format!("add \"{glob}\" to `members` in the root Cargo.toml");
                Finding::error(path, 1, what, repair)
            })
        })
        .collect()
}

/// What `members` has to say to include a package in `folder`; `None` for templates, fixtures and the like.
fn glob(folder: &str) -> Option<String> {
    match folder.split_once('/') {
        Some((room, package)) if ROOMS.contains(&room) && !package.contains('/') => Some(format!("{room}/*")),
        None if folder.starts_with("nebula-") => Some("nebula-*".to_owned()),
        None if folder == "tests" => Some(folder.to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
