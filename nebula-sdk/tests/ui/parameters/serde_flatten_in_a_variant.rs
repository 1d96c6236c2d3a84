use nebula_sdk::prelude::*;

/// A page.
#[derive(Parameters)]
struct Paging {
    /// How many.
    limit: u8,
}

/// What to fetch.
#[derive(Parameters)]
#[serde(tag = "what")]
enum Input {
    /// Some.
    Some {
        #[serde(flatten)]
        paging: Paging,
    },
}

fn needs_parameters<T: Parameters>() {}

fn main() {
    needs_parameters::<Input>();
}
