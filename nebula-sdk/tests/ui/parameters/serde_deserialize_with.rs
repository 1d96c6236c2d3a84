use nebula_sdk::prelude::*;

/// A place.
#[derive(Parameters)]
struct Place {
    /// Its name.
    #[serde(deserialize_with = "read", serialize_with = "write")]
    name: String,
}

fn main() {}
