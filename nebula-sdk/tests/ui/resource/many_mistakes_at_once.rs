use nebula_sdk::prelude::*;

#[derive(Resource)]
#[resource(id = "database", shared, pool(mx = 1), teardwn = "5s", acquire_timeout = "0s")]
struct Database {
    #[resource(x)]
    login: String,
}

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
