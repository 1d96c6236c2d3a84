use nebula_sdk::prelude::*;

/// A place.
#[derive(Parameters)]
#[serde(rename_all(serialize = "camelCase"))]
struct Place {
    /// Its name.
    name: String,
}

fn main() {}
