use nebula_sdk::prelude::*;

/// What to fetch.
#[derive(Parameters)]
struct Input {
    /// A field.
    #[param(pattern = "(?=a)b")]
    field: String,
}

fn needs_parameters<T: Parameters>() {}

fn main() {
    needs_parameters::<Input>();
}
