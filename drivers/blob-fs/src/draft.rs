//! Blobs that are not whole yet, and what is left of those that never will be.
//!
//! Each open store has a folder of its own below `.drafts`, and holds a lock on the file beside it for as long as it lives.
//! A folder whose lock can be taken belongs to nobody any more. Opening goes one at a time, under a lock of its own, so a
//! folder is never seen before it is locked.

use std::{
    ffi::OsStr,
    fs::{self, File, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use nebula_ports::model::Digest;

/// The folder of one open store's drafts; removed with it.
#[derive(Debug)]
pub(crate) struct Drafts {
    folder: PathBuf,
    /// Holds the lock; dropped after the folder is removed.
    _lock: File,
    next: AtomicU64,
}

/// A blob on its way; removed when dropped before it is placed.
#[derive(Debug)]
pub(crate) struct Draft {
    path: PathBuf,
    file: File,
    hasher: blake3::Hasher,
    size: u64,
    placed: bool,
    /// The folder stays as long as there is a draft in it.
    _drafts: Arc<Drafts>,
}

// === impl Drafts ===

impl Drafts {
    /// Clears what others left, and makes a folder of its own.
    pub(crate) fn open(all: &Path) -> io::Result<Self> {
        fs::create_dir_all(all)?;
        let opening = lock_file(&all.join("open.lock"))?;
        opening.lock()?;
        for entry in fs::read_dir(all)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                clear_if_abandoned(&entry.path())?;
            }
        }
        let mut number = 0_u64;
        loop {
            let folder = all.join(number.to_string());
            let lock = lock_file(&folder.with_extension("lock"))?;
            match lock.try_lock() {
                Ok(()) if !folder.exists() => {
                    fs::create_dir(&folder)?;
                    return Ok(Self { folder, _lock: lock, next: AtomicU64::new(0) });
                }
                Ok(()) | Err(TryLockError::WouldBlock) => number += 1,
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
    }

    /// A new draft.
    pub(crate) fn begin(self: &Arc<Self>) -> io::Result<Draft> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let path = self.folder.join(number.to_string());
        let file = File::create_new(&path)?;
        Ok(Draft { path, file, hasher: blake3::Hasher::new(), size: 0, placed: false, _drafts: self.clone() })
    }
}

impl Drop for Drafts {
    fn drop(&mut self) {
        // What cannot be removed now is removed by the next one to open. The lock's file stays: somebody may have it open.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn lock_file(path: &Path) -> io::Result<File> {
    File::options().write(true).create(true).truncate(false).open(path)
}

fn clear_if_abandoned(folder: &Path) -> io::Result<()> {
    // Only what this store names so.
    if !folder.file_name().and_then(OsStr::to_str).is_some_and(|name| name.bytes().all(|b| b.is_ascii_digit())) {
        return Ok(());
    }
    let lock = lock_file(&folder.with_extension("lock"))?;
    match lock.try_lock() {
        Ok(()) => fs::remove_dir_all(folder),
        Err(TryLockError::WouldBlock) => Ok(()),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

// === impl Draft ===

impl Draft {
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.hasher.update(bytes);
        self.size += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        Ok(())
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) const fn size(&self) -> u64 {
        self.size
    }

    pub(crate) fn digest(&self) -> Digest {
        Digest::from_bytes(*self.hasher.finalize().as_bytes())
    }

    /// To disk, and into its place in one step, replacing what is there: it has the same bytes, unless it is damaged.
    pub(crate) fn place(mut self, root: &Path, place: &Path) -> io::Result<()> {
        self.file.sync_all()?;
        let folder = place.parent().unwrap_or(root);
        create_durably(root, folder)?;
        fs::rename(&self.path, place)?;
        self.placed = true;
        sync_folder(folder)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.placed {
            // What cannot be removed now is removed with the folder.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Creates the folders below `root` down to `folder`, each on disk in its parent.
fn create_durably(root: &Path, folder: &Path) -> io::Result<()> {
    if folder == root || folder.is_dir() {
        return Ok(());
    }
    let parent = folder.parent().unwrap_or(root);
    create_durably(root, parent)?;
    match fs::create_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        // Also when another one created it just now, whose synchronisation may not be done yet.
        _ => sync_folder(parent),
    }
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Elsewhere a folder cannot be opened like a file; renaming is journaled by the file system.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
