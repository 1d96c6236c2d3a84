use nebula_sdk::prelude::*;

/// What to fetch.
#[derive(Parameters)]
struct Input {
    #[param(minn = 1, max = "a")]
    first: u8,
    /// Second.
    #[param(default = 9, max = 3)]
    #[serde(flatten)]
    second: u8,
}

fn needs_parameters<T: Parameters>() {}

fn main() {
    needs_parameters::<Input>();
}
