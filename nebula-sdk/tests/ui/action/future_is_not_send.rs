use nebula_sdk::prelude::*;

/// Fetch something.
#[derive(Action)]
#[action(id = "demo.fetch", version = "1.0", capabilities(net("example.com:443")))]
struct Fetch;

impl SimpleAction for Fetch {
    type Input = ();
    type Output = ();

    async fn execute(&self, (): (), ctx: &ActionContext<Self>) -> Result<()> {
        let count = std::rc::Rc::new(1);
        ctx.http().get("https://example.com").send().await?;
        drop(count);
        Ok(())
    }
}

fn main() {
    let _ = Registry::new().with::<Fetch>();
}
