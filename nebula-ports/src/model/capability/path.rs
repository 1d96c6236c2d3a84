//! Which files a path grant means: by name only; links are resolved where files are opened.

use std::path::{Component, Path};

/// A file or a folder with all below it. A relative one starts at the run's base folder.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PathGrant(String);

// === impl PathGrant ===

impl PathGrant {
    /// Grants this path.
    #[must_use]
    pub fn new(path: impl Into<String>) -> Self {
        Self(path.into())
    }

    /// As written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `path` is this one or below it. A path with `..` is never.
    #[must_use]
    pub fn contains(&self, path: &Path) -> bool {
        let is_plain = |path: &Path| path.components().all(|part| !matches!(part, Component::ParentDir));
        let own = Path::new(&self.0);
        // `.` and a trailing slash do not matter: components leave them out, save a leading `.`.
        let strip =
            |path: &Path| path.components().filter(|part| *part != Component::CurDir).collect::<std::path::PathBuf>();
        is_plain(own) && is_plain(path) && strip(path).starts_with(strip(own))
    }

    pub(super) fn covers(&self, other: &Self) -> bool {
        self.contains(Path::new(&other.0))
    }
}
