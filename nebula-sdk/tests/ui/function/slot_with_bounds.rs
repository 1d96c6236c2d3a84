use nebula_sdk::prelude::*;

struct Key(SecretString);

impl Credential for Key {
    const ID: &'static str = "demo.key";

    fn from_secret(secret: SecretString) -> Result<Self> {
        Ok(Self(secret))
    }
}

/// Fetch something.
#[nebula_sdk::action(id = "demo.fetch", version = "1.0")]
async fn fetch(#[param(default)] key: Cred<Key>) -> Result<()> {
    drop(key.0.expose_secret());
    Ok(())
}

fn main() {
    let _ = Registry::new().with::<Fetch>();
}
