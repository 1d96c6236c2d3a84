use nebula_sdk::prelude::*;

/// Store a text.
#[derive(Action)]
#[action(id = "demo.store", version = "1.0", capabilities(wall_clock))]
struct Store;

impl SimpleAction for Store {
    type Input = ();
    type Output = Blob;

    async fn execute(&self, (): (), ctx: &ActionContext<Self>) -> Result<Blob> {
        ctx.blobs().put("text/plain", "text").await
    }
}

fn main() {
    let _ = Registry::new().with::<Store>();
}
