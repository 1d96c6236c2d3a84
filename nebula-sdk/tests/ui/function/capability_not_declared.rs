use nebula_sdk::prelude::*;

/// Fetch something.
#[nebula_sdk::action(id = "demo.fetch", version = "1.0")]
async fn fetch(ctx: &Ctx) -> Result<()> {
    ctx.http().get("https://example.com").send().await?;
    Ok(())
}

fn main() {
    let _ = Registry::new().with::<Fetch>();
}
