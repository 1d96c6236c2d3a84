use nebula_sdk::prelude::*;

#[derive(Action)]
#[action(id = "fetch", verison = "1.0", version = "one", id = "x.y", timeout = "never", capabilities(disk("a")))]
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
