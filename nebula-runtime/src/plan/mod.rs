//! Checks a definition against the catalogue and compiles it, before anything runs.

pub(crate) mod code;
mod model;
pub(crate) mod pointer;

pub use code::{Code, codes, explain_code};
pub use model::*;
