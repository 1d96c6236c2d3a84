//! Nebula's engine. It sees actions only erased and the world only through ports; it names no driver.
//!
//! - [`definition`] reads what people write (YAML or JSON) into a [`Workflow`](nebula_ports::model::Workflow), with places;
//! - [`catalogue`] holds the actions that exist;
//! - [`plan`] checks a definition against the catalogue and compiles it, before anything runs;
//! - [`execution`] is the sans-IO core: a journal folds to a state, a state decides what is next;
//! - `resources` is what attempts hold: created when first needed, shared or handed on, closed at the end;
//! - `stack` and `layers` are the life of one node's call, outermost first;
//! - [`engine`] is the only part that awaits: it claims, drives, renews, drains;
//! - [`triggers`] polls what starts executions by itself;
//! - [`verify`] reads what is kept of an execution, and says what is not as it was written;
//! - [`system`] is the real clock, ids and tasks.

#![forbid(unsafe_code)]

mod backoff;
pub mod catalogue;
pub mod definition;
pub mod engine;
mod evaluate;
pub mod execution;
#[cfg(test)]
mod fixture;
mod layers;
pub mod plan;
mod resources;
mod stack;
pub mod system;
pub mod triggers;
pub mod verify;
