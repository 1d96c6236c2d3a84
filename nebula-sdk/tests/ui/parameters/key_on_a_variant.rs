use nebula_sdk::prelude::*;

/// One of two.
#[derive(Parameters)]
enum Input {
    /// One.
    #[param(widget = text)]
    One,
    /// Other.
    Other,
}

fn main() {}
