use nebula_sdk::prelude::*;

/// A database.
#[derive(Resource)]
#[resource(id = "demo.database", shared, capabilities(env("HOME")))]
struct Database;

impl ResourceLifecycle for Database {
    type Config = ();
    type Handle = ();

    async fn create(&self, (): (), ctx: &ResourceContext<Self>) -> Result<()> {
        ctx.http().get("https://example.com").send().await?;
        Ok(())
    }
}

/// Look something up.
#[nebula_sdk::action(id = "demo.look", version = "1.0", pure)]
async fn look(database: Res<Database>) -> Result<()> {
    let () = *database;
    Ok(())
}

fn main() {}
