use nebula_sdk::prelude::*;

/// What to fetch.
#[derive(Parameters)]
struct Input {
    /// A mode.
    mode: String,
    /// A field.
    #[param(required_if = "mode == 'a'", default = 1)]
    field: u8,
}

fn needs_parameters<T: Parameters>() {}

fn main() {
    needs_parameters::<Input>();
}
