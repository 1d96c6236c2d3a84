use nebula_sdk::prelude::*;

/// Fetch something.
#[nebula_sdk::action(id = "demo.fetch", version = "1.0")]
async fn fetch(/** Where. */ url: String, ctx: &mut Ctx) -> Result<String> {
    let _ = ctx.attempt();
    Ok(url)
}

fn main() {
    let _ = Registry::new().with::<Fetch>();
}
