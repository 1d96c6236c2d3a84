use nebula_sdk::prelude::*;

/// What to fetch.
#[derive(Parameters)]
struct Input {
    /// A mode.
    mode: String,
    /// A field.
    #[param(visible_if = "mode == null")]
    field: Option<u8>,
}

fn needs_parameters<T: Parameters>() {}

fn main() {
    needs_parameters::<Input>();
}
