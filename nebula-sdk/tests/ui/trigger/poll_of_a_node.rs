use nebula_sdk::prelude::*;

/// New lines.
#[derive(Action)]
#[action(id = "demo.lines", version = "1.0", pure, poll = "1m")]
struct Lines;

impl SimpleAction for Lines {
    type Input = ();
    type Output = ();

    async fn execute(&self, (): (), _: &ActionContext<Self>) -> Result<()> {
        Ok(())
    }
}

fn main() {
    let _ = Registry::new().with::<Lines>();
}
