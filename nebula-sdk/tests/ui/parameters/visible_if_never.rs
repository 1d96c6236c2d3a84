use nebula_sdk::prelude::*;

/// A mode.
#[derive(Parameters)]
#[serde(rename_all = "snake_case")]
enum Mode {
    /// Fast.
    Fast,
    /// Slow.
    Slow,
}

/// What to fetch.
#[derive(Parameters)]
struct Input {
    /// A mode.
    mode: Mode,
    /// A field.
    #[param(visible_if = "mode == 'slwo'")]
    field: Option<u8>,
}

fn needs_parameters<T: Parameters>() {}

fn main() {
    needs_parameters::<Input>();
}
