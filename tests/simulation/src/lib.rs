//! The real engine, several processes of it, in a cluster that is simulated: one thread, a clock that moves when nothing else
//! can, and a seed that decides everything else — which task goes next, how long each answer of the store takes, which
//! answers are lost, which hints, which process dies, is frozen or cut off, and when.
//!
//! One seed is one schedule: [`run`] of the same seed does the same to the last step. What must hold whatever happens is in
//! `check`; what has to happen in some seed or other, so that the rest means something, is counted in [`Counters`].

#![forbid(unsafe_code)]

mod blobs;
mod chance;
mod chaos;
mod check;
mod client;
mod cluster;
mod counters;
mod doctor;
mod host;
mod mutant;
mod outside;
mod queue;
pub mod rules;
mod run;
mod schedule;
mod store;
mod workflow;

pub use counters::Counters;
pub use mutant::Mutant;
pub use run::{Outcome, Violation, run, run_mutant};
