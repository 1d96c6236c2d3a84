//! The queue of a single process.
//!
//! The queue itself is the reference, [`MemoryQueue`]: it keeps the whole contract and polls nothing. This driver adds what
//! a process needs around it: settings, and filling it again at start, because a queue in memory ends with its process.
//!
//! | | |
//! |---|---|
//! | visibility, receipts, redelivery, delays, dead letters | yes |
//! | a task that waits already | merged |
//! | bounded | yes, `Throttled` when full; the sweep finds what was not queued |
//! | survives the process | no: [`rebuild`] finds what is due in the executions |
//! | several processes | no |

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod config;
mod rebuild;

pub use config::Config;
pub use nebula_ports::memory::MemoryQueue;
pub use rebuild::rebuild;
