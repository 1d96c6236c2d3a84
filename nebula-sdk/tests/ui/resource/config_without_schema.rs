use nebula_sdk::prelude::*;

/// A database.
#[derive(Resource)]
#[resource(id = "demo.database", shared)]
struct Database;

struct Config;

impl ResourceLifecycle for Database {
    type Config = Config;
    type Handle = ();

    async fn create(&self, _: Config, _: &ResourceContext<Self>) -> Result<()> {
        Ok(())
    }
}

fn main() {}
