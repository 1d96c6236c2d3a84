use nebula_sdk::prelude::*;

/// Look something up.
#[nebula_sdk::action(id = "demo.look", version = "1.0", pure)]
async fn look(http: &Res<HttpClient>) -> Result<()> {
    Ok(())
}

fn main() {}
