use nebula_sdk::prelude::*;

/// What to fetch.
#[derive(Parameters)]
struct Input<T> {
    /// A field.
    field: T,
}

fn needs_parameters<T: Parameters>() {}

fn main() {
    needs_parameters::<Input<u8>>();
}
