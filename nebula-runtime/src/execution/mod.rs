//! The sans-IO core: a journal folds to a state ([`ExecutionState::apply`]), a state says what is next
//! ([`ExecutionState::decide`]). No clock, no ids, no tasks; the same two functions serve live running, recovery, replay
//! and tests.

mod apply;
mod block;
mod datum;
mod decide;
mod frame;
mod pause;
mod port;
mod scope;
mod state;

pub use apply::{CorruptJournal, fold};
pub use datum::Datum;
pub use decide::{Directive, Recovery};
pub(crate) use pause::deadline_passed;
pub use pause::{NodeStep, Resumption};
pub use scope::{NodeValues, Values};
pub use state::{ExecutionState, Instance, NodeState};

#[cfg(test)]
mod tests;
