use nebula_sdk::prelude::*;

/// Fetch something.
#[nebula_sdk::action(id = "demo.fetch", version = "1.0")]
async fn fetch(ctx: &Ctx) -> Result<()> {
    let here = std::rc::Rc::new(1);
    ctx.cancelled().await;
    drop(here);
    Ok(())
}

fn main() {
    let _ = Registry::new().with::<Fetch>();
}
