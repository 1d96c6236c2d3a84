use nebula_sdk::prelude::*;

struct Url;

/// Fetch something.
#[nebula_sdk::action(id = "demo.fetch", version = "1.0")]
async fn fetch(/** Where. */ url: Url) -> Result<()> {
    drop(url);
    Ok(())
}

fn main() {
    let _ = Registry::new().with::<Fetch>();
}
