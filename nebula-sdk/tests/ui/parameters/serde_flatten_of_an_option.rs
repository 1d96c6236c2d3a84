use nebula_sdk::prelude::*;

/// A page.
#[derive(Parameters)]
struct Paging {
    /// How many.
    size: u8,
}

/// What to fetch.
#[derive(Parameters)]
struct Input {
    /// How many.
    limit: u8,
    #[serde(flatten)]
    paging: Option<Paging>,
}

fn needs_parameters<T: Parameters>() {}

fn main() {
    needs_parameters::<Input>();
}
