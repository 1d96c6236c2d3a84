use nebula_sdk::prelude::*;

/// A key.
#[derive(Credential)]
#[credential(id = "demo.key", scheme = bearer)]
struct Key {
    key: SecretString,
}

/// Fetch something.
#[derive(Action)]
#[action(id = "demo.fetch", version = "1.0", pure, cache = "10m")]
struct Fetch {
    /// The key.
    key: Cred<Key>,
}

impl SimpleAction for Fetch {
    type Input = ();
    type Output = ();

    async fn execute(&self, (): (), _: &ActionContext<Self>) -> Result<()> {
        let _ = &self.key;
        Ok(())
    }
}

fn main() {
    let _ = Registry::new().with::<Fetch>();
}
