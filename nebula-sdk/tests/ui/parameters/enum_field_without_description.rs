use nebula_sdk::prelude::*;

/// What to fetch.
#[derive(Parameters)]
#[serde(tag = "kind")]
enum Input {
    /// One.
    One { number: u8 },
}

fn needs_parameters<T: Parameters>() {}

fn main() {
    needs_parameters::<Input>();
}
