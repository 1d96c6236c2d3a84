//! A sandbox in this process: runs native actions behind doors that are checked at every use.
//!
//! Rust code linked into the process is trusted not to go around its doors (a component runtime is for code that is
//! not); what it does through them is held to the attempt's permissions, each time:
//!
//! | door | allowed | never |
//! |---|---|---|
//! | HTTP | hosts and ports that are granted, redirects checked like the request itself | an address that is not public and not granted by itself, whatever name leads there; proxies and cookies of the machine; HTTP/2 |
//! | files | below granted folders, after resolving links; written whole or not at all | devices, pipes, anything outside, also when links change meanwhile |
//! | environment | variables granted by name | the rest |
//! | programs | those granted by name or path, with what the call gives them, as a process group that ends with the attempt | a shell, inherited variables and descriptors, a program that the action may write |
//! | blobs | those that the input names and those that the attempt has put, for an action that declares it | all others |
//! | chance | the system's randomness, for an action that declares it | |
//! | time | the clock that the sandbox was given, for an action that declares it | |
//!
//! After its attempt has ended, an action's doors stay shut, also for what it left running.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod address;
mod config;
mod denied;
mod files;
mod host;
mod http;
mod permit;
mod program;
mod sandbox;

pub use config::Config;
pub use http::{Resolve, SystemResolver};
pub use sandbox::InProcessSandbox;
