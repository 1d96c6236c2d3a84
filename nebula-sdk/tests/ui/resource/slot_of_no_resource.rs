use nebula_sdk::prelude::*;

/// Not derived.
struct Database;

/// Look something up.
#[derive(Action)]
#[action(id = "demo.look", version = "1.0", pure)]
struct Look {
    database: Res<Database>,
}

impl SimpleAction for Look {
    type Input = ();
    type Output = ();

    async fn execute(&self, (): (), _: &ActionContext<Self>) -> Result<()> {
        Ok(())
    }
}

fn main() {}
