use nebula_sdk::prelude::*;

/// A place.
#[derive(Parameters)]
struct Place {
    /// Its name.
    #[serde(skip_deserializing)]
    name: String,
    /// Its other name.
    #[serde(skip_serializing)]
    other: String,
}

fn main() {}
