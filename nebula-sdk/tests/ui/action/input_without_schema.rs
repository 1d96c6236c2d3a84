use nebula_sdk::prelude::*;

struct Query;

/// Fetch something.
#[derive(Action)]
#[action(id = "demo.fetch", version = "1.0")]
struct Fetch;

impl SimpleAction for Fetch {
    type Input = Query;
    type Output = ();

    async fn execute(&self, _: Query, _: &ActionContext<Self>) -> Result<()> {
        Ok(())
    }
}

fn main() {
    let _ = Registry::new().with::<Fetch>();
}
