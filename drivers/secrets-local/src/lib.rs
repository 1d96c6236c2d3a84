//! Secrets in one encrypted file.
//!
//! Each secret has a key of its own (DEK), wrapped by the store's key (KEK), which is a key file or comes from a passphrase.
//! Both seals are XChaCha20-Poly1305 with random nonces, and bound to the tenant, the name, the version of the record and
//! the time of its setting: a record that was moved, exchanged or changed does not open.
//!
//! | | |
//! |---|---|
//! | a wrong key | `PermissionDenied`, naming the file |
//! | a record that was tampered with | `Corrupt`, naming the secret; the others stay readable |
//! | key file | made on first use from the system's randomness, mode 0600; refused when others may read it |
//! | passphrase | Argon2id, its settings kept in the file; worked out once, off the async threads |
//! | writing | under a lock across processes; whole, in one step, on disk when it returns |
//! | changing the key | [`LocalSecrets::rotate`]: rewraps the DEKs; a crash in the middle leaves the old key or the new |
//! | not noticed | the whole file replaced by an older one of itself; a secret removed; names and times are readable |

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod book;
mod error;
mod file;
mod key;
mod key_file;
mod passphrase;
mod seal;
mod store;

pub use key::KeySource;
pub use store::{Config, LocalSecrets};
