//! JSON.

mod parse;

pub use parse::{JsonParse, Parse, Parsed};
