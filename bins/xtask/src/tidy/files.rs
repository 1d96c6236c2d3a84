//! The repository's text files, as git sees them: tracked, and new but not ignored.

use std::{collections::BTreeMap, fs, path::Path};

use crate::{
    error::{Error, Result},
    process::Program,
    source,
    workspace::Package,
};

/// Text by path relative to the workspace root.
#[derive(Debug, Default)]
pub(super) struct Files(BTreeMap<String, String>);

// === impl Files ===

impl Files {
    pub(super) fn load(root: &Path) -> Result<Self> {
        let args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
        let names = Program::git(root, args).output()?;
        let mut files = BTreeMap::new();
        for name in names.split('\0').filter(|name| !name.is_empty()) {
            let path = root.join(name);
            if !path.is_file() {
                continue; // deleted and not yet committed
            }
            let bytes = fs::read(&path).map_err(|source| Error::Read { path, source })?;
            if let Ok(text) = String::from_utf8(bytes) {
                files.insert(name.to_owned(), text);
            }
        }
        Ok(Self(files))
    }

    #[cfg(test)]
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        Self(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect())
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn get(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Rust files below `folder`.
    pub(super) fn rust_in(&self, folder: &str) -> impl Iterator<Item = (&str, &str)> {
        let prefix = format!("{folder}/");
        self.iter().filter(move |(path, _)| path.starts_with(&prefix) && path.ends_with(".rs"))
    }

    /// The line of `package`'s manifest that starts with `key`; 1 if there is none.
    pub(super) fn manifest_line(&self, package: &Package, key: &str) -> usize {
        let Some(text) = self.get(&package.manifest()) else {
            return 1;
        };
        let start = |line: &str| {
            let line = line.trim_start().trim_start_matches('"');
            line.strip_prefix(key).is_some_and(|rest| rest.starts_with(['.', ' ', '=', '"']))
        };
        let of_table = |line: &str| line.starts_with('[') && source::words(line, key).next().is_some();
        text.lines().position(|line| start(line) || of_table(line)).map_or(1, |index| index + 1)
    }
}
