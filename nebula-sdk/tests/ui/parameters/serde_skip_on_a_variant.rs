use nebula_sdk::prelude::*;

/// One of two.
#[derive(Parameters)]
enum Input {
    /// One.
    #[serde(skip)]
    One,
    /// Other.
    Other,
}

fn main() {}
