use nebula_sdk::prelude::*;

/// One of two.
#[derive(Parameters)]
enum Which {
    This,
    That,
}

/// Fetch something.
#[derive(Action)]
#[action(id = "demo.fetch", version = "1.0")]
struct Fetch;

impl SimpleAction for Fetch {
    type Input = Which;
    type Output = ();

    async fn execute(&self, _: Which, _: &ActionContext<Self>) -> Result<()> {
        Ok(())
    }
}

fn main() {
    let _ = Registry::new().with::<Fetch>();
}
