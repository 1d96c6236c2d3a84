//! The durability protocol, small enough that a checker visits every state it can come to: workers that crash, freeze and
//! wake, leases that run out at any moment, commits whose answers are lost, hints that are lost, a client that tries again.
//!
//! One workflow of three nodes is run: two that depend on nothing and one that joins them, each done by the worker that
//! drives the execution or handed out as a task. The store's answers are those of `nebula_ports::execution_row`; what is
//! left out is time (a lease that is live may end at any moment) and data.
//!
//! [`properties`] says what must hold in every state. A [`Mutant`] is the protocol with one thing left out: the checker has
//! to find a state in which a property does not hold, or it would find nothing in the protocol either.

#![forbid(unsafe_code)]

mod actions;
mod drive;
mod journal;
mod mutant;
pub mod properties;
mod state;
mod store;

pub use actions::Action;
pub use journal::{Entry, NODES, Node, Record, View};
pub use mutant::Mutant;
pub use state::{Bounds, Kind, Protocol, State};
