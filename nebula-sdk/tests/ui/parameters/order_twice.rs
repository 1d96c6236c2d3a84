use nebula_sdk::prelude::*;

/// What to fetch.
#[derive(Parameters)]
struct Input {
    /// One.
    #[param(order = 1)]
    one: u8,
    /// Other.
    #[param(order = 1)]
    other: u8,
}

fn needs_parameters<T: Parameters>() {}

fn main() {
    needs_parameters::<Input>();
}
