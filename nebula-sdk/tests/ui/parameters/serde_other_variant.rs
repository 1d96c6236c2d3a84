use nebula_sdk::prelude::*;

/// One of two.
#[derive(Parameters)]
enum Input {
    /// One.
    One,
    /// Other.
    #[serde(other)]
    Other,
}

fn main() {}
