use nebula_sdk::prelude::*;

/// Fetch something.
#[nebula_sdk::action(id = "demo.fetch", version = "1.0")]
async fn fetch(/** Where. */ #[param(min_length = 1)] url: String) -> Result<String> {
    Ok(url)
}

fn main() {
    let _ = Registry::new().with::<Fetch>();
}
