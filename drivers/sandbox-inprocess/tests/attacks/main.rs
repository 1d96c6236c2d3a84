//! What the sandbox must not let through, one named attack each, and that it lets through what is granted.

#![expect(clippy::disallowed_methods, reason = "tests start their own servers and tasks, and end with them")]

mod files;
mod http;
#[cfg(unix)]
mod programs;
mod redirects;
mod runs;
mod server;
mod world;
