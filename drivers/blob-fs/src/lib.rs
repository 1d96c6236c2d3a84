//! Blobs in a folder.
//!
//! `<root>/<tenant>/<two digits>/<digest>` holds exactly the blob's bytes, so a blob can be looked at, copied and backed up
//! with ordinary tools. What is being written stands under `<root>/.drafts` until it is whole.
//!
//! | | |
//! |---|---|
//! | a blob appears | whole, in one step, when it is on disk (file and folders synchronised) |
//! | a crash in the middle | leaves a draft, which the next [`FsBlobs::open`] removes |
//! | reading | checked: what does not have its digest ends with `Corrupt` |
//! | storing a damaged blob again | heals it |
//! | memory | some 512 KiB for each stream, whatever the size |
//! | several processes | yes, on a file system with working locks |

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod config;
mod draft;
mod error;
mod layout;
mod store;

pub use config::Config;
pub use store::FsBlobs;
