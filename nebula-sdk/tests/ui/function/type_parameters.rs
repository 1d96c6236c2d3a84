use nebula_sdk::prelude::*;

/// Fetch something.
#[nebula_sdk::action(id = "demo.fetch", version = "1.0")]
async fn fetch<T: Send>(/** What. */ what: T) -> Result<()> {
    drop(what);
    Ok(())
}

fn main() {
    let _ = Registry::new().with::<Fetch>();
}
