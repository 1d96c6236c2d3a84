use nebula_sdk::prelude::*;

struct What;

/// Fetch something.
#[nebula_sdk::action(id = "demo.fetch", version = "1.0")]
async fn fetch(#[input] what: What) -> Result<()> {
    drop(what);
    Ok(())
}

fn main() {
    let _ = Registry::new().with::<Fetch>();
}
