use nebula_sdk::prelude::*;

/// Fetch something.
#[derive(Action)]
#[action(id = "demo.fetch", version = "1.0", capabilities(fs_read("in")))]
struct Fetch;

impl SimpleAction for Fetch {
    type Input = ();
    type Output = String;

    async fn execute(&self, (): (), ctx: &ActionContext<Self>) -> Result<String> {
        ctx.http().get("https://example.com").send().await?;
        ctx.files_read().read_to_string("in/a", 100).await
    }
}

fn main() {
    let _ = Registry::new().with::<Fetch>();
}
