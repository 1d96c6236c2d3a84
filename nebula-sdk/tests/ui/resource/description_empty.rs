use nebula_sdk::prelude::*;

/// A database.
#[derive(Resource)]
#[resource(id = "demo.database", shared, description = "")]
struct Database;

impl ResourceLifecycle for Database {
    type Config = ();
    type Handle = ();

    async fn create(&self, (): (), _: &ResourceContext<Self>) -> Result<()> {
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
