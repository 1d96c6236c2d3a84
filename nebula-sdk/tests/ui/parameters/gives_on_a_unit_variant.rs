use nebula_sdk::prelude::*;

/// What to fetch.
#[derive(Parameters)]
#[serde(tag = "type")]
enum Input {
    /// Nothing.
    #[param(gives = "number")]
    Nothing,
    /// A number.
    Number {
        /// A number.
        number: u8,
    },
}

fn needs_parameters<T: Parameters>() {}

fn main() {
    needs_parameters::<Input>();
}
