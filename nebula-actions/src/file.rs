//! Files, within the granted folders.

mod read;
mod write;

pub use read::{Content, Encoding, FileRead, Read};
pub use write::{FileWrite, FileWriteInput, WriteFields, Written};
