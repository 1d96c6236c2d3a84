use nebula_sdk::prelude::*;

/// What to fetch.
#[derive(Parameters)]
struct Input {
    /// A number.
    count: u8,
    /// A field.
    #[param(visible_if = "count == 'a'")]
    field: Option<u8>,
}

fn needs_parameters<T: Parameters>() {}

fn main() {
    needs_parameters::<Input>();
}
