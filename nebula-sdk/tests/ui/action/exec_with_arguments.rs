use nebula_sdk::prelude::*;

/// Fetch something.
#[derive(Action)]
#[action(id = "demo.fetch", version = "1.0", capabilities(exec("git status")))]
struct Fetch;

impl SimpleAction for Fetch {
    type Input = ();
    type Output = ();

    async fn execute(&self, (): (), _: &ActionContext<Self>) -> Result<()> {
        Ok(())
    }
}

fn main() {
    let _ = Registry::new().with::<Fetch>();
}
