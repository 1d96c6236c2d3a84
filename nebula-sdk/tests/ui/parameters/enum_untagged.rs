use nebula_sdk::prelude::*;

/// What to fetch.
#[derive(Parameters)]
#[serde(untagged)]
enum Input {
    /// One.
    One { /** A number. */ number: u8 },
}

fn needs_parameters<T: Parameters>() {}

fn main() {
    needs_parameters::<Input>();
}
