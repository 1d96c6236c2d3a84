use nebula_sdk::prelude::*;

/// Look something up.
#[nebula_sdk::action(id = "demo.look", version = "1.0", idempotent, capabilities(net("example.com:443")))]
async fn look(http: Res<HttpClient>, ctx: &Ctx) -> Result<u32> {
    http.get(ctx, "https://example.com").send().await?.json()
}

fn main() {
    let _: Workflow<(), u32> = workflow! { "looking" () -> u32 {
        found = Look {} with (resources("main"));
        found
    } };
}
