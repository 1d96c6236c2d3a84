use nebula_sdk::prelude::*;

/// A place.
#[derive(Parameters)]
#[serde(try_from = "String", into = "String")]
struct Place {
    /// Its name.
    name: String,
}

fn main() {}
