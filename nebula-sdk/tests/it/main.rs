//! nebula-sdk as an action author uses it.

mod actions;
mod hygiene;
mod parameters;
mod schemas;
mod ui;
