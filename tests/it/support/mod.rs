//! What the tests stand on: the command, a service that counts, a place to work in.

mod command;
mod service;
pub(crate) mod shop;

pub(crate) use command::{Output, Place};
pub(crate) use service::{Answer, Request, Server};
pub(crate) use shop::Shop;

use std::path::PathBuf;

/// A file of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().expect("the package has a folder above").join(path)
}
