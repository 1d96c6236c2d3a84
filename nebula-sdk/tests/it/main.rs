//! nebula-sdk as an action author uses it.

mod actions;
mod expressions;
mod flow_builder;
mod function;
mod hygiene;
mod parameters;
mod schemas;
mod ui;
