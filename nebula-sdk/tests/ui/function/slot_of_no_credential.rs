use nebula_sdk::prelude::*;

/// Fetch something.
#[nebula_sdk::action(id = "demo.fetch", version = "1.0")]
async fn fetch(key: Cred<String>) -> Result<()> {
    drop(key.as_str());
    Ok(())
}

fn main() {
    let _ = Registry::new().with::<Fetch>();
}
