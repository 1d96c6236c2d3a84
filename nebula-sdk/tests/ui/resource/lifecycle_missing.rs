use nebula_sdk::prelude::*;

/// A database.
#[derive(Resource)]
#[resource(id = "demo.database", shared)]
struct Database;

/// Look something up.
#[nebula_sdk::action(id = "demo.look", version = "1.0", pure)]
async fn look() -> Result<()> {
    Ok(())
}

fn main() {}
