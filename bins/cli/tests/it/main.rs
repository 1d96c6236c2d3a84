//! The command as people call it: arguments in, exit code and both outputs out.

mod action;
mod backup;
mod bad_input;
mod completions;
mod diagnostics;
mod doubt;
mod execution;
mod expr;
mod help;
mod nebula;
mod plan;
mod run;
mod schema;
mod secret;
mod store;
mod verify;
