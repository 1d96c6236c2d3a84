use nebula_sdk::prelude::*;

/// Fetch something.
#[derive(Action)]
#[action(id = "demo.fetch", version = "1.0")]
struct Fetch<const N: usize>;

fn main() {
    let _ = Registry::new().with::<Fetch<1>>();
}
