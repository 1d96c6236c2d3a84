use nebula_sdk::prelude::*;

/// What to fetch.
#[derive(Parameters)]
enum Input {}

fn needs_parameters<T: Parameters>() {}

fn main() {
    needs_parameters::<Input>();
}
