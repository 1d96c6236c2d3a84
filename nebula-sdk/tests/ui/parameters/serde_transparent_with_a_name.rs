use nebula_sdk::prelude::*;

/// What to fetch.
#[derive(Parameters)]
#[serde(transparent)]
struct Input {
    /// A field.
    field: u8,
}

fn needs_parameters<T: Parameters>() {}

fn main() {
    needs_parameters::<Input>();
}
