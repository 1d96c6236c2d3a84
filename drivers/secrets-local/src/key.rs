//! The store's key (KEK), and where it comes from.

use std::{fmt, path::PathBuf};

use secrecy::SecretString;

use crate::seal::Key;

/// Where the store's key comes from.
#[derive(Clone)]
pub enum KeySource {
    /// A file with the key, made on first use. Who can read it can read the secrets.
    File(PathBuf),
    /// A passphrase, from which Argon2id makes the key. It is kept in memory, to notice when another process changes the
    /// salt. Not empty.
    Passphrase(SecretString),
}

/// The key, wiped when dropped, with the name by which the file knows it.
#[derive(Clone)]
pub(crate) struct Kek {
    key: Key,
    id: String,
}

// === impl KeySource ===

impl fmt::Display for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "the key in `{}`", path.display()),
            Self::Passphrase(_) => f.write_str("the passphrase"),
        }
    }
}

impl fmt::Debug for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeySource({self})")
    }
}

// === impl Kek ===

impl Kek {
    pub(crate) fn new(key: Key) -> Self {
        // One-way, and of a domain of its own, so that it tells nothing of the key.
        let hash = blake3::derive_key("nebula secrets kek id v1", key.as_slice());
        let id = blake3::Hash::from_bytes(hash).to_hex()[..16].to_owned();
        Self { key, id }
    }

    pub(crate) const fn key(&self) -> &Key {
        &self.key
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }
}

impl fmt::Debug for Kek {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kek").field("id", &self.id).finish_non_exhaustive()
    }
}
