//! What was typed in earlier sessions: a file with a JSON string a line, for its owner only, of bounded size. A history
//! that cannot be kept is no reason to stop.

use std::{
    env,
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use crate::data_dir::DataDir;

/// Most entries that are kept.
const MOST: usize = 1_000;
/// Longest entry that is kept, in bytes.
const LONGEST: usize = 4 * 1024;
/// Largest file that is read, in bytes: what two sessions at once may have added over the limit, and some more.
const LARGEST: u64 = 8 * 1024 * 1024;

/// Entries, oldest first, and where they are kept.
#[derive(Debug, Default)]
pub(super) struct History {
    path: Option<PathBuf>,
    entries: Vec<String>,
}

// === impl History ===

impl History {
    /// Nothing is read and nothing kept.
    pub(super) fn none() -> Self {
        Self::default()
    }

    /// The history of the data folder when there is one, otherwise the user's.
    pub(super) fn open(dir: &DataDir) -> Self {
        let folder =
            if dir.root().is_dir() { Some(dir.root().to_owned()) } else { state_folder(|name| env::var_os(name)) };
        folder.map_or_else(Self::none, |folder| Self::at(folder.join("expr_history")))
    }

    fn at(path: PathBuf) -> Self {
        let mut entries = read(&path).unwrap_or_default();
        if entries.len() > MOST {
            entries.drain(..entries.len() - MOST);
            // Left as it is when it cannot be replaced: the next session tries again.
            let _ = replace(&path, &entries);
        }
        Self { path: Some(path), entries }
    }

    pub(super) fn entries(&self) -> &[String] {
        &self.entries
    }

    /// Keeps an entry, unless it is long, begins with a space or is the last one again. Says whether it is new.
    pub(super) fn add(&mut self, entry: &str) -> bool {
        if entry.trim().is_empty()
            || entry.starts_with(' ')
            || entry.len() > LONGEST
            || self.entries.last().is_some_and(|last| last == entry)
        {
            return false;
        }
        self.entries.push(entry.to_owned());
        if let Some(path) = &self.path {
            let _ = append(path, entry);
        }
        true
    }
}

fn read(path: &Path) -> io::Result<Vec<String>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST).read_to_end(&mut bytes)?;
    // A line that is damaged is passed over.
    Ok(bytes.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect())
}

fn append(path: &Path, entry: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let line = format!("{}\n", serde_json::Value::from(entry));
    private().append(true).open(path)?.write_all(line.as_bytes())
}

/// Writes a new file and puts it in the place of the old one in one step.
fn replace(path: &Path, entries: &[String]) -> io::Result<()> {
    let draft = path.with_extension("draft");
    let lines: String = entries.iter().map(|entry| format!("{}\n", serde_json::Value::from(entry.as_str()))).collect();
    private().write(true).truncate(true).open(&draft)?.write_all(lines.as_bytes())?;
    fs::rename(draft, path)
}

#[cfg(unix)]
fn private() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = OpenOptions::new();
    options.create(true).mode(0o600);
    options
}

#[cfg(not(unix))]
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true);
    options
}

/// Where programs of this user keep such things.
fn state_folder(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let folder = |name| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = if cfg!(windows) {
        folder("LOCALAPPDATA")?
    } else {
        match folder("XDG_STATE_HOME") {
            Some(state) => state,
            None => folder("HOME")?.join(".local").join("state"),
        }
    };
    Some(state.join("nebula"))
}

#[cfg(test)]
mod tests;
