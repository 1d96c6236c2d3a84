use nebula_sdk::prelude::*;

#[derive(Credential)]
#[credential(id = "demo.key", scheme = custom)]
struct Key {
    key: SecretString,
}

/// Fetch something.
#[nebula_sdk::action(id = "demo.fetch", version = "1.0", capabilities(net("example.com:443")))]
async fn fetch(key: Cred<Key>, ctx: &Ctx) -> Result<u16> {
    drop(key.key.expose_secret());
    Ok(ctx.http().get("https://example.com").auth(&key).send().await?.status)
}

fn main() {
    let _ = Registry::new().with::<Fetch>();
}
