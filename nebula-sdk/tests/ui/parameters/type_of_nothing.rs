use nebula_sdk::prelude::*;

/// What to fetch.
#[derive(Parameters)]
struct Input {
    /// A list.
    rows: Vec<Value>,
    /// A field.
    #[param(type_of = "")]
    field: Vec<Value>,
}

fn needs_parameters<T: Parameters>() {}

fn main() {
    needs_parameters::<Input>();
}
