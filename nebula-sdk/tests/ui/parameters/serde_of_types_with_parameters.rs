use nebula_sdk::prelude::*;

/// A place.
#[derive(Parameters)]
#[serde(bound = "", crate = "serde", expecting = "a place")]
struct Place {
    /// Its name.
    #[serde(borrow)]
    name: String,
}

fn main() {}
