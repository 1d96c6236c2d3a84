use nebula_sdk::prelude::*;

/// What to fetch.
#[derive(Parameters)]
struct Input {
    /// A mode.
    #[param(one_of("fast", "slow"))]
    mode: String,
    /// A field.
    #[param(visible_if = "mode == 'slwo'")]
    field: Option<u8>,
}

fn needs_parameters<T: Parameters>() {}

fn main() {
    needs_parameters::<Input>();
}
