//! nebula-sdk as an action author uses it.

mod actions;
mod consistency;
mod credential;
mod expressions;
mod flow_builder;
mod flow_testing;
mod function;
mod hygiene;
mod keys;
mod measure;
mod param_keys;
mod parameters;
mod resource;
mod schemas;
mod triggers;
mod ui;
