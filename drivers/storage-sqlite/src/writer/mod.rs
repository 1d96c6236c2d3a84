//! The one writer: a task that takes what waits, decides it in memory, and writes it in one transaction.

mod batch;
mod job;
mod load;
mod state;
mod statement;
mod task;
mod write;

pub(crate) use job::{Commit, Entries, Job, Start};
pub(crate) use task::{Unanswered, Writer, WriterTask};
