//! nebula-sdk as an action author uses it.

mod actions;
mod credential;
mod expressions;
mod flow_builder;
mod flow_testing;
mod function;
mod hygiene;
mod keys;
mod measure;
mod parameters;
mod schemas;
mod ui;
