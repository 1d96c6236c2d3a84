use nebula_sdk::prelude::*;

/// Fetch something.
#[nebula_sdk::action(id = "demo.fetch", version = "1.0")]
async fn fetch(/** Where. */ url: String, ctx: &Ctx, other: &ActionContext) -> Result<String> {
    let _ = (ctx.attempt(), other.attempt());
    Ok(url)
}

fn main() {
    let _ = Registry::new().with::<Fetch>();
}
