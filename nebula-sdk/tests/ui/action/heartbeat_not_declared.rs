use nebula_sdk::prelude::*;

/// Fetch something.
#[derive(Action)]
#[action(id = "demo.fetch", version = "1.0")]
struct Fetch;

impl SimpleAction for Fetch {
    type Input = ();
    type Output = ();

    async fn execute(&self, (): (), ctx: &ActionContext<Self>) -> Result<()> {
        ctx.heartbeat(Progress::of(1, 2));
        Ok(())
    }
}

fn main() {
    let _ = Registry::new().with::<Fetch>();
}
