use nebula_sdk::prelude::*;

/// Look something up.
#[derive(Action)]
#[action(id = "demo.look", version = "1.0", pure, cache = "1m")]
struct Look {
    http: Res<HttpClient>,
}

impl SimpleAction for Look {
    type Input = ();
    type Output = ();

    async fn execute(&self, (): (), _: &ActionContext<Self>) -> Result<()> {
        Ok(())
    }
}

fn main() {}
