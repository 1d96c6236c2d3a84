use nebula_sdk::prelude::*;

/// Fetch something.
#[nebula_sdk::action(id = "demo.fetch", version = "1.0")]
async fn fetch(/** Where. */ url: String) {
    drop(url);
}

fn main() {
    let _ = Registry::new().with::<Fetch>();
}
