//! Tests of the whole, through the real command.

#![forbid(unsafe_code)]

mod ambiguous;
mod bad_input;
mod blocks;
mod crash_points;
mod examples;
mod kill;
mod mistakes;
mod mutation;
mod resources;
mod security;
mod support;
mod waiting;
mod written_in_rust;
