use nebula_sdk::prelude::*;

struct Opaque;

/// What to fetch.
#[derive(Parameters)]
struct Input {
    /// A field.
    field: Opaque,
}

fn needs_parameters<T: Parameters>() {}

fn main() {
    needs_parameters::<Input>();
}
