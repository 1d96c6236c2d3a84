use nebula_sdk::prelude::*;

struct Fetch;

fn main() {
    let _ = Registry::new().with::<Fetch>();
}
