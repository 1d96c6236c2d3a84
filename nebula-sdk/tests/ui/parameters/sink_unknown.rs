use nebula_sdk::prelude::*;

/// What to fetch.
#[derive(Parameters)]
struct Input {
    /// A list.
    rows: Vec<Value>,
    /// A field.
    #[param(sink = "sqll")]
    field: String,
}

fn needs_parameters<T: Parameters>() {}

fn main() {
    needs_parameters::<Input>();
}
