use nebula_sdk::prelude::*;

/// Fetch something.
#[nebula_sdk::action(id = "demo.fetch", version = "1.0")]
async fn fetch(/** A pair. */ (a, b): (u8, u8)) -> Result<u8> {
    Ok(a + b)
}

fn main() {
    let _ = Registry::new().with::<Fetch>();
}
