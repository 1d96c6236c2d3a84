use nebula_sdk::prelude::*;

/// Fetch something.
#[nebula_sdk::action(id = "demo.fetch", version = "1.0")]
fn fetch(/** Where. */ url: String, _: &Ctx) -> Result<String> {
    Ok(url)
}

fn main() {
    let _ = Registry::new().with::<Fetch>();
}
