use nebula_sdk::prelude::*;

/// Fetch something.
#[nebula_sdk::action(id = "demo.fetch", version = "1.0")]
async fn fetch(/** Days. */ days: u8) -> Result<String> {
    Ok(days)
}

fn main() {
    let _ = Registry::new().with::<Fetch>();
}
