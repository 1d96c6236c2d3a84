use nebula_sdk::prelude::*;

#[nebula_sdk::action(id = "demo.fetch", version = "1.0")]
async fn fetch(/** Where. */ url: String) -> Result<String> {
    Ok(url)
}

fn main() {
    let _ = Registry::new().with::<Fetch>();
}
