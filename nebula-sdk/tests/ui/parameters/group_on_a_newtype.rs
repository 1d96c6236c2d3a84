use nebula_sdk::prelude::*;

/// A name.
#[derive(Parameters)]
struct Name(
    /// The text.
    #[param(group = "Advanced")]
    String,
);

fn main() {}
