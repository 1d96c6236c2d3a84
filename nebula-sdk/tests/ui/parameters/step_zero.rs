use nebula_sdk::prelude::*;

/// What to fetch.
#[derive(Parameters)]
struct Input {
    /// A field.
    #[param(step = 0)]
    field: u8,
}

fn needs_parameters<T: Parameters>() {}

fn main() {
    needs_parameters::<Input>();
}
