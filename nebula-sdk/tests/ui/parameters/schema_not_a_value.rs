use nebula_sdk::prelude::*;

fn own() -> std::time::Instant {
    std::process::abort()
}

/// What to fetch.
#[derive(Parameters)]
struct Input {
    /// A field.
    #[param(schema = own)]
    field: u8,
}

fn needs_parameters<T: Parameters>() {}

fn main() {
    needs_parameters::<Input>();
}
