//! nebula-sdk as an action author uses it.

mod actions;
mod expressions;
mod hygiene;
mod parameters;
mod schemas;
mod ui;
