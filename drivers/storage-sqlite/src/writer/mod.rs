//! The one writer: a task that takes what waits, decides it in memory, and writes it in one transaction.

mod batch;
mod job;
mod load;
mod state;
mod statement;
mod task;
mod triggers;
mod write;

/// Every statement with a list of rows in it.
#[cfg(test)]
const TEMPLATES: &[&[statement::Template]] = &[load::TEMPLATES, write::TEMPLATES];
/// Every other query of the writer.
#[cfg(test)]
const QUERIES: &[&[&str]] = &[load::QUERIES, triggers::QUERIES];

pub(crate) use job::{Commit, Job, Start};
pub(crate) use task::{Unanswered, Writer, WriterTask};
pub(crate) use triggers::{TriggerAnswer, TriggerJob};

#[cfg(test)]
mod tests;
