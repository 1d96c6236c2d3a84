use nebula_sdk::prelude::*;

/// Look something up.
#[nebula_sdk::action(id = "demo.look", version = "1.0", pure)]
async fn look(http: Res<HttpClient>, ctx: &Ctx) -> Result<String> {
    Ok(http.get(ctx, "now").send().await?.text()?.to_owned())
}

fn main() {}
