use nebula_sdk::prelude::*;

/// A place.
#[derive(Parameters)]
struct Place {
    /// Its name.
    #[serde(skip_serializing_if = "String::is_empty")]
    name: String,
}

fn main() {}
