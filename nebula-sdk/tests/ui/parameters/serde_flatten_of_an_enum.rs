use nebula_sdk::prelude::*;

/// A sort.
#[derive(Parameters)]
#[serde(tag = "sort")]
enum Sort {
    /// Up.
    Up,
    /// Down.
    Down,
}

/// What to fetch.
#[derive(Parameters)]
struct Input {
    /// How many.
    limit: u8,
    #[serde(flatten)]
    sort: Sort,
}

fn needs_parameters<T: Parameters>() {}

fn main() {
    needs_parameters::<Input>();
}
